//! SQLite, in processes that are killed as they count, while others keep the database busy.

use std::thread;
use std::time::Duration;

use diesel::QueryResult;
use diesel::result::ConnectionResult;
use diesel::sqlite::SqliteConnection;
use upsert_harness::Turn;

use super::{Counters, Soaked, soak};
use crate::counting::{Count, How};
use crate::database::{self, Database};
use crate::faults::processes::Worker;

impl Soaked for Database<SqliteConnection> {
    type Conn = Worker;
    const RACE: Duration = Duration::from_secs(4);

    fn connect(&self) -> ConnectionResult<Worker> {
        Worker::start(self)
    }

    fn count(&self, worker: &mut Worker, how: How, turn: &mut Turn, page: &str) -> QueryResult<()> {
        let lot = turn.below(500);
        let before = Duration::from_micros(turn.below(300) as u64);
        turn.increment(page, 1, || {
            worker.ask(how, page)?;
            match lot {
                0 => {
                    thread::sleep(before); // to meet it in the middle of something
                    worker.kill();
                    worker.answer()
                }
                1 => worker.lose_answer(),
                _ => worker.answer(),
            }
        })
    }

    fn fault(&self, turn: &mut Turn) -> &'static str {
        let pause = Duration::from_millis(turn.below(100) as u64);
        let busy = self.connect().immediate_transaction(|conn| {
            conn.hit("/busy")?;
            thread::sleep(pause);
            Err::<(), _>(diesel::result::Error::RollbackTransaction)
        });
        assert_eq!(busy, Err(diesel::result::Error::RollbackTransaction));
        "busy"
    }

    fn stored(&self) -> Counters {
        self.connect().stored().unwrap().into_iter().collect()
    }
}

#[test]
fn nothing_is_lost_or_doubled() {
    let db = database::sqlite("soak");
    soak("SQLite", &db);
}
