//! Who waits, and for whom.

use std::time::Duration;

use diesel::prelude::*;
use upsert_harness::{Script, ScriptError, Seen};
use upsert_runtime::upsert;

use super::{Session, add, begin, connect, hit, sql};
use crate::schema::page_hits;

on_each_backend! {
    fn the_second_waits_for_the_first_and_goes_on(db) {
        let script = holder!(db).session("b", |b| b.step("b hits", hit));
        let transcript = script.run(&["a begins", "a hits", "b hits", "a commits"]).unwrap();
        assert_eq!(transcript.to_string(), "\
a begins: done
a hits: 1
b hits: waits for a
a commits: done
b hits: 2
");
        assert!(transcript.waited("b hits") && !transcript.waited("a hits"));
        assert_eq!(transcript.last("b hits").and_then(Seen::value), Some("2"));
    }

    fn who_has_the_lock_and_takes_its_time_does_not_wait(db) {
        let script = holder!(db).session("b", |b| b.step("b hits slowly", |conn| {
            begin(conn)?;
            let n = hit(conn)?;
            std::thread::sleep(Duration::from_millis(600));
            Ok(n)
        }));
        let transcript = script.run(&["a begins", "a hits", "b hits slowly", "a commits"]).unwrap();
        assert_eq!(transcript.to_string(), "\
a begins: done
a hits: 1
b hits slowly: waits for a
a commits: done
b hits slowly: 2
");
    }

    fn who_comes_later_does_not_wait(db) {
        let script = holder!(db).session("b", |b| b.step("b hits", hit));
        let transcript = script.run(&["a begins", "a hits", "a commits", "b hits"]).unwrap();
        assert_eq!(transcript.to_string(), "\
a begins: done
a hits: 1
a commits: done
b hits: 2
");
    }

    fn another_row_is_not_waited_for_but_on_sqlite(db) {
        let script = holder!(db).session("b", |b| b.step("b hits", |conn| conn.hit("/other")));
        let transcript = script.run(&["a begins", "a hits", "b hits", "a commits"]).unwrap();
        assert_eq!(transcript.waited("b hits"), db.is_sqlite());
        assert_eq!(transcript.last("b hits").and_then(Seen::value), Some("1"));
    }

    fn a_session_that_still_waits_at_the_end_is_let_go(db) {
        let script = script!(db)
            .session("a", |a| a.step("a begins", begin).step("a hits", hit))
            .session("b", |b| b.step("b hits", hit));
        let transcript = script.run(&["a begins", "a hits", "b hits"]).unwrap();
        assert!(matches!(transcript.last("b hits"), Some(Seen::Waiting(_))), "{transcript}");
        // `a` was rolled back, and `b` came to its end.
        assert_eq!(db.connect().read()?, 1);
    }

    fn two_wait_in_a_queue(db) {
        let script = holder!(db)
            .session("b", |b| b.step("b begins", sql("SELECT 1")).step("b adds", add))
            .session("c", |c| c.step("c adds", add));
        let transcript = script.run(&["a begins", "b begins", "a hits", "b adds", "c adds", "a commits"]).unwrap();
        assert_eq!(db.connect().read()?, 3);
        let c_waits_for = if db.is_sqlite() {
            "a"
        } else if db.is_mysql() {
            "a, b"
        } else {
            "b"
        };
        assert_eq!(transcript.to_string(), format!("\
a begins: done
b begins: done
a hits: 1
b adds: waits for a
c adds: waits for {c_waits_for}
a commits: done
b adds: 1
c adds: 1
"));
    }

    fn a_deadlock_is_waited_for_until_one_fails(db) {
        let hits = |page: &'static str| move |conn: &mut _| Session::hit(conn, page);
        let script = script!(db)
            .session("a", |a| {
                a.step("a begins", begin).step("a hits 1", hits("/1")).step("a hits 2", hits("/2")).step("a commits", sql("COMMIT"))
            })
            .session("b", |b| {
                b.step("b begins", begin).step("b hits 2", hits("/2")).step("b hits 1", hits("/1")).step("b commits", sql("COMMIT"))
            });
        let transcript = script.run(
            &["a begins", "b begins", "a hits 1", "b hits 2", "a hits 2", "b hits 1", "a commits", "b commits"]
        );
        if db.is_sqlite() {
            // The second cannot begin: there is nothing to wait for crosswise.
            assert!(matches!(transcript, Err(ScriptError::Impossible { .. })), "{transcript:?}");
        } else {
            let transcript = transcript.unwrap();
            assert!(transcript.waited("a hits 2") && !transcript.waited("b hits 1"), "{transcript}");
            let failures: Vec<_> = transcript.failures().collect();
            let [(_, error)] = failures[..] else { panic!("{transcript}") };
            assert!(error.to_lowercase().contains("deadlock"), "{error}");
        }
    }

    fn a_lock_timeout_is_an_error_of_the_step_that_waits(db) {
        let script = holder!(db)
            .session("b", |b| {
                b.step("b has no time", sql(if db.is_sqlite() {
                    "PRAGMA busy_timeout = 3000"
                } else if db.is_mysql() {
                    "SET innodb_lock_wait_timeout = 3"
                } else {
                    "SET lock_timeout = 3000"
                }))
                .step("b hits", hit)
                .step("b goes on", sql("SELECT 1"))
            })
            .patience(Duration::from_secs(20));
        let transcript = script
            .run(&["b has no time", "a begins", "a hits", "b hits", "b goes on", "a commits"])
            .unwrap();
        let error = transcript.last("b hits").and_then(Seen::error).unwrap_or_default();
        let rest = transcript.to_string().replace(error, "ERROR");
        assert_eq!(rest, "\
b has no time: done
a begins: done
a hits: 1
b hits: waits for a
b hits: failed: ERROR
b goes on: done
a commits: done
");
        assert!(error.to_lowercase().contains("lock"), "{error}");
    }
}
