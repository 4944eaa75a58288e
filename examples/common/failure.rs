//! Why the program stops.

use std::fmt::{self, Display, Formatter};

pub(crate) type Result<T> = std::result::Result<T, Failure>;

/// One line that says what was being done and what went wrong.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// `message` on one line: databases and git sometimes write several.
    pub(crate) fn new(message: impl Display) -> Self {
        let message = message.to_string();
        let lines = message.lines().map(str::trim).filter(|l| !l.is_empty());
        Self(lines.collect::<Vec<_>>().join("; "))
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

/// Says what an error interrupted.
pub(crate) trait Context<T> {
    /// `context: error`
    fn context(self, context: impl Display) -> Result<T>;
}

impl<T, E: Display> Context<T> for std::result::Result<T, E> {
    fn context(self, context: impl Display) -> Result<T> {
        self.map_err(|error| Failure::new(format_args!("{context}: {error}")))
    }
}
