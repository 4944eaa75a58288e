//! What the environment says in numbers.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt;

/// A variable that is no number of those that it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotANumber {
    pub(crate) name: &'static str,
    pub(crate) value: OsString,
}

/// The number that a variable has, if it is set.
pub(crate) fn number<T: TryFrom<u64>>(name: &'static str) -> Result<Option<T>, NotANumber> {
    env::var_os(name)
        .map(|value| parsed(name, &value))
        .transpose()
}

fn parsed<T: TryFrom<u64>>(name: &'static str, value: &OsStr) -> Result<T, NotANumber> {
    let number = value.to_str().and_then(|text| text.parse::<u64>().ok());
    number
        .and_then(|number| T::try_from(number).ok())
        .ok_or_else(|| NotANumber {
            name,
            value: value.to_owned(),
        })
}

impl fmt::Display for NotANumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, value } = self;
        write!(
            out,
            "{name} is {value:?}, and takes a whole number from 0 to {}",
            u64::MAX
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &OsStr) -> Result<u64, String> {
        parsed("UPSERT_RACE_SEED", value).map_err(|error| error.to_string())
    }

    #[test]
    fn a_whole_number_is_read() {
        assert_eq!(read(OsStr::new("7")), Ok(7));
        assert_eq!(read(OsStr::new("18446744073709551615")), Ok(u64::MAX));
    }

    #[test]
    fn all_else_is_a_line_with_the_variable_its_value_and_what_it_takes() {
        for value in ["1.5", "", "-1", "ten", " 7", "18446744073709551616"] {
            assert_eq!(
                read(OsStr::new(value)),
                Err(format!(
                    "UPSERT_RACE_SEED is {value:?}, and takes a whole number from 0 to 18446744073709551615"
                ))
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_not_utf_8_is_shown_too() {
        use std::os::unix::ffi::OsStrExt;

        let said = read(OsStr::from_bytes(b"1\xff\n"));
        let shown = r#"UPSERT_RACE_SEED is "1\xFF\n", and takes"#;
        assert!(
            matches!(&said, Err(error) if error.starts_with(shown)),
            "{said:?}"
        );
    }
}
