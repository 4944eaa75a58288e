//! One race after another on the same database, with faults all the time: nothing acknowledged is
//! lost and nothing is counted twice, for as long as it takes.
//!
//! `scripts/soak` runs it for long; among the other tests it is short. Each race has counters of
//! its own, so that what is held in memory stays small; its first thread does not count, but makes
//! the faults, by the race's seed. The last race counts with a wrong statement: it is to be caught,
//! or all before it proves nothing.

#[cfg(feature = "mysql")]
mod cluster;
mod processes;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod servers;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use diesel::QueryResult;
use diesel::connection::SimpleConnection;
use diesel::result::ConnectionResult;
use upsert_harness::{Action, Answer, History, Race, Tally, Turn, Violation, counter, tickets};

use crate::counting::How;

/// How long a soak takes: `UPSERT_SOAK_SECONDS`.
fn length() -> Duration {
    let seconds = std::env::var("UPSERT_SOAK_SECONDS").map_or(8, |text| {
        text.parse().expect("UPSERT_SOAK_SECONDS is a number")
    });
    Duration::from_secs(seconds)
}

/// How long a thread goes on trying to connect.
const PATIENCE: Duration = Duration::from_secs(120);

type Counters = BTreeMap<String, i64>;

/// What is soaked.
trait Soaked: Sync {
    type Conn: SimpleConnection;

    /// How long each of its races takes.
    const RACE: Duration;

    /// Whether an increment returns what is stored then.
    const TICKETS: bool = true;

    fn connect(&self) -> ConnectionResult<Self::Conn>;

    fn count(
        &self,
        conn: &mut Self::Conn,
        how: How,
        turn: &mut Turn,
        page: &str,
    ) -> QueryResult<()>;

    /// Does something bad and says what it was. When it returns, everything works again.
    fn fault(&self, turn: &mut Turn) -> &'static str;

    /// All counters, by a connection that no fault befalls.
    fn stored(&self) -> Counters;
}

/// Soaks it for as long as is asked for.
fn soak<S: Soaked>(name: &'static str, soaked: &S) {
    let mut report = Report::new(name);
    while report.began.elapsed() < length() {
        let prefix = format!("/{}/", report.races);
        let history = race(soaked, How::Hit, S::RACE, &prefix, &report.faults);
        if S::TICKETS {
            tickets(&history).unwrap();
        }
        report.add(&history, &prefix, &soaked.stored()).unwrap();
    }
    report.finish(&soaked.stored());

    let length = S::RACE.min(Duration::from_secs(2));
    let history = race(soaked, How::Overwrite, length, "/wrong/", &Mutex::default());
    let text = check(&history, "/wrong/", &soaked.stored())
        .unwrap_err()
        .to_string();
    assert!(text.contains(" of them are lost"), "{text}");
    if S::TICKETS {
        let text = tickets(&history).unwrap_err().to_string();
        assert!(text.contains("two increments of "), "{text}");
    }
}

fn race<S: Soaked>(
    soaked: &S,
    how: How,
    length: Duration,
    prefix: &str,
    faults: &Mutex<BTreeMap<&'static str, usize>>,
) -> History {
    let race = Race::new()
        .threads(7)
        .rounds(usize::MAX)
        .deadline(length)
        .patience(PATIENCE)
        .threads_may_fail();
    race.run(
        || soaked.connect(),
        |conn, turn| {
            if turn.thread() > 0 {
                let page = format!("{prefix}{}", turn.below(4));
                return soaked.count(conn, how, turn, &page);
            }
            thread::sleep(Duration::from_millis(turn.below(300) as u64));
            let fault = soaked.fault(turn);
            *faults
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .entry(fault)
                .or_default() += 1;
            Ok(())
        },
    )
}

/// Checks the counters of a race, which begin with `prefix`.
fn check(history: &History, prefix: &str, stored: &Counters) -> Result<(), Violation> {
    let of_this_race = stored.iter().filter(|(key, _)| key.starts_with(prefix));
    counter(history, of_this_race.map(|(key, n)| (&**key, *n)))
}

/// What a soak came to.
struct Report {
    name: &'static str,
    began: Instant,
    races: usize,
    tally: Tally,
    /// What each counter may be by now: increments of unknown outcome may still be under way when
    /// it is first looked at.
    counters: BTreeMap<String, (i64, i64)>,
    /// What was done, and how often.
    faults: Mutex<BTreeMap<&'static str, usize>>,
}

impl Report {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            began: Instant::now(),
            races: 0,
            tally: Tally::default(),
            counters: BTreeMap::new(),
            faults: Mutex::default(),
        }
    }

    /// Checks a race and counts it.
    fn add(&mut self, history: &History, prefix: &str, stored: &Counters) -> Result<(), Violation> {
        check(history, prefix, stored)?;

        for operation in &history.operations {
            let Action::Increment(by) = operation.action else {
                continue;
            };
            let (least, most) = match operation.answer {
                Answer::Acknowledged(_) => (by, by),
                Answer::Unknown(_) => (0, by),
                Answer::Failed(_) => continue,
            };
            let counter = self.counters.entry(operation.key.clone()).or_default();
            *counter = (counter.0 + least, counter.1 + most);
        }
        self.races += 1;
        self.tally += history.tally();
        Ok(())
    }

    /// The end: all counters of all races, once more.
    #[track_caller]
    fn finish(&self, stored: &Counters) {
        let (mut lost, mut doubled, mut sum) = (0, 0, 0);
        for (key, (least, most)) in &self.counters {
            let n = stored.get(key).copied().unwrap_or(0);
            lost += (least - n).max(0);
            doubled += (n - most).max(0);
            sum += n;
        }
        let acknowledged = i64::try_from(self.tally.acknowledged).expect("few enough");
        println!(
            "soak of {}: {:.0} s, {} races: {}, of which {} were counted; {lost} lost, {doubled} doubled; faults: {:?}",
            self.name,
            self.began.elapsed().as_secs_f64(),
            self.races,
            self.tally,
            sum - acknowledged,
            self.faults.lock().unwrap_or_else(PoisonError::into_inner),
        );
        let strangers = stored.keys().find(|key| !self.counters.contains_key(*key));
        assert_eq!((lost, doubled, strangers), (0, 0, None));
        assert!(self.tally.acknowledged > 0);
        assert!(self.tally.unknown > 0, "no fault was felt");
    }
}
