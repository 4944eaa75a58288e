//! Two transactions at the same time, and what came of it.

use diesel::QueryResult;
use upsert_harness::{Script, ScriptError, Seen, Transcript};

use super::client::{Client, Level};
use super::scenarios::{AFTER, AFTER_BEGIN};
use crate::database::Database;
use crate::script::{connect, sql};

/// Two sessions, the order of their steps, and what is right.
pub(super) struct Scenario<Conn: 'static> {
    /// What the row of the table says.
    pub(super) about: &'static str,
    /// What is stored before.
    pub(super) before: &'static [(&'static str, i64)],
    pub(super) a: Steps<Conn>,
    pub(super) b: Steps<Conn>,
    pub(super) order: &'static [&'static str],
    /// How the transaction of `a` ends; that of `b` by COMMIT.
    pub(super) a_ends: &'static str,
    /// Whether what is stored then is right, by whether `a` and `b` were acknowledged.
    pub(super) is_right: fn(a: bool, b: bool, stored: &[(&str, i64)]) -> bool,
    /// What a number means that `b` returns.
    pub(super) says: fn(i64) -> &'static str,
    /// What to call it where it is not right, if that is to be expected.
    pub(super) wrong: Option<&'static str>,
}

/// What a session does between its `BEGIN` and its end.
pub(super) type Steps<Conn> = Vec<(
    &'static str,
    Box<dyn Fn(&mut Conn) -> QueryResult<i64> + Sync>,
)>;

/// What came of it.
pub(super) struct Outcome {
    /// The cell of the table.
    pub(super) cell: String,
    /// How that came about.
    pub(super) transcript: String,
    /// Whether what is stored is what was acknowledged.
    pub(super) is_right: bool,
}

impl<Conn: Client + 'static> Scenario<Conn> {
    pub(super) fn run(&self, db: &Database<Conn>, level: Level) -> Outcome {
        let order = if level.begin_locks && self.order == AFTER {
            AFTER_BEGIN
        } else {
            self.order
        };
        let script = Script::new(connect(db))
            .setup(|conn: &mut Conn| conn.prepare(self.before))
            .session("a", |a| {
                let mut a = a.step("a begins", sql(level.begin));
                for (name, take) in &self.a {
                    a = a.step(*name, take);
                }
                a.step("a ends", sql(self.a_ends))
            })
            .session("b", |b| {
                let mut b = b.step("b begins", sql(level.begin));
                for (name, take) in &self.b {
                    b = b.step(*name, take);
                }
                b.step("b commits", sql("COMMIT"))
            });
        match script.run(order) {
            Ok(transcript) => self.judge(db, &transcript),
            Err(ScriptError::Impossible {
                session,
                waits_for,
                transcript,
                ..
            }) => Outcome {
                cell: format!(
                    "cannot arise: `{session}` waits for `{}`",
                    waits_for.join("`, `")
                ),
                transcript: transcript.to_string(),
                is_right: true,
            },
            Err(error) => panic!("{}: {error}", self.about),
        }
    }

    fn judge(&self, db: &Database<Conn>, transcript: &Transcript) -> Outcome {
        let has_failed = |session: &str| {
            let of_session = transcript
                .events
                .iter()
                .filter(|event| event.session == session);
            of_session.filter_map(|event| event.seen.error()).count() > 0
        };
        let (a, b) = (
            self.a_ends == "COMMIT" && !has_failed("a"),
            !has_failed("b"),
        );
        let stored = db.connect().stored().unwrap();
        let stored: Vec<_> = stored.iter().map(|(key, n)| (&**key, *n)).collect();
        let is_right = (self.is_right)(a, b, &stored);
        let cell = if is_right {
            self.cell(transcript)
        } else {
            self.wrong.unwrap_or("**is wrong**").to_owned()
        };
        Outcome {
            cell,
            transcript: format!("{transcript}stored: {stored:?}\n"),
            is_right,
        }
    }

    /// What became of `b`, or, where they had a deadlock, of both: which of them fails is left to
    /// the database.
    fn cell(&self, transcript: &Transcript) -> String {
        if transcript.waited("a acts") {
            let failures: Vec<_> = transcript.failures().collect();
            let [(failed, error)] = failures[..] else {
                return format!("{failures:?}");
            };
            let other = if failed == "a acts" {
                "b acts"
            } else {
                "a acts"
            };
            let n = transcript.last(other).and_then(Seen::value).unwrap_or("?");
            return format!("one fails: {}; the other {}", short(error), self.said(n));
        }
        let wait = if transcript.waited("b begins") {
            "waits in `BEGIN`, then "
        } else if transcript.waited("b acts") {
            "waits, then "
        } else {
            ""
        };
        let outcome = match transcript.last("b acts") {
            Some(Seen::Done(n)) => self.said(n),
            Some(Seen::Failed { error, .. }) => format!("fails: {}", short(error)),
            seen => format!("{seen:?}"),
        };
        let commit = match transcript.last("b commits") {
            // PostgreSQL and the others roll back then, and say nothing.
            Some(Seen::Failed { error, .. }) => format!("; `COMMIT` fails: {}", short(error)),
            _ => String::new(),
        };
        format!("{wait}{outcome}{commit}")
    }

    fn said(&self, n: &str) -> String {
        let word = n.parse().map_or("?", self.says);
        format!("{word}: {n}")
    }
}

/// The first four words: what comes then is how that came about, and names.
fn short(error: &str) -> String {
    let words: Vec<_> = error.split(' ').collect();
    match words.get(..4) {
        Some(first) if words.len() > 4 => format!("{} ..", first.join(" ")),
        _ => error.to_owned(),
    }
}
