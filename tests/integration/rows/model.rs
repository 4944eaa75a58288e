//! A random sequence of upserts has the outcomes that the same sequence has in a map.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use diesel::prelude::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use upsert_runtime::Outcome::{self, Inserted, Unchanged, Updated};
use upsert_runtime::upsert;

use crate::schema::page_hits;

#[derive(Debug, Clone, Copy)]
enum Change {
    Add,
    Replace,
    IfLarger,
    IfLiked,
    Nothing,
}

#[derive(Debug, Clone, Copy)]
struct Step {
    day: i32,
    n: i64,
    change: Change,
    /// Whether the row is asked for too.
    returns: bool,
    /// Whether it is done in a transaction.
    together: bool,
}

fn step() -> impl Strategy<Value = Step> {
    use Change::*;
    let change = prop::sample::select(vec![Add, Replace, IfLarger, IfLiked, Nothing]);
    (1..4, -2..3_i64, change, any::<bool>(), any::<bool>()).prop_map(
        |(day, n, change, returns, together)| Step {
            day,
            n,
            change,
            returns,
            together,
        },
    )
}

/// What the step does to a map: `n` afterwards, and the outcome.
fn expected(step: Step, rows: &mut BTreeMap<i32, i64>) -> (i64, Outcome) {
    let mut entry = match rows.entry(step.day) {
        Entry::Vacant(entry) => return (*entry.insert(step.n), Inserted),
        Entry::Occupied(entry) => entry,
    };
    let n = entry.get_mut();
    let outcome = match step.change {
        Change::Add => {
            *n += step.n;
            Updated
        }
        Change::IfLarger if *n >= step.n => Unchanged,
        Change::Replace | Change::IfLarger => {
            *n = step.n;
            Updated
        }
        // `likes` is NULL.
        Change::IfLiked | Change::Nothing => Unchanged,
    };
    (*n, outcome)
}

macro_rules! ask {
    ($conn:ident, $step:ident, $($clause:tt)+) => {{
        let Step { day, n, .. } = $step;
        if $step.returns {
            upsert!(
                page_hits,
                values = { page: "/", day, n },
                conflict = (page, day),
                returning = n,
                $($clause)+
            )
            .get_outcome::<i64>($conn)
            .map(|(n, outcome)| (Some(n), outcome))
        } else {
            upsert!(page_hits, values = { page: "/", day, n }, conflict = (page, day), $($clause)+)
                .outcome($conn)
                .map(|outcome| (None, outcome))
        }
    }};
}

macro_rules! done {
    ($conn:ident, $step:ident) => {
        match $step.change {
            Change::Add => ask!($conn, $step, set = < n += excluded.n >),
            Change::Replace => ask!($conn, $step, set = < .. >),
            Change::IfLarger => {
                ask!($conn, $step, set = < n >, where = page_hits.n.lt(excluded.n))
            }
            Change::IfLiked => ask!($conn, $step, set = < likes = 3, n >, where = page_hits.likes.lt(3)),
            Change::Nothing => ask!($conn, $step, set = nothing),
        }
    };
}

on_each_backend! {
    fn any_sequence_of_upserts_has_the_outcomes_that_it_has_in_a_map(db) {
        let conn = &std::cell::RefCell::new(db.connect());
        let config = Config { cases: 64, failure_persistence: None, ..Config::default() };
        let steps = prop::collection::vec(step(), 1..20);
        let run = TestRunner::new(config).run(&steps, |steps| {
            let conn = &mut *conn.borrow_mut();
            diesel::delete(page_hits::table).execute(conn).unwrap();
            let mut rows = BTreeMap::new();
            for step in steps {
                let (n, outcome) = match step.together {
                    true => conn.transaction(|conn| done!(conn, step)),
                    false => done!(conn, step),
                }
                .unwrap();
                let (expected_n, expected) = expected(step, &mut rows);
                prop_assert_eq!(outcome, expected, "{:?}", step);
                prop_assert!(n.is_none_or(|n| n == expected_n), "{:?}: {:?}", step, n);
            }
            let stored = page_hits::table.select((page_hits::day, page_hits::n)).load(conn).unwrap();
            prop_assert_eq!(stored.into_iter().collect::<BTreeMap<i32, i64>>(), rows);
            Ok(())
        });
        run.unwrap_or_else(|error| panic!("{error}"));
    }
}
