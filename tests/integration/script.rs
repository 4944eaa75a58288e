//! Scripts on real databases: that they see who waits, come to an end, and find what is wrong.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::LoadConnection;
use diesel::prelude::*;
use diesel::result::ConnectionError;
use upsert_runtime::dialect::Waits;
use upsert_runtime::harness::{Script, ScriptError, Seen};
use upsert_runtime::upsert;

use crate::database::Database;
use crate::schema::page_hits;

/// What the scripts do, on each backend.
pub(crate) trait Session: LoadConnection<Backend: Waits> {
    const BACKEND: Backend;

    /// Begins a transaction that may write.
    const BEGIN: &'static str;

    /// Increments the page and returns its number.
    fn hit(&mut self, page: &str) -> QueryResult<i64>;

    fn read(&mut self) -> QueryResult<i64>;

    fn write(&mut self, n: i64) -> QueryResult<()>;

    /// Increments the row by an UPDATE and returns how many there are.
    fn add(&mut self) -> QueryResult<usize>;

    /// Waits for nobody, and for longer than the tests have.
    fn dawdle(&mut self) -> QueryResult<()>;
}

macro_rules! session {
    ($conn:ty, $backend:ident, $begin:literal, hit: $hit:expr, dawdle: $dawdle:expr) => {
        impl Session for $conn {
            const BACKEND: Backend = Backend::$backend;
            const BEGIN: &'static str = $begin;

            fn hit(&mut self, page: &str) -> QueryResult<i64> {
                let hit: fn(&mut Self, &str) -> QueryResult<i64> = $hit;
                hit(self, page)
            }

            fn read(&mut self) -> QueryResult<i64> {
                page_hits::table
                    .find(("/", 1))
                    .select(page_hits::n)
                    .first(self)
            }

            fn write(&mut self, n: i64) -> QueryResult<()> {
                let page = diesel::update(page_hits::table.find(("/", 1)));
                page.set(page_hits::n.eq(n)).execute(self).map(drop)
            }

            fn add(&mut self) -> QueryResult<usize> {
                let page = diesel::update(page_hits::table.find(("/", 1)));
                page.set(page_hits::n.eq(page_hits::n + 1)).execute(self)
            }

            fn dawdle(&mut self) -> QueryResult<()> {
                $dawdle(self)
            }
        }
    };
}

macro_rules! hit_returning {
    () => {
        |conn, page| {
            upsert!(page_hits, values = { page, day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >, returning = n)
                .get_result(conn)
        }
    };
}

session!(
    SqliteConnection, Sqlite, "BEGIN IMMEDIATE",
    hit: hit_returning!(),
    dawdle: |_: &mut _| {
        std::thread::sleep(Duration::from_secs(3));
        Ok(())
    }
);
#[cfg(feature = "postgres")]
session!(PgConnection, Postgres, "BEGIN", hit: hit_returning!(), dawdle: sql("SELECT pg_sleep(60)"));
#[cfg(feature = "mysql")]
session!(
    MysqlConnection, Mysql, "BEGIN",
    hit: |conn, page| {
        upsert!(page_hits, values = { page, day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >).execute(conn)?;
        page_hits::table.find((page, 1)).select(page_hits::n).first(conn)
    },
    dawdle: sql("DO SLEEP(60)")
);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    #[cfg(feature = "postgres")]
    Postgres,
    #[cfg(feature = "mysql")]
    Mysql,
}

impl<Conn: Session> Database<Conn> {
    fn is_sqlite(&self) -> bool {
        Conn::BACKEND == Backend::Sqlite
    }

    fn is_mysql(&self) -> bool {
        // Without the feature there is no such variant.
        format!("{:?}", Conn::BACKEND) == "Mysql"
    }
}

pub(crate) fn connect<Conn: Connection>(
    db: &Database<Conn>,
) -> impl Fn() -> Result<Conn, ConnectionError> + Sync {
    || Ok(db.connect())
}

pub(crate) fn sql<Conn: Connection>(text: &'static str) -> impl Fn(&mut Conn) -> QueryResult<()> {
    |conn| conn.batch_execute(text)
}

fn hit<Conn: Session>(conn: &mut Conn) -> QueryResult<i64> {
    conn.hit("/")
}

/// Reads the number for a later step.
fn note<Conn: Session>(conn: &mut Conn, n: &AtomicI64) -> QueryResult<i64> {
    let read = conn.read()?;
    n.store(read, Ordering::Relaxed);
    Ok(read)
}

fn add<Conn: Session>(conn: &mut Conn) -> QueryResult<usize> {
    conn.add()
}

/// A row with 0 in each interleaving.
macro_rules! script {
    ($db:expr) => {
        Script::new(connect($db)).setup(|conn| {
            diesel::delete(page_hits::table).execute(conn)?;
            upsert!(page_hits, values = { page: "/", day: 1, n: 0 }, conflict = (page, day), set = nothing)
                .execute(conn)
        })
    };
}

/// `a` increments in a transaction; the others by themselves.
macro_rules! holder {
    ($db:expr) => {
        script!($db).session("a", |a| {
            a.step("a begins", |conn| begin(conn))
                .step("a hits", |conn| hit(conn))
                .step("a commits", sql("COMMIT"))
        })
    };
}

fn begin<Conn: Session>(conn: &mut Conn) -> QueryResult<()> {
    conn.batch_execute(Conn::BEGIN)
}

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
        let script = holder!(db).session("b", |b| b.step("b begins", sql("SELECT 1")).step("b hits", hit));
        let mut runs = script.run_all();
        let last = runs.by_ref().map(Result::unwrap).find(|transcript| {
            transcript.events.last().is_some_and(|event| event.step == "b hits") && transcript.waited("b hits")
        });
        assert!(last.is_some());
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
        // Where `BEGIN` takes the lock, one has to end before the other begins, or waits as it does.
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

/// Somebody else keeps the server's view of locks from being brought up to date.
#[cfg(feature = "mysql")]
#[test]
fn an_answer_of_mariadb_that_is_older_than_the_question_does_not_count() {
    use std::sync::atomic::AtomicBool;

    let db = crate::database::mysql("an_answer_that_is_older");
    let monitor = &mut db.connect();
    let version = diesel::select(diesel::dsl::sql::<diesel::sql_types::Text>("VERSION()"));
    if !version
        .get_result::<String>(monitor)
        .unwrap()
        .contains("MariaDB")
    {
        return;
    }
    let (begun, over) = (std::sync::Barrier::new(2), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let conn = &mut db.connect();
            let read =
                || diesel::sql_query("DO (SELECT COUNT(*) FROM information_schema.INNODB_TRX)");
            read().execute(conn).unwrap();
            begun.wait();
            while !over.load(Ordering::Relaxed) {
                read().execute(conn).unwrap();
            }
        });
        begun.wait();
        let answer = diesel::mysql::Mysql::waits(monitor, &[]);
        over.store(true, Ordering::Relaxed);
        assert_eq!(answer, Ok(None));
    });
    // With nobody else, unless it is another test.
    let answered =
        (0..100).any(|_| diesel::mysql::Mysql::waits(monitor, &[]) == Ok(Some(Vec::new())));
    assert!(answered);
}
