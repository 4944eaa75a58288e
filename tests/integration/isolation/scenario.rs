//! What two transactions do at the same time, and what has to be stored then.
//!
//! After PostgreSQL's own specifications of ON CONFLICT under concurrency:
//! <https://github.com/postgres/postgres/tree/master/src/test/isolation/specs>, `insert-conflict-*.spec`.

use std::sync::atomic::{AtomicI64, Ordering};

use diesel::QueryResult;
use upsert_runtime::harness::{Script, ScriptError, Seen, Transcript};

use super::client::{Client, Level};
use crate::database::Database;
use crate::script::{connect, sql};

/// Two sessions, the order of their steps, and what is right.
pub(super) struct Scenario<Conn: 'static> {
    /// What the row of the table says.
    pub(super) about: &'static str,
    /// The number that is stored before, if there is a row.
    before: Option<i64>,
    a: Steps<Conn>,
    b: Steps<Conn>,
    order: &'static [&'static str],
    /// How the transaction of `a` ends; that of `b` by COMMIT.
    a_ends: &'static str,
    /// What is stored then, by whether `a` and `b` were acknowledged.
    stored: fn(a: bool, b: bool) -> Vec<(&'static str, i64)>,
    /// What a number means that `b` returns.
    says: fn(i64) -> &'static str,
    /// Whether it loses increments: it is there to show that this would be seen.
    pub(super) is_wrong: bool,
}

/// What a session does between its `BEGIN` and its end.
type Steps<Conn> = Vec<(
    &'static str,
    Box<dyn Fn(&mut Conn) -> QueryResult<i64> + Sync>,
)>;

/// The orders of the steps. `b` begins when `a` has done all, and `a` ends when `b` has done all:
const AFTER: &[&str] = &[
    "a begins",
    "a acts",
    "b begins",
    "b acts",
    "a ends",
    "b commits",
];
/// the same where to begin is to take the lock;
const AFTER_BEGIN: &[&str] = &[
    "a begins",
    "a acts",
    "b begins",
    "a ends",
    "b acts",
    "b commits",
];
/// `b` has a snapshot that is older than what `a` does;
const READ_FIRST: &[&str] = &[
    "b begins",
    "b reads",
    "a begins",
    "a acts",
    "a ends",
    "b acts",
    "b commits",
];
/// both do something before both do what they wait for.
const CROSSWISE: &[&str] = &[
    "a begins",
    "b begins",
    "a reads",
    "b reads",
    "a acts",
    "b acts",
    "a ends",
    "b commits",
];

/// What came of it.
pub(super) struct Outcome {
    /// The cell of the table.
    pub(super) cell: String,
    /// How that came about.
    pub(super) transcript: String,
    /// Whether what is stored is what was acknowledged.
    pub(super) is_right: bool,
}

fn step<Conn>(
    name: &'static str,
    take: impl Fn(&mut Conn) -> QueryResult<i64> + Sync + 'static,
) -> Steps<Conn> {
    vec![(name, Box::new(take))]
}

fn inserts_1_or_updates(n: i64) -> &'static str {
    if n == 1 { "inserts" } else { "updates" }
}

fn keeps_10_or_inserts(n: i64) -> &'static str {
    if n == 10 { "keeps" } else { "inserts" }
}

/// One or two increments of a row that `before` was there with.
fn counted(before: i64, a: bool, b: bool) -> Vec<(&'static str, i64)> {
    let n = before + i64::from(a) + i64::from(b);
    vec![("/", n)]
}

