//! Scripts that end before their end, and leave nothing behind.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::result::ConnectionError;
use upsert_harness::{Script, ScriptError, Seen};
use upsert_runtime::upsert;

use super::{Session, begin, connect, hit, sql};
use crate::schema::page_hits;

on_each_backend! {
    fn what_takes_too_long_is_an_error_that_says_what_was_seen(db) {
        let script = holder!(db)
            .session("b", |b| b.step("b dawdles", Session::dawdle))
            .deadline(Duration::from_secs(2));
        let begun = Instant::now();
        let error = script.run(&["b dawdles", "a begins", "a hits", "a commits"]).unwrap_err();
        assert!(matches!(error, ScriptError::Deadline { .. }));
        let text = error.to_string();
        assert!(text.starts_with("\"b dawdles\" did not end within 2s, and the database does not say that anyone waits\nso far:\n"), "{text}");
        // It was ended.
        assert!(begun.elapsed() < Duration::from_secs(30));
    }

    fn a_panic_of_a_step_is_that_of_the_script_and_leaves_nothing_behind(db) {
        let script = holder!(db).session("b", |b| b.step("b hits", hit)).session("c", |c| {
            // Without the message, and the time that it takes to print it.
            c.step("c panics", |_| -> QueryResult<()> { std::panic::resume_unwind(Box::new("a mistake")) })
        });
        let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            script.run(&["a begins", "a hits", "b hits", "c panics", "a commits"])
        }));
        assert_eq!(run.unwrap_err().downcast_ref(), Some(&"a mistake"));
        // `a` is rolled back, and `b` had its turn: nobody has the row.
        assert_eq!(db.connect().hit("/")?, 2);
    }

    fn an_error_of_a_step_is_in_the_transcript_and_the_script_goes_on(db) {
        let script = script!(db).session("a", |a| a.step("a fails", sql("nonsense")).step("a hits", hit));
        let transcript = script.run(&["a fails", "a hits"]).unwrap();
        let failures: Vec<_> = transcript.failures().collect();
        assert!(matches!(failures[..], [("a fails", _)]), "{transcript}");
        assert_eq!(transcript.last("a hits").and_then(Seen::value), Some("1"));
    }

    fn a_connection_that_fails_is_an_error_with_the_name_of_its_session(db) {
        let count = Mutex::new(0);
        // Setup, monitor, `a`.
        let connect = || {
            let mut count = count.lock().unwrap();
            *count += 1;
            if *count == 3 { Err(ConnectionError::BadConnection("no".to_owned())) } else { Ok(db.connect()) }
        };
        let script = Script::new(connect).setup(|_| Ok(())).session("a", |a| a.step("a hits", hit));
        assert_eq!(script.run(&["a hits"]).unwrap_err().to_string(), "a cannot connect: no");
    }

    fn wrong_names_are_refused_before_anything_is_done(db) {
        let connections = AtomicI64::new(0);
        let connect = || {
            connections.fetch_add(1, Ordering::Relaxed);
            Ok(db.connect())
        };
        let script = Script::new(connect).session("a", |a| a.step("a hits", hit).step("a hits", hit));
        assert!(matches!(script.run(&["a hits"]), Err(ScriptError::Duplicate { .. })));
        assert!(matches!(script.run_all().next(), Some(Err(ScriptError::Duplicate { .. }))));
        let script = Script::new(connect).session("a", |a| a.step("a hits", hit));
        assert!(matches!(script.run(&["b hits"]), Err(ScriptError::Unknown { .. })));
        assert!(matches!(script.run(&[]), Err(ScriptError::Missing { .. })));
        assert_eq!(connections.load(Ordering::Relaxed), 0);
    }
}
