//! What is written to the terminal, or to whatever reads instead of one.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

use super::failure::{Context, Result};

/// Prints a text and a line feed. Whoever reads it may stop early, as `head` does.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    match writeln!(stdout, "{}", text.trim_end()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to the standard output")
        }
        _ => Ok(()),
    }
}

/// Prints a line to the standard error.
pub(crate) fn complain(line: impl Display) {
    // There is nobody left to tell if this fails.
    let _ = writeln!(io::stderr(), "{line}");
}
