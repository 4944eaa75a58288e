//! What goes wrong on a bad day, done for real: servers and processes killed, connections cut, locks, full disks.
//!
//! However it ends, what was acknowledged is counted once, what failed is not counted, and what is unknown is counted once at most.

mod connections;
mod crash;
#[cfg(feature = "mysql")]
pub(crate) mod galera;
pub(crate) mod processes;
mod refused;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod servers;

use std::time::Duration;
#[cfg(any(feature = "postgres", feature = "mysql"))]
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Instant,
};

use diesel::QueryResult;
use upsert_runtime::harness::{History, Race};

use crate::counting::Count;

/// How long anything may take that is waited for.
const DEADLINE: Duration = Duration::from_secs(60);

#[cfg(any(feature = "postgres", feature = "mysql"))]
/// Waits until it is so.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !is_so() {
        assert!(Instant::now() < deadline, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// How many increments were acknowledged, for whoever makes faults meanwhile.
#[cfg(any(feature = "postgres", feature = "mysql"))]
#[derive(Default)]
struct Progress(AtomicUsize);

#[cfg(any(feature = "postgres", feature = "mysql"))]
impl Progress {
    fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Waits until there are that many more.
    #[track_caller]
    fn wait_for(&self, more: usize) {
        let before = self.0.load(Ordering::Relaxed);
        wait_until("increments are acknowledged", || {
            self.0.load(Ordering::Relaxed) >= before + more
        });
    }
}

/// A race of one increment.
fn once<Conn: Count>(url: &str, hit: impl Fn(&mut Conn) -> QueryResult<i64> + Sync) -> History {
    let race = Race::new().threads(1).rounds(1).fixed();
    race.patience(DEADLINE).run(
        || Conn::establish(url),
        |conn, turn| turn.increment("/", 1, || hit(conn)),
    )
}
