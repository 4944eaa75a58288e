//! What goes wrong on a bad day, done for real: servers and processes killed, connections cut,
//! locks, full disks.
//!
//! However it ends, what was acknowledged is counted once, what failed is not counted, and what is
//! unknown is counted once at most.

#[cfg(feature = "mysql")]
pub(crate) mod cluster;
mod connections;
mod crash;
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
#[cfg(any(feature = "postgres", feature = "mysql"))]
use diesel::result::ConnectionResult;
#[cfg(any(feature = "postgres", feature = "mysql"))]
use upsert_harness::Turn;
use upsert_harness::{History, Race};

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

/// All threads but the first count. The first makes the faults, one each time that so many more
/// increments were acknowledged, and ends the race after as many again.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(crate) fn race_with_faults<Conn: Count>(
    threads: usize,
    connect: impl Fn() -> ConnectionResult<Conn> + Sync,
    count: impl Fn(&mut Conn, &mut Turn) -> QueryResult<()> + Sync,
    increments: usize,
    faults: &[&(dyn Fn() + Sync)],
) -> History {
    let acknowledged = AtomicUsize::new(0);
    let race = Race::new().threads(threads + 1).rounds(usize::MAX).fixed();
    // One of them may be at a node that is cut off from the beginning to the end.
    let race = race.threads_may_fail();
    race.patience(DEADLINE).run(connect, |conn, turn| {
        if turn.thread() > 0 {
            count(conn, turn)?;
            acknowledged.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        let before = acknowledged.load(Ordering::Relaxed);
        wait_until("increments are acknowledged", || {
            acknowledged.load(Ordering::Relaxed) >= before + increments
        });
        match faults.get(turn.round()) {
            Some(fault) => fault(),
            None => turn.end_race(),
        }
        Ok(())
    })
}

/// A race of one increment, of which nothing need come.
fn once<Conn: Count>(url: &str, hit: impl Fn(&mut Conn) -> QueryResult<i64> + Sync) -> History {
    let race = Race::new().threads(1).rounds(1).fixed().threads_may_fail();
    race.patience(DEADLINE).run(
        || Conn::establish(url),
        |conn, turn| turn.increment("/", 1, || hit(conn)),
    )
}
