//! Every order: an upsert is right in all of them, and what it replaces in two.

use std::sync::atomic::{AtomicI64, Ordering};

use diesel::prelude::*;
use upsert_harness::{Script, ScriptError};
use upsert_runtime::upsert;

use super::{Session, begin, connect, hit, note, sql};
use crate::schema::page_hits;

on_each_backend! {
    fn two_sessions_that_increment_are_right_in_every_order(db) {
        let script = holder!(db).session("b", |b| {
            b.step("b begins", begin).step("b hits", hit).step("b commits", sql("COMMIT"))
        });
        let mut runs = script.run_all();
        let mut waited = 0;
        for transcript in runs.by_ref() {
            let transcript = transcript.unwrap();
            assert_eq!(transcript.failures().count(), 0, "{transcript}");
            assert_eq!(db.connect().read()?, 2, "{transcript}");
            waited += usize::from(["a hits", "b hits", "a begins", "b begins"].iter().any(|step| transcript.waited(step)));
        }
        // Where `BEGIN` takes the lock, one has to end before the other begins, or waits as it
        // does.
        let (possible, impossible) = if db.is_sqlite() { (6, 14) } else { (14, 6) };
        assert_eq!((20 - runs.impossible(), runs.impossible()), (possible, impossible));
        assert!(waited > 0);
    }

    fn reading_and_writing_loses_an_update_in_every_order_but_one_after_the_other(db) {
        let (a, b) = (AtomicI64::new(0), AtomicI64::new(0));
        let script = script!(db)
            .session("a", |s| {
                s.step("a reads", |conn| note(conn, &a))
                    .step("a writes", |conn| conn.write(a.load(Ordering::Relaxed) + 1))
            })
            .session("b", |s| {
                s.step("b reads", |conn| note(conn, &b))
                    .step("b writes", |conn| conn.write(b.load(Ordering::Relaxed) + 1))
            });
        let mut lost = Vec::new();
        for transcript in script.run_all() {
            let transcript = transcript.unwrap();
            let steps: Vec<_> = transcript.events.iter().map(|event| &*event.step).collect();
            if db.connect().read()? != 2 {
                lost.push(steps.join(", "));
            }
        }
        assert_eq!(lost, [
            "a reads, b reads, a writes, b writes",
            "a reads, b reads, b writes, a writes",
            "b reads, a reads, a writes, b writes",
            "b reads, a reads, b writes, a writes",
        ]);
    }

    fn a_step_of_a_session_that_waits_is_impossible(db) {
        let script = holder!(db).session("b", |b| b.step("b hits", hit).step("b hits again", hit));
        let error = script.run(&["a begins", "a hits", "b hits", "b hits again", "a commits"]).unwrap_err();
        assert!(matches!(error, ScriptError::Impossible { .. }));
        assert_eq!(error.to_string(), "\
\"b hits again\" cannot begin: b still waits for a
so far:
  a begins: done
  a hits: 1
  b hits: waits for a");
    }
}
