//! `examples/race`, run as its users run it.

use std::fs;
use std::process::{Child, Command, Output, Stdio};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::example::{self, text};
use crate::folder::Folder;

diesel::table! {
    upsert_race (id) {
        id -> Integer,
        n -> BigInt,
    }
}

/// A folder for a run.
struct Run(Folder);

impl Run {
    fn new() -> Self {
        Self(Folder::new("race"))
    }

    /// Runs the example in this folder.
    fn race(&self, url: &str, more: &[&str]) -> Output {
        let child = self.start(url, more);
        child.wait_with_output().expect("the example ends")
    }

    fn start(&self, url: &str, more: &[&str]) -> Child {
        let mut command = Command::new(example::program("race"));
        // What makes the races of the other tests longer.
        for variable in ["THREADS", "ROUNDS", "SECONDS", "SEED"] {
            command.env_remove(format!("UPSERT_RACE_{variable}"));
        }
        command
            .current_dir(&*self.0)
            .args(["--database-url", url, "--svg", "race.svg"])
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().expect("the example runs")
    }

    fn chart(&self) -> String {
        fs::read_to_string(self.0.join("race.svg")).expect("the chart is written")
    }
}

#[track_caller]
fn assert_refused(output: &Output, words: &[&str]) {
    example::assert_refused("race", output, words);
}

/// One line of the table.
#[derive(Debug)]
struct Line<'a> {
    way: &'a str,
    threads: u32,
    acknowledged: u64,
    lost: u64,
}

/// The lines of a run that succeeded.
#[track_caller]
fn lines(output: &Output) -> Vec<Line<'_>> {
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{stdout}{stderr}");
    assert_eq!(stderr, "");
    let lines = stdout.lines().filter_map(|line| {
        // The names have spaces in them, but no two.
        let (way, columns) = line.split_once("  ")?;
        let columns = columns.replace(',', "");
        let mut columns = columns.split_whitespace();
        let threads = columns.next()?.parse().ok()?;
        let mut number = || columns.next()?.parse().ok();
        let [acknowledged, _repeated, lost] = [number()?, number()?, number()?];
        Some(Line {
            way,
            threads,
            acknowledged,
            lost,
        })
    });
    lines.collect()
}

const READ_THEN_WRITE: &str = "read, then write";

