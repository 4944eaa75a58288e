//! The history of a repository, commit by commit.

use std::io::{BufRead, BufReader};

use crate::common::failure::{Context, Failure, Result};
use crate::git::Output;
use crate::path;

/// One commit.
#[derive(Debug)]
pub(crate) struct Commit {
    /// Its hash.
    pub(crate) hash: String,
    /// When its author made it, in seconds since 1970.
    pub(crate) time: i64,
    /// Whether it has several parents. Git attributes no changes to such a commit.
    pub(crate) is_merge: bool,
    /// What it changed, by path in ascending order.
    pub(crate) changes: Vec<Change>,
}

/// One path that a commit changed.
#[derive(Debug)]
pub(crate) struct Change {
    /// None if it is too long to be a key.
    pub(crate) path: Option<String>,
    /// None for a binary file.
    pub(crate) lines: Option<Lines>,
}

/// How many lines were added and deleted.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Lines {
    pub(crate) added: i64,
    pub(crate) deleted: i64,
}

impl Commit {
    /// All its lines.
    pub(crate) fn lines(&self) -> Lines {
        let changes = self.changes.iter().filter_map(|change| change.lines);
        changes.fold(Lines::default(), |sum, lines| Lines {
            added: sum.added + lines.added,
            deleted: sum.deleted + lines.deleted,
        })
    }
}

/// Reads what `git log -z --numstat --format='commit %H %at %P'` writes:
///
/// ```text
/// commit 5f0c4a1 1795316208 9207d22 e7795d0 NUL       a commit without changes
/// commit 9207d22 1795316208 1ef8e33 NUL               and one with
/// LF 0 TAB 2 TAB a NUL 2 TAB 0 TAB b NUL - TAB - TAB binary NUL
/// ```
pub(crate) struct History {
    output: BufReader<Output>,
    /// The commit whose changes are being read.
    current: Option<Commit>,
}

impl History {
    pub(crate) fn new(output: Output) -> Self {
        Self {
            output: BufReader::new(output),
            current: None,
        }
    }

    fn read(&mut self) -> Result<Option<Commit>> {
        let mut record = Vec::new();
        loop {
            record.clear();
            let length = self.output.read_until(0, &mut record);
            if length.context("git log")? == 0 {
                return Ok(self.current.take().map(sorted));
            }
            record.pop();
            if let Some(header) = record.strip_prefix(b"commit ") {
                if let Some(commit) = self.current.replace(commit(header)) {
                    return Ok(Some(sorted(commit)));
                }
                continue;
            }
            let change = change(record.strip_prefix(b"\n").unwrap_or(&record));
            match (&mut self.current, change) {
                (Some(commit), Some(change)) => commit.changes.push(change),
                _ => {
                    let record = record.escape_ascii();
                    return Err(Failure::new(format_args!("git log wrote \"{record}\"")));
                }
            }
        }
    }
}

impl Iterator for History {
    type Item = Result<Commit>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

fn commit(header: &[u8]) -> Commit {
    let header = String::from_utf8_lossy(header);
    let (hash, header) = header.split_once(' ').unwrap_or((&header, ""));
    let (time, parents) = header.split_once(' ').unwrap_or((header, ""));
    Commit {
        hash: hash.to_owned(),
        // As git shows a date that it cannot read.
        time: time.parse().unwrap_or(0),
        is_merge: parents.contains(' '),
        changes: Vec::new(),
    }
}

fn change(record: &[u8]) -> Option<Change> {
    let mut fields = record.splitn(3, |&byte| byte == b'\t');
    let (added, deleted, path) = (fields.next()?, fields.next()?, fields.next()?);
    let number = |field| std::str::from_utf8(field).ok()?.parse().ok();
    let lines = match (added, deleted) {
        (b"-", b"-") => None,
        _ => Some(Lines {
            added: number(added)?,
            deleted: number(deleted)?,
        }),
    };
    let path = path::name(path);
    Some(Change { path, lines })
}

fn sorted(mut commit: Commit) -> Commit {
    commit.changes.sort_by(|a, b| a.path.cmp(&b.path));
    commit
}
