//! Threads with a connection each, released together, on one row and on fifty.
//!
//! Beside each race that must come out right is one that must not: a race that cannot fail proves
//! nothing.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::ConnectionError;
use upsert_harness::{Answer, History, Race, counter, tickets, unique};
use upsert_runtime::upsert;

use crate::counting::{Count, assert_counted, check_counter};
use crate::database::{Database, sqlite};
use crate::schema::page_hits;

fn connect<Conn: Connection>(db: &Database<Conn>) -> impl Fn() -> Result<Conn, ConnectionError> {
    || Ok(db.connect())
}

fn race<Conn: Count>(
    db: &Database<Conn>,
    pages: usize,
    count: fn(&mut Conn, &str) -> QueryResult<i64>,
) -> History {
    Race::new().run(connect(db), |conn, turn| {
        let page = format!("/{}", turn.below(pages));
        turn.increment(&page, 1, || count(conn, &page))
    })
}

on_each_backend! {
    fn no_increment_of_one_hot_row_is_lost_or_applied_twice(db) {
        let history = race(db, 1, Count::hit);
        assert_counted(&history, &mut db.connect());
    }

    fn no_increment_of_fifty_rows_is_lost_or_applied_twice(db) {
        let history = race(db, 50, Count::hit);
        assert_counted(&history, &mut db.connect());
    }

    fn an_upsert_that_stores_what_was_proposed_is_caught(db) {
        let history = race(db, 1, Count::overwrite);
        let text = tickets(&history).unwrap_err().to_string();
        assert!(text.contains("two increments of \"/0\" returned 1: one of them is lost"), "{text}");
        let text = check_counter(&history, &mut db.connect()).unwrap_err().to_string();
        assert!(text.contains("the counter \"/0\" is 1, and its increments are "), "{text}");
    }

    fn reading_and_writing_loses_increments(db) {
        upsert!(page_hits, values = { page: "/", day: 1, n: 0 }, conflict = (page, day), set = nothing)
            .execute(&mut db.connect())?;
        let history = Race::new().fixed().run(connect(db), |conn, turn| {
            let barrier = turn.barrier();
            turn.increment("/", 1, || {
                let n = page_hits::table.select(page_hits::n).first::<i64>(conn);
                // Between the two every other thread reads as well: it does in production too, if
                // not each time.
                barrier.wait();
                let written = n.and_then(|n| {
                    diesel::update(page_hits::table).set(page_hits::n.eq(n + 1)).execute(conn)
                });
                barrier.wait();
                written
            })
        });
        let text = check_counter(&history, &mut db.connect()).unwrap_err().to_string();
        assert!(text.contains("700 of them are lost"), "{text}");
    }

    fn each_row_is_created_once(db) {
        let history = Race::new().run(connect(db), |conn, turn| {
            let page = format!("/{}", turn.round());
            turn.create(&page, || conn.create(&page)).map(drop)
        });
        let stored = db.connect().stored()?;
        unique(&history, stored.iter().map(|(page, _)| &**page)).unwrap();
    }

    fn looking_first_and_inserting_then_creates_a_row_twice(db) {
        let history = Race::new().rounds(1).fixed().run(connect(db), |conn, turn| {
            let barrier = turn.barrier();
            let thread = turn.thread() as i32;
            let create = || {
                let is_there = conn.stored().map(|pages| !pages.is_empty());
                barrier.wait();
                // Another day each time, as if there were no unique key.
                let row = (page_hits::page.eq("/"), page_hits::day.eq(thread), page_hits::n.eq(0));
                if !is_there? {
                    diesel::insert_into(page_hits::table).values(row).execute(conn)?;
                }
                Ok(true)
            };
            turn.create("/", create).map(drop)
        });
        let stored = db.connect().stored()?;
        let text = unique(&history, stored.iter().map(|(page, _)| &**page)).unwrap_err().to_string();
        assert!(text.contains("\"/\" is stored in 8 rows"), "{text}");
    }
}

/// As one has it who opens the file and does no more: nobody waits, and writers shut out readers.
fn impatient(db: &Database<SqliteConnection>) -> impl Fn() -> ConnectionResult<SqliteConnection> {
    db.connect()
        .batch_execute("PRAGMA journal_mode = DELETE")
        .unwrap();
    || SqliteConnection::establish(&db.url)
}

