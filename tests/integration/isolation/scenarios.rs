//! What the two transactions do, and what has to be stored then.
//!
//! After PostgreSQL's own specifications of ON CONFLICT under concurrency:
//! <https://github.com/postgres/postgres/tree/master/src/test/isolation/specs>, `insert-conflict-*.spec`.

use std::sync::atomic::{AtomicI64, Ordering};

use diesel::QueryResult;

use super::client::Client;
use super::scenario::{Scenario, Steps};

/// The orders of the steps. `b` begins when `a` has done all, and `a` ends when `b` has done all:
pub(super) const AFTER: &[&str] = &[
    "a begins",
    "a acts",
    "b begins",
    "b acts",
    "a ends",
    "b commits",
];
/// the same where to begin is to take the lock;
pub(super) const AFTER_BEGIN: &[&str] = &[
    "a begins",
    "a acts",
    "b begins",
    "a ends",
    "b acts",
    "b commits",
];
/// `b` has a snapshot that is older than what `a` does;
pub(super) const READ_FIRST: &[&str] = &[
    "b begins",
    "b reads",
    "a begins",
    "a acts",
    "a ends",
    "b acts",
    "b commits",
];
/// both do something before both do what they wait for.
pub(super) const CROSSWISE: &[&str] = &[
    "a begins",
    "b begins",
    "a reads",
    "b reads",
    "a acts",
    "b acts",
    "a ends",
    "b commits",
];

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
