//! Why there is no transcript.

use std::ffi::OsString;
use std::fmt;
use std::time::Duration;

use diesel::result::{ConnectionError, Error};

use super::interleaving::Outline;
use super::{SECONDS, Transcript};
use crate::environment::NotANumber;

/// Why a [`Script`](crate::Script) could not be run to its end.
///
/// `Display` says what to do about it; `Debug` is the same, so that `unwrap` reads well.
#[non_exhaustive]
pub enum ScriptError {
    /// Two sessions or two steps have this name.
    Duplicate {
        /// The name.
        name: String,
    },
    /// The interleaving has a step that no session has.
    Unknown {
        /// The name.
        step: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// The interleaving has a step before one that its session takes first.
    OutOfOrder {
        /// The step.
        step: String,
        /// Its session.
        session: String,
        /// The step that comes first.
        expected: String,
    },
    /// The interleaving has a step twice.
    Repeated {
        /// The step.
        step: String,
    },
    /// The interleaving leaves steps out.
    Missing {
        /// The steps.
        steps: Vec<String>,
    },
    /// `UPSERT_SCRIPT_SECONDS` is not a whole number from 0 to 2^64 - 1.
    Environment {
        /// What it is.
        value: OsString,
    },
    /// There is no connection.
    Connection {
        /// Whose connection it was to be: a session's, `setup` or `monitor`.
        whose: String,
        /// What Diesel says.
        error: ConnectionError,
    },
    /// The script's setup failed.
    Setup {
        /// What Diesel says.
        error: Error,
    },
    /// The database did not say who waits for whom.
    Monitor {
        /// What Diesel says.
        error: Error,
    },
    /// The interleaving asks a session for its next step while it waits for others, which do
    /// nothing meanwhile.
    Impossible {
        /// The step that cannot begin.
        step: String,
        /// Its session.
        session: String,
        /// What that session waits for.
        waits_for: Vec<String>,
        /// How many steps were taken before it.
        taken: usize,
        /// What was seen until then.
        transcript: Transcript,
    },
    /// Something did not end in time, and the database does not say that it waits for a session
    /// that does nothing.
    Deadline {
        /// The step, or that sessions are connecting.
        step: String,
        /// The time that it had.
        deadline: Duration,
        /// Which sessions wait for which, by what the database said last.
        waits: Vec<(String, String)>,
        /// What was seen until then.
        transcript: Transcript,
    },
}

impl ScriptError {
    pub(super) fn unknown(step: &str, outlines: &[Outline<'_>]) -> Self {
        let known = outlines.iter().flat_map(|outline| &outline.steps);
        Self::Unknown {
            step: step.to_owned(),
            known: known.map(|step| (*step).to_owned()).collect(),
        }
    }
}

impl fmt::Display for ScriptError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate { name } => write!(out, "the name {name:?} is listed twice"),
            Self::Unknown { step, known } => {
                write!(out, "there is no step {step:?}")?;
                let close = known.iter().map(|name| (distance(step, name), name));
                match close.min() {
                    Some((distance, name)) if distance <= 2 => write!(out, "\nhelp: {name:?}?")?,
                    _ => {}
                }
                write!(out, "\nhelp: the steps are {}", quoted(known))
            }
            Self::OutOfOrder {
                step,
                session,
                expected,
            } => write!(
                out,
                "{step:?} is not the next step of session {session:?}: {expected:?} comes first"
            ),
            Self::Repeated { step } => write!(out, "the step {step:?} is listed twice"),
            Self::Missing { steps } => {
                write!(out, "the interleaving leaves out {}", quoted(steps))
            }
            Self::Environment { value } => {
                let (name, value) = (SECONDS, value.clone());
                NotANumber { name, value }.fmt(out)
            }
            Self::Connection { whose, error } => write!(out, "{whose} cannot connect: {error}"),
            Self::Setup { error } => write!(out, "the setup failed: {error}"),
            Self::Monitor { error } => {
                write!(out, "the database does not say who waits for whom: {error}")
            }
            Self::Impossible {
                step,
                session,
                waits_for,
                transcript,
                ..
            } => {
                write!(
                    out,
                    "{step:?} cannot begin: {session} still waits for {}",
                    waits_for.join(", ")
                )?;
                so_far(transcript, out)
            }
            Self::Deadline {
                step,
                deadline,
                waits,
                transcript,
            } => {
                write!(out, "{step:?} did not end within {deadline:?}")?;
                if waits.is_empty() {
                    out.write_str(", and the database does not say that anyone waits")?;
                }
                for (waiting, blocking) in waits {
                    write!(out, "\n  {waiting} waits for {blocking}")?;
                }
                so_far(transcript, out)?;
                out.write_str("\nhelp: `.deadline(..)` or UPSERT_SCRIPT_SECONDS give it more time")
            }
        }
    }
}

impl fmt::Debug for ScriptError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl std::error::Error for ScriptError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Connection { error, .. } => Some(error),
            Self::Setup { error } | Self::Monitor { error } => Some(error),
            _ => None,
        }
    }
}

fn so_far(transcript: &Transcript, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    out.write_str("\nso far:")?;
    for event in &transcript.events {
        write!(out, "\n  {event}")?;
    }
    Ok(())
}

fn quoted(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("{name:?}")).collect();
    names.join(", ")
}

/// How many letters have to be put in, taken out or replaced:
/// <https://en.wikipedia.org/wiki/Levenshtein_distance>.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, a) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, b) in b.chars().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{ScriptError, distance};
    use crate::{Event, Seen, Transcript};

    fn transcript() -> Transcript {
        let events = vec![Event {
            session: "a".to_owned(),
            step: "a hits".to_owned(),
            seen: Seen::Done("1".to_owned()),
        }];
        Transcript { events }
    }

    #[test]
    fn a_deadline_says_who_waits_and_what_was_seen() {
        let waits = [("a", "b"), ("b", "a")];
        let error = ScriptError::Deadline {
            step: "b hits".to_owned(),
            deadline: Duration::from_secs(30),
            waits: waits.map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec(),
            transcript: transcript(),
        };
        let expected = "\"b hits\" did not end within 30s
  a waits for b
  b waits for a
so far:
  a hits: 1
help: `.deadline(..)` or UPSERT_SCRIPT_SECONDS give it more time";
        assert_eq!(error.to_string(), expected);
        assert_eq!(format!("{error:?}"), expected);
    }

    #[test]
    fn a_deadline_of_the_environment_that_is_no_number_is_told() {
        let value = "two".into();
        assert_eq!(
            ScriptError::Environment { value }.to_string(),
            "UPSERT_SCRIPT_SECONDS is \"two\", and takes a whole number from 0 to 18446744073709551615"
        );
    }

    #[test]
    fn a_distance_is_the_number_of_letters_that_differ() {
        for (a, b, expected) in [
            ("", "", 0),
            ("a", "", 1),
            ("hits", "hit", 1),
            ("ab", "ba", 2),
        ] {
            assert_eq!(
                (distance(a, b), distance(b, a)),
                (expected, expected),
                "{a} {b}"
            );
        }
    }
}
