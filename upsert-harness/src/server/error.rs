//! Why there is no server.

use std::fmt;
use std::io;

use super::home::Home;

/// Why a private server could not be started, stopped or reached.
///
/// `Display` is a line, and below it, where there is one, the end of the server's log; `Debug` is
/// the same, so that `unwrap` reads well.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerError(String);

impl ServerError {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }

    /// `what: error`
    pub(super) fn io(what: impl fmt::Display) -> impl FnOnce(io::Error) -> Self {
        move |error| Self(format!("{what}: {error}"))
    }

    /// With what the server says of it.
    pub(super) fn with_log(what: impl fmt::Display, home: &Home) -> Self {
        match home.log_end() {
            log if log.is_empty() => Self(format!("{what}; its log is empty")),
            log => Self(format!("{what}; the end of its log:\n{log}")),
        }
    }
}

impl fmt::Display for ServerError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Debug for ServerError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl std::error::Error for ServerError {}
