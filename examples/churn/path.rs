//! How a path of git, which is bytes, becomes text that is different for every path.

use std::fmt::Write;

/// As many bytes as every database here takes in a key: 2,704 in PostgreSQL's B-tree, 3,072 in
/// InnoDB's, and the month is in the key too.
pub(crate) const LONGEST: usize = 2_000;

/// The path as it is, or as git quotes it (`core.quotePath`) if it is not UTF-8 or holds a control
/// character, a quote or a backslash: `"tab\there"`, `"caf\351"`. Two paths never have the same
/// name. None if that is longer than [`LONGEST`] bytes.
pub(crate) fn name(path: &[u8]) -> Option<String> {
    let is_special = |c: char| c.is_control() || c == '"' || c == '\\';
    let name = match std::str::from_utf8(path) {
        Ok(text) if !text.contains(is_special) => text.to_owned(),
        _ => quoted(path),
    };
    (name.len() <= LONGEST).then_some(name)
}

fn quoted(path: &[u8]) -> String {
    let mut quoted = String::from('"');
    for &byte in path {
        let letter = match byte {
            0x07 => 'a',
            0x08 => 'b',
            b'\t' => 't',
            b'\n' => 'n',
            0x0b => 'v',
            0x0c => 'f',
            b'\r' => 'r',
            b'"' | b'\\' => char::from(byte),
            b' '..=b'~' => {
                quoted.push(char::from(byte));
                continue;
            }
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(quoted, "\\{byte:03o}");
                continue;
            }
        };
        quoted.extend(['\\', letter]);
    }
    quoted.push('"');
    quoted
}
