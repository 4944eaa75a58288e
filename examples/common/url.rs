//! What `--database-url` takes.

use std::fmt::{self, Display, Formatter};

use super::failure::{Failure, Result};

/// Which database it is.
#[derive(Debug, Clone)]
pub(crate) enum Url {
    /// A file.
    Sqlite(String),
    #[cfg(feature = "postgres")]
    Postgres(String),
    #[cfg(feature = "mysql")]
    Mysql(String),
}

impl Url {
    pub(crate) fn parse(url: &str) -> Result<Self> {
        match scheme(url) {
            None if url.is_empty() || url == ":memory:" => Err(Failure::new(
                "the threads need a file that they can share, not a database in memory",
            )),
            None => Ok(Self::Sqlite(url.to_owned())),
            #[cfg(feature = "postgres")]
            Some("postgres" | "postgresql") => Ok(Self::Postgres(url.to_owned())),
            #[cfg(not(feature = "postgres"))]
            Some("postgres" | "postgresql") => without("postgres"),
            #[cfg(feature = "mysql")]
            Some("mysql") => Ok(Self::Mysql(url.to_owned())),
            #[cfg(not(feature = "mysql"))]
            Some("mysql") => without("mysql"),
            Some(scheme) => Err(Failure::new(format_args!(
                "unknown scheme \"{scheme}:\" in --database-url: it is an SQLite file, postgres://.. or mysql://.."
            ))),
        }
    }
}

#[cfg(not(all(feature = "postgres", feature = "mysql")))]
fn without(feature: &str) -> Result<Url> {
    Err(Failure::new(format_args!(
        "this program was built without {feature}: cargo run --release --features {feature} --example {}",
        env!("CARGO_CRATE_NAME")
    )))
}

/// What stands before a colon. One letter is a drive of Windows.
fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once(':')?;
    let is_scheme = scheme.len() > 1
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    is_scheme.then_some(scheme)
}

/// Without the user and the password.
impl Display for Url {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(file) => f.write_str(file),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => f.write_str("PostgreSQL"),
            #[cfg(feature = "mysql")]
            Self::Mysql(_) => f.write_str("MySQL"),
        }
    }
}
