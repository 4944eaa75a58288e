//! The threads: one reads the history, the others count it.

use std::collections::HashSet;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use indicatif::ProgressBar;

use crate::applied;
use crate::common::database::Database;
use crate::common::failure::{Context, Failure, Result};
use crate::counters::{self, Effort};
use crate::history::Commit;

/// What was read, and what it took to count it.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) commits: u64,
    /// Those of them that an earlier run has counted.
    pub(crate) known: u64,
    pub(crate) merges: u64,
    pub(crate) changes: u64,
    pub(crate) binary: u64,
    /// Changes of paths that are too long to be a key.
    pub(crate) too_long: u64,
    pub(crate) effort: Effort,
}

/// Commits that were read and wait to be counted. None once a worker has failed: the others stop
/// then.
type Queue = Arc<Mutex<Option<Receiver<Commit>>>>;

/// How many commits wait at most, so that a long history does not pile up in memory.
const QUEUE: usize = 256;

/// Counts a history, each commit by one of the connections, each of them in a thread of its own.
pub(crate) fn count(
    history: impl Iterator<Item = Result<Commit>>,
    known: &HashSet<Vec<u8>>,
    connections: Vec<Database>,
    progress: &ProgressBar,
) -> Result<Tally> {
    let (sender, receiver) = sync_channel(QUEUE);
    let queue: Queue = Arc::new(Mutex::new(Some(receiver)));
    thread::scope(|scope| {
        let spawn = |mut database: Database| {
            let queue = Arc::clone(&queue);
            scope.spawn(move || {
                let result = work(&mut database, &queue, progress);
                if result.is_err() {
                    *lock(&queue) = None;
                }
                result
            })
        };
        let workers: Vec<_> = connections.into_iter().map(spawn).collect();
        // The workers alone keep the queue open: without them, nobody waits to send.
        drop(queue);
        let mut tally = Tally::default();
        let read = read(history, known, &sender, &mut tally, progress);
        drop(sender);
        let results: Vec<_> = workers.into_iter().map(|worker| worker.join()).collect();
        for result in results {
            let effort = result.unwrap_or_else(|_| Err(Failure::new("a thread panicked")))?;
            tally.effort.upserts += effort.upserts;
            tally.effort.retries += effort.retries;
            tally.known += effort.known;
        }
        read.map(|()| tally)
    })
}

fn read(
    history: impl Iterator<Item = Result<Commit>>,
    known: &HashSet<Vec<u8>>,
    queue: &SyncSender<Commit>,
    tally: &mut Tally,
    progress: &ProgressBar,
) -> Result<()> {
    for commit in history {
        let commit = commit?;
        let count = |predicate: bool| u64::from(predicate);
        tally.commits += 1;
        tally.merges += count(commit.is_merge);
        for change in &commit.changes {
            tally.changes += 1;
            tally.binary += count(change.lines.is_none());
            tally.too_long += count(change.path.is_none());
        }
        if known.contains(&applied::id(&commit.hash)) {
            tally.known += 1;
            progress.inc(1);
            continue;
        }
        if queue.send(commit).is_err() {
            // A worker has failed, and says why.
            break;
        }
    }
    Ok(())
}

fn work(database: &mut Database, queue: &Queue, progress: &ProgressBar) -> Result<Effort> {
    let mut sum = Effort::default();
    while let Some(commit) = next(queue) {
        let effort = counters::count(database, &commit).context("cannot count a commit")?;
        sum.upserts += effort.upserts;
        sum.retries += effort.retries;
        sum.known += effort.known;
        progress.inc(1);
    }
    Ok(sum)
}

/// Waits for a commit. None when there are no more.
fn next(queue: &Queue) -> Option<Commit> {
    lock(queue).as_ref()?.recv().ok()
}

fn lock(queue: &Queue) -> std::sync::MutexGuard<'_, Option<Receiver<Commit>>> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}
