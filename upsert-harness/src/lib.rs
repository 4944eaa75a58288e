//! Proves an upsert under concurrency and faults: threads, one connection each, a history that is
//! checked, and scripts.
//!
//! ```
//! # upsert_runtime::doctest_prelude!();
//! use diesel::ConnectionError::CouldntSetupConfiguration;
//! use diesel::connection::SimpleConnection;
//! use upsert_harness::{Race, tickets};
//!
//! # let folder = std::env::temp_dir().join(format!("upsert-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder).unwrap();
//! # let url = folder.join("race.db").to_str().unwrap().to_owned();
//! let connect = || {
//!     let mut conn = SqliteConnection::establish(&url)?;
//!     conn.batch_execute("PRAGMA busy_timeout = 60000; PRAGMA journal_mode = WAL").map_err(CouldntSetupConfiguration)?;
//!     Ok(conn)
//! };
//! # connect().unwrap().batch_execute(
//! #     "CREATE TABLE page_hits (page TEXT NOT NULL, day INTEGER NOT NULL, n BIGINT NOT NULL, title TEXT, PRIMARY KEY (page, day))",
//! # ).unwrap();
//! let history = Race::new().threads(4).rounds(25).run(connect, |conn, turn| {
//!     let page = turn.pick(&["/", "/about"]);
//!     turn.increment(page, 1, || {
//!         upsert!(page_hits, values = { page, day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >, returning = n)
//!             .get_result::<i64>(conn)
//!     })
//! });
//! tickets(&history).unwrap();
//! # std::fs::remove_dir_all(&folder).unwrap();
//! ```
//!
//! A [`Race`] releases the threads together and writes down what each of them did: the [`History`].
//! The checkers read it, and need no database:
//!
//! | checker | holds when |
//! |---|---|
//! | [`counter`] | the sum of what was acknowledged <= the stored number <= that and what is unknown |
//! | [`tickets`] | what unit increments returned is exactly 1..=N, and rises in each thread |
//! | [`unique`] | there is one row for each key, and one thread that created it |
//!
//! A race in which nothing was acknowledged, or nothing of a thread that tried, proves nothing, and
//! is an error of each of them; [`Race::threads_may_fail`] allows for the second. On SQLite that is
//! what becomes of connections without a `busy_timeout`.
//!
//! An operation whose connection broke may have been applied or not: its outcome is *unknown*, and
//! each checker allows for both. A checker that fails says which operations contradict each other,
//! the seed, and the command that repeats the race.
//!
//! What goes wrong around it is done for real: a [`Server`] of the test's own is killed and started
//! again, a [`Cluster`] loses a node, a [`Proxy`] stalls and cuts connections.
//!
//! ```no_run
//! # upsert_runtime::doctest_prelude!();
//! # trait Hit: Connection { fn hit(&mut self, page: &str) -> QueryResult<i64>; }
//! # fn test<PgConnection: Hit>() -> Result<(), upsert_harness::ServerError> {
//! use std::sync::Mutex;
//! use std::time::Duration;
//! use upsert_harness::{Race, Server, tickets};
//!
//! let server = Server::postgres().start()?;
//! let (url, server) = (server.url(), Mutex::new(server));
//! let history = Race::new().rounds(usize::MAX).patience(Duration::from_secs(60)).run(
//!     || PgConnection::establish(&url),
//!     |conn, turn| {
//!         if turn.thread() > 0 {
//!             return turn.increment("/", 1, || conn.hit("/"));
//!         }
//!         // The first thread makes the fault, and the race lasts as long as that.
//!         let mut server = server.lock().unwrap();
//!         server.kill().and_then(|()| server.restart()).unwrap();
//!         turn.end_race();
//!         Ok(())
//!     },
//! );
//! tickets(&history).unwrap();
//! # Ok(())
//! # }
//! ```
//!
//! A race shows that something is wrong; a [`Script`] shows where. It takes the named steps of
//! several sessions in a given order, or in all of them, and says which of them wait for which.
//!
#![doc = include_str!("isolation.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod checkers;
mod environment;
mod history;
mod proxy;
mod race;
mod script;
#[cfg(unix)]
mod server;
mod waits;

pub use self::checkers::{Violation, counter, tickets, unique};
pub use self::history::{Action, Answer, History, Observed, Operation, Tally, Value};
pub use self::proxy::Proxy;
pub use self::race::{Barrier, Race, Turn};
pub use self::script::{Event, Runs, Script, ScriptError, Seen, Session, Transcript};
#[cfg(unix)]
pub use self::server::{Cluster, Server, ServerBuilder, ServerError};
pub use self::waits::{Wait, Waits, Watched};

/// The README's example compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
