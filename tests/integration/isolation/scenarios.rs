//! What the two transactions do, and what has to be stored then.
//!
//! After PostgreSQL's own specifications of ON CONFLICT under concurrency:
//! <https://github.com/postgres/postgres/tree/master/src/test/isolation/specs>,
//! `insert-conflict-*.spec`.

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

/// What is wrong where it is.
pub(super) const LOST: &str = "**loses an increment**";
const SKEW: &str = "**both commit: write skew**";

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
        before: &[],
        a: step("a acts", |conn: &mut Conn| conn.hit("/")),
        b: hit(),
        order: AFTER,
        a_ends: "COMMIT",
        is_right: |a, b, stored| stored == counted(0, a, b),
        says: inserts_1_or_updates,
        wrong: None,
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
        is_right: |a, _, stored| stored == [("/", if a { 10 } else { 1 })],
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
            is_right: |a, b, stored| stored == [("Ann", i64::from(a) + i64::from(b))],
            ..a_hits
        });
    }
    all.extend([
        Scenario {
            about: "`a` has made its 1 a 10, then commits; `b` has `where = page_hits.n.lt(5)`",
            before: &[("/", 1)],
            a: step("a acts", |conn: &mut Conn| conn.set(10)),
            b: step("b acts", Conn::hit_below_5),
            is_right: |_, _, stored| stored == [("/", 10)],
            says: keeps_10_or_inserts,
            ..a_hits
        },
        Scenario {
            about: "`a` has deleted it, then commits",
            before: &[("/", 5)],
            a: step("a acts", Conn::delete),
            b: hit(),
            is_right: |_, b, stored| stored == if b { &[("/", 1)][..] } else { &[] },
            ..a_hits
        },
        Scenario {
            about: "`a` has given it another key, then commits",
            before: &[("/", 5)],
            a: step("a acts", Conn::move_away),
            b: hit(),
            is_right: |_, b, stored| {
                let both = [("/", 1), ("/moved", 5)];
                stored == if b { &both[..] } else { &both[1..] }
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
            before: &[("/", 5)],
            a: step("a acts", |conn: &mut Conn| conn.hit("/")),
            b: read_and(hit()),
            order: READ_FIRST,
            is_right: |a, b, stored| stored == counted(5, a, b),
            ..a_hits
        },
        crosswise(),
        by_hand(),
        skew(
            "each has found the other's row by `set = nothing`, then deletes its own",
            Conn::keep_page,
        ),
        skew_by_guard(),
        skew(
            "*no upsert:* each has found the other's row by a SELECT, then deletes its own",
            Client::read_page,
        ),
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
        before: &[],
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
        is_right: |a, b, stored| match i64::from(a) + i64::from(b) {
            0 => stored.is_empty(),
            n => stored == [("/1", n), ("/2", n)],
        },
        says: inserts_1_or_updates,
        wrong: None,
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
        before: &[("/", 5)],
        a: session("a reads", "a acts"),
        b: session("b reads", "b acts"),
        order: CROSSWISE,
        a_ends: "COMMIT",
        is_right: |a, b, stored| stored == counted(5, a, b),
        says: |_| "updates",
        wrong: Some(LOST),
    }
}

/// Each has the other's row in place, and deletes its own: whoever comes second does not find the
/// other's. One row is left in either order.
fn skew<Conn: Client + 'static>(
    about: &'static str,
    find: fn(&mut Conn, &str) -> QueryResult<i64>,
) -> Scenario<Conn> {
    let session = |names: [&'static str; 2], found: &'static str, deleted: &'static str| {
        let mut steps = step(names[0], move |conn: &mut Conn| find(conn, found));
        steps.extend(step(names[1], move |conn: &mut Conn| {
            conn.delete_page(deleted)
        }));
        steps
    };
    Scenario {
        about,
        before: &[("/1", 10), ("/2", 10)],
        a: session(["a reads", "a acts"], "/1", "/2"),
        b: session(["b reads", "b acts"], "/2", "/1"),
        order: CROSSWISE,
        a_ends: "COMMIT",
        is_right: |_, _, stored| !stored.is_empty(),
        says: |_| "deletes",
        wrong: Some(SKEW),
    }
}

/// `a` increments the row of `b` if it is less than 5, and sets its own to 0; `b` sets its own to 0
/// if that of `a` is 5 or more. Not both are 0 then, in either order.
fn skew_by_guard<Conn: Client + 'static>() -> Scenario<Conn> {
    static READ: AtomicI64 = AtomicI64::new(0);
    let mut a = step("a reads", |conn: &mut Conn| conn.hit_below_5_unseen());
    a.extend(step("a acts", |conn: &mut Conn| conn.zero("/2")));
    let mut b = step("b reads", |conn: &mut Conn| {
        let n = conn.read_page("/2")?;
        READ.store(n, Ordering::Relaxed);
        Ok(n)
    });
    b.extend(step("b acts", |conn: &mut Conn| {
        if READ.load(Ordering::Relaxed) < 5 {
            return Ok(0);
        }
        conn.zero("/")
    }));
    Scenario {
        about: "`a` has found `b`'s row by a false `where`, and `b` that of `a` by a SELECT; then each writes its own",
        before: &[("/", 10), ("/2", 10)],
        a,
        b,
        order: CROSSWISE,
        a_ends: "COMMIT",
        is_right: |_, _, stored| stored != [("/", 0), ("/2", 0)],
        says: |_| "updates",
        wrong: Some(SKEW),
    }
}
