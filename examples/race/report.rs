//! The table that is printed.

use std::fmt::Write;

use indicatif::HumanCount;

use crate::cell::Cell;
use crate::ways::Way;

/// What is raced, and where.
pub(crate) struct Setting {
    /// `PostgreSQL 15.4`
    pub(crate) version: String,
    pub(crate) rows: u16,
    pub(crate) seconds: f64,
    /// What stands for a row lock.
    pub(crate) lock: &'static str,
}

impl Setting {
    /// `one row, 1 s for each race`
    pub(crate) fn conditions(&self) -> String {
        let rows = match self.rows {
            1 => "one row".to_owned(),
            rows => format!("{} rows", HumanCount(rows.into())),
        };
        format!("{rows}, {} s for each race", self.seconds)
    }

    pub(crate) fn name(&self, way: Way) -> &'static str {
        match way {
            Way::ReadThenWrite => "read, then write",
            Way::RowLock => self.lock,
            Way::Upsert => "upsert!",
        }
    }

    /// All races, those with as many threads together.
    pub(crate) fn table(&self, cells: &[Cell]) -> String {
        let mut text = format!("{}: {}\n\n", self.version, self.conditions());
        let header = [
            "acknowledged",
            "repeated",
            "lost",
            "lost, %",
            "stored/s",
            "upsert! is",
        ];
        text += &line("", "threads", &header.map(str::to_owned));
        let mut threads = None;
        for cell in cells {
            if threads
                .replace(cell.threads)
                .is_some_and(|before| before != cell.threads)
            {
                text.push('\n');
            }
            let count = |n| HumanCount(n).to_string();
            let columns = [
                count(cell.acknowledged),
                count(cell.repeated),
                count(cell.lost()),
                format!("{:.1}", cell.percent_lost()),
                count(cell.per_second().round() as u64),
                ratio(cell, cells).unwrap_or_default(),
            ];
            text += &line(self.name(cell.way), &cell.threads.to_string(), &columns);
        }
        text + NOTES
    }
}

const NOTES: &str = "
repeated    rolled back (a deadlock, a conflict, a row that another thread had inserted), and sent again
stored/s    what is in the table at the end, by the time that was raced: lost increments do not count
upsert! is  its stored/s by that of the line, with as many threads
";

fn line(way: &str, threads: &str, columns: &[String; 6]) -> String {
    let [acknowledged, repeated, lost, percent, speed, ratio] = columns;
    let mut line = String::new();
    let _ = write!(
        line,
        "{way:<21} {threads:>7} {acknowledged:>12} {repeated:>8} {lost:>9} {percent:>7} {speed:>9} {ratio:>10}"
    );
    line.trim_end().to_owned() + "\n"
}

/// How many times as many the upsert has stored.
fn ratio(cell: &Cell, cells: &[Cell]) -> Option<String> {
    let same = |other: &&Cell| other.way == Way::Upsert && other.threads == cell.threads;
    let upsert = cells
        .iter()
        .find(same)
        .filter(|_| cell.way != Way::Upsert)?;
    (cell.stored > 0).then(|| format!("{:.1} x", upsert.per_second() / cell.per_second()))
}
