//! A random sequence of upserts leaves what the same sequence leaves in a map.

use std::collections::BTreeMap;

use diesel::prelude::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use upsert_runtime::dsl::{coalesce, greatest, least};
use upsert_runtime::upsert;

use crate::schema::page_hits;

/// A stored row: `n` and `likes`.
type Row = (i64, Option<i64>);

#[derive(Debug, Clone, Copy)]
enum Change {
    Add,
    Subtract,
    Times(i64),
    DividedBy(i64),
    Replace,
    Largest,
    Smallest,
    Fill,
    Shift,
    IfLarger,
    IfDifferent,
    AddIfLess,
    Nothing,
}

#[derive(Debug, Clone, Copy)]
struct Step {
    day: i32,
    proposed: Row,
    change: Change,
}

fn step() -> impl Strategy<Value = Step> {
    let change = prop_oneof![
        Just(Change::Add),
        Just(Change::Subtract),
        (-3..4_i64).prop_map(Change::Times),
        prop_oneof![-3..0_i64, 1..4_i64].prop_map(Change::DividedBy),
        Just(Change::Replace),
        Just(Change::Largest),
        Just(Change::Smallest),
        Just(Change::Fill),
        Just(Change::Shift),
        Just(Change::IfLarger),
        Just(Change::IfDifferent),
        Just(Change::AddIfLess),
        Just(Change::Nothing),
    ];
    (1..4, (-9..10_i64, prop::option::of(-9..10_i64)), change).prop_map(
        |(day, proposed, change)| Step {
            day,
            proposed,
            change,
        },
    )
}

/// What the database should do.
fn expected(steps: &[Step]) -> BTreeMap<i32, Row> {
    let mut rows = BTreeMap::<i32, Row>::new();
    for Step {
        day,
        proposed,
        change,
    } in steps
    {
        let (proposed_n, proposed_likes) = *proposed;
        let either = |a: Option<i64>, b: Option<i64>, pick: fn(i64, i64) -> i64| match (a, b) {
            (Some(a), Some(b)) => Some(pick(a, b)),
            (a, b) => a.or(b),
        };
        rows.entry(*day)
            .and_modify(|(n, likes)| match change {
                Change::Add => {
                    *n += proposed_likes.unwrap_or(0);
                    *likes = Some(likes.unwrap_or(0) + proposed_n);
                }
                Change::Subtract => {
                    *n -= 1;
                    *likes = Some(likes.unwrap_or(0) - proposed_likes.unwrap_or(0));
                }
                Change::Times(by) => *n *= by,
                Change::DividedBy(by) => *n /= by,
                Change::Replace => (*n, *likes) = *proposed,
                Change::Largest => {
                    *n = proposed_n.max(*n);
                    *likes = either(*likes, proposed_likes, i64::max);
                }
                Change::Smallest => {
                    *n = proposed_n.min(*n);
                    *likes = either(*likes, proposed_likes, i64::min);
                }
                Change::Fill => *likes = likes.or(proposed_likes),
                Change::Shift => (*n, *likes) = (proposed_n, Some(*n)),
                Change::IfLarger if proposed_n > *n => (*n, *likes) = *proposed,
                // In SQL, NULL differs from nothing.
                Change::IfDifferent
                    if proposed_n != *n
                        || likes.is_some_and(|a| proposed_likes.is_some_and(|b| a != b)) =>
                {
                    (*n, *likes) = *proposed;
                }
                Change::AddIfLess if likes.is_some_and(|likes| *n < likes) => {
                    *n += 1;
                    *likes = Some(likes.unwrap_or(0) + proposed_n);
                }
                Change::IfLarger | Change::IfDifferent | Change::AddIfLess | Change::Nothing => {}
            })
            .or_insert(*proposed);
    }
    rows
}

macro_rules! run {
    ($conn:ident, $day:expr, $n:ident, $likes:ident: $($clause:tt)+) => {
        upsert!(
            page_hits,
            values = { page: "/", day: $day, n: $n, likes: $likes },
            conflict = (page, day),
            $($clause)+
        )
        .execute($conn)
    };
}

macro_rules! apply {
    ($conn:ident, $step:ident) => {{
        let Step { day, proposed: (n, likes), change } = *$step;
        match change {
            Change::Add => run!($conn, day, n, likes: set = < n += excluded.likes, likes += excluded.n >),
            Change::Subtract => run!($conn, day, n, likes: set = < n -= 1, likes -= excluded.likes >),
            Change::Times(by) => run!($conn, day, n, likes: set = < n *= by >),
            Change::DividedBy(by) => run!($conn, day, n, likes: set = < n /= by >),
            Change::Replace => run!($conn, day, n, likes: set = < .. >),
            Change::Largest => run!($conn, day, n, likes: set = <
                n = greatest(page_hits.n, excluded.n),
                likes = greatest(page_hits.likes, excluded.likes)
            >),
            Change::Smallest => run!($conn, day, n, likes: set = <
                n = least(page_hits.n, excluded.n),
                likes = least(page_hits.likes, excluded.likes)
            >),
            Change::Fill => {
                run!($conn, day, n, likes: set = < likes = coalesce(page_hits.likes, excluded.likes) >)
            }
            Change::Shift => run!($conn, day, n, likes: set = < n, likes = page_hits.n >),
            Change::IfLarger => {
                run!($conn, day, n, likes: set = < n, likes >, where = page_hits.n.lt(excluded.n))
            }
            Change::IfDifferent => run!($conn, day, n, likes:
                set = < .. >,
                where = page_hits.n.nullable().ne(excluded.n.nullable()).or(page_hits.likes.ne(excluded.likes))
            ),
            Change::AddIfLess => run!($conn, day, n, likes:
                set = < n += 1, likes += excluded.n >,
                where = page_hits.n.nullable().lt(page_hits.likes)
            ),
            Change::Nothing => run!($conn, day, n, likes: set = nothing),
        }
    }};
}

on_each_backend! {
    fn any_sequence_of_upserts_leaves_what_it_leaves_in_a_map(db) {
        let conn = &std::cell::RefCell::new(db.connect());
        let mut runner = TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() });
        let steps = prop::collection::vec(step(), 1..20);
        let outcome = runner.run(&steps, |steps| {
            let conn = &mut *conn.borrow_mut();
            diesel::delete(page_hits::table).execute(conn).unwrap();
            for step in &steps {
                apply!(conn, step).unwrap();
            }
            let rows = page_hits::table
                .select((page_hits::day, (page_hits::n, page_hits::likes)))
                .load::<(i32, Row)>(conn)
                .unwrap();
            prop_assert_eq!(rows.into_iter().collect::<BTreeMap<_, _>>(), expected(&steps));
            Ok(())
        });
        outcome.unwrap_or_else(|error| panic!("{error}"));
    }
}