pub(super) fn all<Conn: Client + 'static>() -> Vec<Scenario<Conn>> {
    let hit = || step("b acts", |conn: &mut Conn| conn.hit("/"));
    let a_hits = Scenario {
        about: "`a` has inserted it, then commits",
        before: None,
        a: step("a acts", |conn: &mut Conn| conn.hit("/")),
        b: hit(),
        order: AFTER,
        a_ends: "COMMIT",
        stored: |a, b| counted(0, a, b),
        says: inserts_1_or_updates,
        is_wrong: false,
    };
    let a_hits_and = |about, end| Scenario {
        about,
        a: step("a acts", |conn: &mut Conn| conn.hit("/")),
        b: hit(),
        a_ends: end,
        ..a_hits
    };
    let nothing = |about, end| Scenario {
        about,
        a: step("a acts", |conn: &mut Conn| conn.set(10)),
        b: step("b acts", |conn: &mut Conn| conn.keep(1)),
        a_ends: end,
        stored: |a, _| vec![("/", if a { 10 } else { 1 })],
        says: keeps_10_or_inserts,
        ..a_hits
    };
    let mut all = vec![
        a_hits_and("`a` has inserted it, then commits", "COMMIT"),
        a_hits_and("`a` has inserted it, then rolls back", "ROLLBACK"),
        nothing(
            "`a` has inserted it, then commits; `b` has `set = nothing`",
            "COMMIT",
        ),
        nothing(
            "`a` has inserted it, then rolls back; `b` has `set = nothing`",
            "ROLLBACK",
        ),
    ];
    if let Some(log_in) = Conn::LOG_IN {
        all.push(Scenario {
            about: "`a` has inserted `Ann`, then commits; `b` has `ANN`, and the key is `(lower(name))`",
            a: step("a acts", move |conn: &mut Conn| log_in(conn, "Ann")),
            b: step("b acts", move |conn: &mut Conn| log_in(conn, "ANN")),
            stored: |a, b| vec![("Ann", i64::from(a) + i64::from(b))],
            ..a_hits
        });
    }
    all.extend([
        Scenario {
            about: "`a` has made its 1 a 10, then commits; `b` has `where = page_hits.n.lt(5)`",
            before: Some(1),
            a: step("a acts", |conn: &mut Conn| conn.set(10)),
            b: step("b acts", Conn::hit_below_5),
            stored: |_, _| vec![("/", 10)],
            says: keeps_10_or_inserts,
            ..a_hits
        },
        Scenario {
            about: "`a` has deleted it, then commits",
            before: Some(5),
            a: step("a acts", Conn::delete),
            b: hit(),
            stored: |_, b| if b { vec![("/", 1)] } else { vec![] },
            ..a_hits
        },
        Scenario {
            about: "`a` has given it another key, then commits",
            before: Some(5),
            a: step("a acts", Conn::move_away),
            b: hit(),
            stored: |_, b| {
                let moved = ("/moved", 5);
                if b {
                    vec![("/", 1), moved]
                } else {
                    vec![moved]
                }
            },
            ..a_hits
        },
        Scenario {
            about: "`b` has read that there is none; `a` inserts it and commits",
            a: step("a acts", |conn: &mut Conn| conn.hit("/")),
            b: read_and(hit()),
            order: READ_FIRST,
            ..a_hits
        },
        Scenario {
            about: "`b` has read its 5; `a` makes it 6 and commits",
            before: Some(5),
            a: step("a acts", |conn: &mut Conn| conn.hit("/")),
            b: read_and(hit()),
            order: READ_FIRST,
            stored: |a, b| counted(5, a, b),
            ..a_hits
        },
        crosswise(),
        by_hand(),
    ]);
    all
}

/// Reads the row first, if there is one.
fn read_and<Conn: Client + 'static>(then: Steps<Conn>) -> Steps<Conn> {
    let mut steps = step("b reads", |conn: &mut Conn| {
        use diesel::OptionalExtension;
        Ok(conn.read().optional()?.unwrap_or_default())
    });
    steps.extend(then);
    steps
}

fn crosswise<Conn: Client + 'static>() -> Scenario<Conn> {
    let hits = |name, page: &'static str| step(name, move |conn: &mut Conn| conn.hit(page));
    Scenario {
        about: "each has inserted a row, and goes on with the other's",
        before: None,
        a: hits("a reads", "/1")
            .into_iter()
            .chain(hits("a acts", "/2"))
            .collect(),
        b: hits("b reads", "/2")
            .into_iter()
            .chain(hits("b acts", "/1"))
            .collect(),
        order: CROSSWISE,
        a_ends: "COMMIT",
        stored: |a, b| match i64::from(a) + i64::from(b) {
            0 => vec![],
            n => vec![("/1", n), ("/2", n)],
        },
        says: inserts_1_or_updates,
        is_wrong: false,
    }
}

/// What an upsert is there to replace.
fn by_hand<Conn: Client + 'static>() -> Scenario<Conn> {
    fn session<Conn: Client + 'static>(reads: &'static str, writes: &'static str) -> Steps<Conn> {
        static READ: [AtomicI64; 2] = [AtomicI64::new(0), AtomicI64::new(0)];
        let read = &READ[usize::from(reads.starts_with('b'))];
        let mut steps = step(reads, |conn: &mut Conn| {
            let n = conn.read()?;
            read.store(n, Ordering::Relaxed);
            Ok(n)
        });
        steps.extend(step(writes, |conn: &mut Conn| {
            let n = read.load(Ordering::Relaxed) + 1;
            conn.write(n).map(|()| n)
        }));
        steps
    }
    Scenario {
        about: "*no upsert:* both have read its 5, then write 6",
        before: Some(5),
        a: session("a reads", "a acts"),
        b: session("b reads", "b acts"),
        order: CROSSWISE,
        a_ends: "COMMIT",
        stored: |a, b| counted(5, a, b),
        says: |_| "updates",
        is_wrong: true,
    }
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
        let is_right = stored == (self.stored)(a, b);
        let cell = if is_right {
            self.cell(transcript)
        } else {
            "**loses an increment**".to_owned()
        };
        Outcome {
            cell,
            transcript: format!("{transcript}stored: {stored:?}\n"),
            is_right,
        }
    }

    /// What became of `b`, or, where they had a deadlock, of both: which of them fails is left to the database.
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
            return format!("one fails: {error}; the other {}", self.said(n));
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
            Some(Seen::Failed { error, .. }) => format!("fails: {error}"),
            seen => format!("{seen:?}"),
        };
        let commit = match transcript.last("b commits") {
            // PostgreSQL and the others roll back then, and say nothing.
            Some(Seen::Failed { error, .. }) => format!("; `COMMIT` fails: {error}"),
            _ => String::new(),
        };
        format!("{wait}{outcome}{commit}")
    }

    fn said(&self, n: &str) -> String {
        let word = n.parse().map_or("?", self.says);
        format!("{word}: {n}")
    }
}
