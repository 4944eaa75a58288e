//! SQLite from several processes, which are killed as they count.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use diesel::QueryResult;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::{ConnectionResult, DatabaseErrorKind, Error};
use upsert_harness::Race;

use crate::counting::{How, assert_counted, check_counter};
use crate::database::{self, Database};

/// A process that counts for us. It dies with this.
pub(crate) struct Worker {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Worker {
    pub(crate) fn start(db: &Database<SqliteConnection>) -> ConnectionResult<Self> {
        let mut process = Command::new(env!("CARGO_BIN_EXE_worker"))
            .args(["count", &db.url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the worker starts");
        let input = process.stdin.take().expect("a pipe");
        let output = BufReader::new(process.stdout.take().expect("a pipe"));
        Ok(Self {
            process,
            input,
            output,
        })
    }

    /// Asks it to count, and does not wait for the answer.
    pub(crate) fn ask(&mut self, how: How, page: &str) -> QueryResult<()> {
        let how = match how {
            How::Hit => "hit",
            How::Overwrite => "overwrite",
        };
        writeln!(self.input, "{how} {page}").map_err(|error| closed(error.to_string()))
    }

    pub(crate) fn answer(&mut self) -> QueryResult<i64> {
        let mut line = String::new();
        match self.output.read_line(&mut line) {
            Ok(1..) => line
                .trim()
                .parse()
                .map_err(|_| Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(line))),
            Ok(0) => Err(closed("the worker is gone".to_owned())),
            Err(error) => Err(closed(error.to_string())),
        }
    }

    fn hit(&mut self, page: &str) -> QueryResult<i64> {
        self.ask(How::Hit, page)?;
        self.answer()
    }

    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("it is killed");
        self.process.wait().expect("it ends");
    }

    /// It is killed when it has answered, and the answer is lost.
    pub(crate) fn lose_answer(&mut self) -> QueryResult<i64> {
        self.answer()?;
        self.kill();
        Err(closed("the answer is lost".to_owned()))
    }
}

fn closed(what: String) -> Error {
    Error::DatabaseError(DatabaseErrorKind::ClosedConnection, Box::new(what))
}

/// For a race to ask whether it is there.
impl SimpleConnection for Worker {
    fn batch_execute(&mut self, _: &str) -> QueryResult<()> {
        match self.process.try_wait() {
            Ok(None) => Ok(()),
            _ => Err(closed("the worker is gone".to_owned())),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.kill();
    }
}

#[test]
fn a_busy_database_is_waited_for_by_four_processes() {
    let db = database::sqlite("a_busy_database_is_waited_for");
    let history = Race::new().threads(4).rounds(300).run(
        || Worker::start(&db),
        |worker, turn| {
            let page = format!("/{}", turn.below(3));
            turn.increment(&page, 1, || worker.hit(&page))
        },
    );
    let tally = history.tally();
    assert_eq!((tally.failed, tally.unknown), (0, 0), "{tally}");
    assert_counted(&history, &mut db.connect());
}

#[test]
fn what_a_process_has_acknowledged_outlives_its_sigkill() {
    let db = database::sqlite("what_a_process_has_acknowledged");
    let history = Race::new().threads(4).rounds(200).run(
        || Worker::start(&db),
        |worker, turn| {
            let page = format!("/{}", turn.below(3));
            let is_killed = turn.below(20) == 0;
            let before = Duration::from_micros(turn.below(300) as u64);
            turn.increment(&page, 1, || {
                worker.ask(How::Hit, &page)?;
                if is_killed {
                    thread::sleep(before); // to meet it in the middle of something
                    worker.kill();
                }
                worker.answer()
            })
        },
    );
    let tally = history.tally();
    assert!(tally.unknown > 0, "none was killed in time: {tally}");
    assert_counted(&history, &mut db.connect());
}

/// The control: whoever takes an unknown outcome for a failure counts twice, and is caught.
#[test]
fn repeating_what_is_unknown_is_caught() {
    let db = database::sqlite("repeating_what_is_unknown");
    let history = Race::new().threads(2).rounds(100).fixed().run(
        || Worker::start(&db),
        |worker, turn| {
            let is_killed = turn.round() % 10 == 0;
            turn.increment("/", 1, || {
                let n = worker.hit("/")?;
                if !is_killed {
                    return Ok(n);
                }
                // It was counted, and the answer has not come through.
                worker.kill();
                *worker = Worker::start(&db).expect("a worker");
                worker.hit("/")
            })
        },
    );
    let text = check_counter(&history, &mut db.connect())
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("20 were applied that nobody asked for"),
        "{text}"
    );
}