#[test]
fn a_busy_database_has_answered_and_a_race_that_it_turned_away_proves_nothing() {
    let db = sqlite("turned_away");
    let connect = impatient(&db);
    let mut lock = connect().unwrap();
    lock.batch_execute("BEGIN EXCLUSIVE").unwrap();
    let race = Race::new().threads(3).rounds(5).fixed();
    let history = race.run(&connect, |conn, turn| {
        turn.increment("/", 1, || conn.hit("/"))
    });
    assert_eq!(history.tally().failed, 15, "{}", history.tally());
    for operation in &history.operations {
        let locked = Answer::Failed("database is locked".to_owned());
        assert_eq!(operation.answer, locked);
    }
    let text = tickets(&history).unwrap_err().to_string();
    assert!(text.starts_with("the race proves nothing"), "{text}");
    let text = counter(&history, []).unwrap_err().to_string();
    assert!(text.starts_with("the race proves nothing"), "{text}");
}

/// A statement that loses increments, in a race in which one thread alone gets anything done.
#[test]
fn a_race_that_is_none_is_told_from_one_that_went_well() {
    fn read_and_replace(conn: &mut SqliteConnection) -> QueryResult<i64> {
        let n = conn.read("/")? + 1;
        let row = (
            page_hits::page.eq("/"),
            page_hits::day.eq(1),
            page_hits::n.eq(n),
        );
        diesel::replace_into(page_hits::table)
            .values(row)
            .execute(conn)?;
        Ok(n)
    }
    let db = sqlite("one_thread_alone");
    let race = Race::new().threads(4).rounds(20).fixed();
    let mut history = race.run(impatient(&db), |conn, turn| {
        let has_lock = turn.thread() == 0;
        if has_lock {
            // It has to get it, whoever has just opened the file.
            conn.batch_execute("PRAGMA busy_timeout = 60000; BEGIN EXCLUSIVE")?;
        }
        turn.barrier().wait();
        let counted = turn.increment("/", 1, || read_and_replace(conn));
        turn.barrier().wait();
        if has_lock {
            conn.batch_execute("COMMIT")?;
        }
        turn.barrier().wait();
        counted
    });
    let text = tickets(&history).unwrap_err().to_string();
    let words = "the race proves nothing of 3 of its 4 threads, which got nothing done: \
                 20 acknowledged, 60 failed, 0 of unknown outcome";
    assert!(text.starts_with(words), "{text}");
    assert!(text.contains("database is locked"), "{text}");

    // Nothing else of it says that the statement is wrong.
    history.threads_may_fail = true;
    tickets(&history).unwrap();
    check_counter(&history, &mut db.connect()).unwrap();
}

#[test]
fn a_race_ends_when_it_is_told() {
    let history = Race::new().rounds(usize::MAX).fixed().run(
        || SqliteConnection::establish(":memory:"),
        |_, turn| {
            let ends = turn.thread() == 3 && turn.round() == 10;
            turn.increment("/", 1, || Ok(()))?;
            if ends {
                turn.end_race();
            }
            Ok(())
        },
    );
    let rounds = |thread| {
        history
            .operations
            .iter()
            .filter(|o| o.thread == thread)
            .count()
    };
    assert_eq!(rounds(3), 11);
}

#[test]
fn a_race_in_which_one_panics_is_over_and_nobody_waits_for_it() {
    let race = || {
        Race::new().rounds(usize::MAX).fixed().run(
            || SqliteConnection::establish(":memory:"),
            |_, turn| {
                assert!(turn.thread() != 3 || turn.round() < 10, "the tenth round");
                turn.barrier().wait();
                Ok(())
            },
        )
    };
    let panic = std::panic::catch_unwind(race).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"the tenth round"));
}

#[test]
fn the_environment_does_not_change_a_race_that_is_fixed() {
    let test = |name| {
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", name]);
        command.envs([("UPSERT_RACE_THREADS", "3"), ("UPSERT_RACE_ROUNDS", "7")]);
        let output = command.output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("1 passed"), "{text}");
    };
    test("race::sqlite::no_increment_of_one_hot_row_is_lost_or_applied_twice");
    test("race::sqlite::reading_and_writing_loses_increments"); // 700 of 800, as it says
}