/// Every tag is closed, in order.
#[track_caller]
fn assert_well_formed(svg: &str) {
    let mut open = Vec::new();
    for tag in svg.split('<').skip(1) {
        let (tag, text) = tag.split_once('>').expect("a tag ends");
        assert!(!text.contains('>'), "{text}");
        let name = tag.split_whitespace().next().expect("a tag has a name");
        if let Some(name) = name.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(
        open.is_empty() && svg.starts_with("<svg ") && svg.ends_with("</svg>\n"),
        "{svg}"
    );
}

on_each_backend! {
    fn every_way_is_in_the_table_and_in_the_chart(db) {
        let run = Run::new();
        let output = run.race(&db.url, &["--threads", "3", "--seconds", "0.1", "--rows", "3"]);
        let lines = lines(&output);
        let threads: Vec<_> = lines.iter().map(|line| line.threads).collect();
        assert_eq!(threads, [1, 1, 1, 2, 2, 2, 3, 3, 3]);
        let chart = run.chart();
        assert_well_formed(&chart);
        for line in &lines {
            assert!(chart.contains(line.way), "{line:?}");
            assert!(line.acknowledged > 0, "{line:?}");
        }
        for label in ["increments stored per second", "increments lost, %", "threads, with a connection each", "3 rows, 0.1 s"] {
            assert!(chart.contains(label), "{label}");
        }
        let version = text(&output.stdout).split(':').next().expect("a first line");
        assert!(chart.contains(version), "{version}");
        let table = upsert_race::table.count().get_result::<i64>(&mut db.connect());
        assert!(table.is_err(), "the table is gone");
    }

    fn only_reading_and_writing_loses_increments(db) {
        let output = Run::new().race(&db.url, &["--threads", "8", "--seconds", "0.5"]);
        let lines = lines(&output);
        let lost = |line: &&Line<'_>| line.lost > 0;
        for line in lines.iter().filter(lost) {
            assert_eq!(line.way, READ_THEN_WRITE, "{line:?}");
        }
        assert!(lines.iter().filter(lost).any(|line| line.threads == 8), "{lines:?}");
        assert!(lines.iter().filter(lost).all(|line| line.threads > 1), "{lines:?}");
    }

    fn a_table_of_other_columns_is_refused_and_left_alone(db) {
        let conn = &mut db.connect();
        conn.batch_execute("CREATE TABLE upsert_race (id INTEGER); INSERT INTO upsert_race VALUES (7)")?;
        assert_refused(&Run::new().race(&db.url, &[]), &["upsert_race", "not as expected"]);
        assert_eq!(upsert_race::table.select(upsert_race::id).load::<i32>(conn)?, [7]);
    }
}

/// An SQLite file in the folder of a run.
const FILE: &str = "race.sqlite";

#[test]
fn the_table_of_a_race_that_was_interrupted_is_taken_over() {
    let run = Run::new();
    let url = run.0.join(FILE);
    SqliteConnection::establish(text(url.as_os_str().as_encoded_bytes()))
        .expect("the file is opened")
        .batch_execute(
            "CREATE TABLE upsert_race (id INTEGER NOT NULL PRIMARY KEY, n INTEGER NOT NULL) STRICT;
             INSERT INTO upsert_race VALUES (0, 1000000)",
        )
        .expect("the table is made");
    let output = run.race(FILE, &["--threads", "1", "--seconds", "0.05"]);
    assert!(lines(&output).iter().all(|line| line.lost == 0));
}

#[test]
fn an_increment_too_many_fails_the_race() {
    let run = Run::new();
    let mut race = run.start(FILE, &["--threads", "1", "--seconds", "0.3"]);
    let url = run.0.join(FILE);
    // Whatever is in the way, a missing table for one, the next time may do.
    while race.try_wait().expect("the example is there").is_none() {
        if let Ok(mut conn) = SqliteConnection::establish(text(url.as_os_str().as_encoded_bytes()))
        {
            let _ = conn.batch_execute("UPDATE upsert_race SET n = n + 1");
        }
    }
    let output = race.wait_with_output().expect("the example ends");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let words = "race: upsert!, threads: 1: the counter \"0\" is ";
    assert!(
        text(&output.stderr).contains(words),
        "{}",
        text(&output.stderr)
    );
    assert!(text(&output.stderr).contains(" were applied that nobody asked for\n"));
}

#[test]
fn what_cannot_be_raced_is_refused_in_one_line() {
    let run = Run::new();
    for (arguments, words) in [
        (["--threads", "0"], "'--threads <N>'"),
        (["--threads", "many"], "'--threads <N>'"),
        (["--rows", "1001"], "'--rows <N>'"),
        (["--seconds", "0"], "from 0.01 to 60"),
        (["--seconds", "NaN"], "from 0.01 to 60"),
        (["--seed", "-1"], "'-1'"),
        (["--unknown", "option"], "'--unknown'"),
    ] {
        assert_refused(&run.race(FILE, &arguments), &[words]);
    }
    for (url, words) in [
        ("oracle://host/database", "unknown scheme"),
        (":memory:", "file"),
        ("no/such/folder", "cannot open no/such/folder"),
    ] {
        assert_refused(&run.race(url, &[]), &[words]);
    }
    assert!(!run.0.join(FILE).exists(), "nothing is made");
}

#[test]
fn a_chart_that_cannot_be_written_is_refused_before_the_race() {
    let run = Run::new();
    let chart = run.0.join("race.svg");
    fs::create_dir(chart).expect("a folder in the way");
    assert_refused(&run.race(FILE, &[]), &["cannot write race.svg"]);
}

#[test]
fn a_server_that_cannot_be_reached_or_was_not_compiled_in_is_refused() {
    let run = Run::new();
    for (scheme, is_compiled_in) in [
        ("postgres", cfg!(feature = "postgres")),
        ("mysql", cfg!(feature = "mysql")),
    ] {
        let words = if is_compiled_in {
            "cannot open"
        } else {
            "--example race"
        };
        let output = run.race(&format!("{scheme}://user:secret@127.0.0.1:1/database"), &[]);
        assert_refused(&output, &[words]);
        assert!(
            !text(&output.stderr).contains("secret"),
            "{}",
            text(&output.stderr)
        );
    }
}
