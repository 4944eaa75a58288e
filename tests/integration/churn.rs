//! `examples/churn`, run as its users run it, on histories that are made here.

use std::fs;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
#[cfg(any(feature = "postgres", feature = "mysql"))]
use upsert_harness::ServerBuilder;

use crate::example::{self, text};
use crate::folder::Folder;

#[path = "../../examples/churn/schema.rs"]
mod schema;

use schema::{churn_days, churn_path_months, churn_totals};

/// Runs the example on a repository and a database.
fn churn(repository: &Repository, url: &str, more: &[&str]) -> Output {
    command(repository, url, more)
        .output()
        .expect("the example runs")
}

fn command(repository: &Repository, url: &str, more: &[&str]) -> Command {
    let mut command = Command::new(example::program("churn"));
    command
        .current_dir(&*repository.folder)
        .args(["--database-url", url])
        .args(more)
        .stdin(Stdio::null());
    command
}

#[track_caller]
fn assert_verified(output: &Output) {
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{stdout}{stderr}");
    assert!(stdout.contains("\nverified: "), "{stdout}{stderr}");
    assert_eq!(stderr, "");
}

#[track_caller]
fn assert_refused(output: &Output, words: &[&str]) {
    example::assert_refused("churn", output, words);
}

/// A repository.
struct Repository {
    folder: Folder,
}

impl Repository {
    /// One without commits.
    fn unborn() -> Self {
        let folder = Self::no_repository();
        folder.git(&["init", "--quiet"], "");
        folder.git(&["symbolic-ref", "HEAD", "refs/heads/main"], "");
        folder
    }

    /// One with the history that a stream of `git fast-import` tells: file names need not be
    /// possible here.
    fn with(history: &str) -> Self {
        let repository = Self::unborn();
        // Every object into a file of its own, for a test to lose one.
        let loose = "fastimport.unpackLimit=100000";
        repository.git(&["-c", loose, "fast-import", "--quiet"], history);
        repository
    }

    /// An empty folder.
    fn no_repository() -> Self {
        Self {
            folder: Folder::new("churn"),
        }
    }

    fn git(&self, arguments: &[&str], input: &str) -> String {
        let file = self.folder.join("input");
        fs::write(&file, input).expect("the input is written");
        let output = Command::new("git")
            .current_dir(&*self.folder)
            .args(arguments)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("HOME", &*self.folder)
            .stdin(fs::File::open(file).expect("the input is there"))
            .output()
            .expect("git runs");
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            text(&output.stderr)
        );
        text(&output.stdout).trim().to_owned()
    }
}

/// A commit for `git fast-import`: its number, its parents' numbers, its author's date, and its
/// changes.
fn commit(number: u32, parents: &[u32], date: &str, changes: &[String]) -> String {
    let mut commit = format!(
        "commit refs/heads/main\nmark :{number}\nauthor A <a@b> {date}\n\
         committer C <c@d> 1700000000 +0000\ndata 0\n"
    );
    for (i, parent) in parents.iter().enumerate() {
        commit += &format!("{} :{parent}\n", if i == 0 { "from" } else { "merge" });
    }
    commit + &changes.concat() + "\n"
}

/// A file and what is in it from now on; the path may be one that git quotes.
fn put(path: &str, content: &str) -> String {
    let length = content.len();
    format!("M 100644 inline {path}\ndata {length}\n{content}\n")
}

/// Everything that there is a rule for.
fn difficult_history() -> Repository {
    let too_long = ["d".repeat(250).as_str(); 9].join("/");
    let first = [
        put("A", "1\n"),
        put("a", "1\n2\n"),
        put("\"a \"", "1\n"),
        put("binary", "\0\n"),
        put("café", "1\n"),
        put(r#""caf\351""#, "1\n"),
        put(r#""tab\t, \"quote\" and\nline""#, "1\n"),
        put(&too_long, "1\n2\n3\n"),
    ];
    let history = [
        // The last second of a year in UTC, though not where the author is.
        commit(1, &[], "1609459199 +0200", &first),
        commit(2, &[1], "1612137600 +0000", &["R a renamed\n".to_owned()]),
        // The other branch, on which an earlier change comes later.
        commit(3, &[1], "1609459201 -1200", &[put("A", "1\n2\n3\n")]),
        commit(4, &[3], "1609459200 +0000", &[put("A", "3\n")]),
        commit(5, &[2, 4], "1612137601 +0000", &[put("A", "3\n")]),
        commit(6, &[5], "1612137602 +0000", &[]),
    ];
    Repository::with(&history.concat())
}

/// Many commits that change few files.
fn busy_history(commits: u32) -> Repository {
    let history = (1..=commits).map(|number| {
        let parents: &[u32] = if number == 1 { &[] } else { &[number - 1] };
        let date = format!("{} +0000", 1_600_000_000 + i64::from(number) * 3600);
        let changes: Vec<_> = (0..7)
            .filter(|file| number % (file + 1) == 0)
            .map(|file| {
                put(
                    &format!("file{file}"),
                    &format!("{number}\n").repeat(file as usize + 1),
                )
            })
            .collect();
        commit(number, parents, &date, &changes)
    });
    Repository::with(&history.collect::<String>())
}

on_each_backend! {
    fn a_difficult_history_is_counted_by_the_rules(db) {
        let repository = difficult_history();
        // The second time all is counted, and the third time nothing is any more.
        for (fresh, known) in [(None, 0), (None, 6), (Some("--fresh"), 0)] {
            let arguments: Vec<_> = ["--threads", "8", "--verify"].into_iter().chain(fresh).collect();
            let output = churn(&repository, &db.url, &arguments);
            assert_known(&output, known);
            assert_verified(&output);
            let too_long = "too long a path for a row of its own: 1\n";
            assert!(text(&output.stdout).contains(too_long), "{}", text(&output.stdout));
        }
        let conn = &mut db.connect();

        let (born, moved) = (1_609_459_199, 1_612_137_600);
        let mut rows: Vec<(String, String, i64, i64, i64, i64, i64)> = churn_path_months::table.load(conn)?;
        rows.sort();
        let expected = [
            (r#""caf\351""#, "2020-12", 1, 1, 0, born, born),
            (r#""tab\t, \"quote\" and\nline""#, "2020-12", 1, 1, 0, born, born),
            ("A", "2020-12", 1, 1, 0, born, born),
            ("A", "2021-01", 2, 2, 2, 1_609_459_200, 1_609_459_201),
            ("a", "2020-12", 1, 2, 0, born, born),
            ("a", "2021-02", 1, 0, 2, moved, moved),
            ("a ", "2020-12", 1, 1, 0, born, born),
            ("binary", "2020-12", 1, 0, 0, born, born),
            ("café", "2020-12", 1, 1, 0, born, born),
            ("renamed", "2021-02", 1, 2, 0, moved, moved),
        ];
        assert_eq!(rows, expected.map(|(path, month, commits, added, deleted, first, last)| {
            (path.to_owned(), month.to_owned(), commits, added, deleted, first, last)
        }));

        let mut rows: Vec<(String, i64, i64, i64, i64, i64)> = churn_days::table.load(conn)?;
        rows.sort();
        let expected = [
            ("2020-12-31", 1, 10, 0, born, born),
            ("2021-01-01", 2, 2, 2, 1_609_459_200, 1_609_459_201),
            ("2021-02-01", 3, 2, 2, moved, 1_612_137_602),
        ];
        assert_eq!(rows, expected.map(|(day, commits, added, deleted, first, last)| {
            (day.to_owned(), commits, added, deleted, first, last)
        }));

        let rows: Vec<(i32, i64, i64, i64, i64, i64)> = churn_totals::table.load(conn)?;
        assert_eq!(rows, [(1, 6, 14, 4, born, 1_612_137_602)]);
    }

    fn eight_threads_count_what_one_counts(db) {
        let repository = busy_history(400);
        let output = churn(&repository, &db.url, &["--threads", "8", "--verify", "--top", "1"]);
        assert_verified(&output);
        let busiest = text(&output.stdout).lines().find(|line| line.ends_with("  file0"));
        assert!(busiest.is_some_and(|line| line.trim().starts_with("400 ")), "{busiest:?}");
    }

    fn a_table_of_another_shape_is_refused_and_left_alone(db) {
        let conn = &mut db.connect();
        conn.batch_execute("CREATE TABLE churn_totals (id INTEGER); INSERT INTO churn_totals VALUES (7)")?;
        let repository = difficult_history();
        assert_refused(&churn(&repository, &db.url, &["--verify"]), &["churn_totals", "not as expected"]);
        assert_eq!(churn_totals::table.select(churn_totals::id).load::<i32>(conn)?, [7]);
        assert!(churn_days::table.count().get_result::<i64>(conn).is_err(), "no table is made");
    }

    fn a_history_that_breaks_off_goes_on_where_it_did(db) {
        let repository = busy_history(50);
        let lost = repository.git(&["rev-parse", "HEAD~40:file0"], "");
        let (folder, file) = lost.split_at(2);
        let object = repository.folder.join(".git/objects").join(folder).join(file);
        let elsewhere = repository.folder.join("lost");
        fs::rename(&object, &elsewhere).expect("the object is in a file of its own");
        assert_refused(&churn(&repository, &db.url, &[]), &[&lost]);
        let conn = &mut db.connect();
        let counted: i64 = churn_totals::table.select(churn_totals::commits).first(conn)?;
        assert!((1..50).contains(&counted), "{counted}");
        fs::rename(&elsewhere, &object).expect("it is there again");
        let output = churn(&repository, &db.url, &["--verify"]);
        assert_verified(&output);
        assert_known(&output, counted);
    }

    fn two_runs_at_a_time_share_the_work(db) {
        let repository = busy_history(300);
        // The tables: two that make them at the same time may meet.
        churn(&Repository::unborn(), &db.url, &[]);
        let run = || churn(&repository, &db.url, &["--threads", "2"]);
        let outputs: Vec<Output> = thread::scope(|scope| {
            let runs = [scope.spawn(run), scope.spawn(run)];
            runs.map(|run| run.join().expect("the example runs")).into()
        });
        for output in &outputs {
            assert!(output.status.success(), "{}", text(&output.stderr));
        }
        assert_verified(&churn(&repository, &db.url, &["--verify"]));
    }

    fn a_run_that_is_killed_goes_on_where_it_was(db) {
        killed_and_run_again(&db.url, kills(), kill_it);
    }

    fn commits_that_are_gone_stay_counted_until_a_fresh_run(db) {
        let repository = busy_history(20);
        assert_verified(&churn(&repository, &db.url, &["--verify"]));
        repository.git(&["update-ref", "refs/heads/main", "HEAD~5"], "");
        let output = churn(&repository, &db.url, &["--verify"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains("`--fresh` begins anew"), "{}", text(&output.stderr));
        assert_verified(&churn(&repository, &db.url, &["--fresh", "--verify"]));
    }
}

/// How often a run is killed.
fn kills() -> u32 {
    let kills = std::env::var("UPSERT_CHURN_KILLS").ok();
    kills.map_or(6, |kills| kills.parse().expect("a number"))
}

/// Begins runs, and stops each at a random moment by `kill`; where one has ended before, the next
/// one begins anew. Whatever was counted by then, the last one ends and is verified.
fn killed_and_run_again(url: &str, kills: u32, mut kill: impl FnMut(&mut Child)) {
    let repository = busy_history(400);
    let (mut killed, mut fresh) = (0, false);
    while killed < kills {
        let more: &[&str] = if fresh { &["--fresh"] } else { &[] };
        let mut child = command(&repository, url, more)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the example runs");
        thread::sleep(Duration::from_millis(fastrand::u64(1..500)));
        fresh = child.try_wait().expect("it is there").is_some();
        if !fresh {
            kill(&mut child);
            killed += 1;
        }
        let status = child.wait().expect("it ends");
        if status.success() {
            assert_verified(&churn(&repository, url, &["--verify"]));
        }
    }
    assert_verified(&churn(&repository, url, &["--verify"]));
}

fn kill_it(child: &mut Child) {
    child.kill().expect("it is killed");
}

/// Kills the server, and every other time the program too.
#[cfg(any(feature = "postgres", feature = "mysql"))]
fn on_a_server_that_is_killed(server: ServerBuilder) {
    let mut server = server.start().unwrap();
    let url = server.url();
    let mut both = false;
    killed_and_run_again(&url, kills() / 2, |child| {
        server.kill().unwrap();
        if both {
            kill_it(child);
        }
        both = !both;
        // It says so and ends, or does not hear of it before the server is there again.
        server.restart().unwrap();
    });
}

#[cfg(feature = "postgres")]
#[test]
fn a_server_that_is_killed_loses_and_doubles_nothing_on_postgres() {
    on_a_server_that_is_killed(upsert_harness::Server::postgres());
}

#[cfg(feature = "mysql")]
#[test]
fn a_server_that_is_killed_loses_and_doubles_nothing_on_mysql() {
    on_a_server_that_is_killed(crate::server::mysql());
}

#[track_caller]
fn assert_known(output: &Output, known: i64) {
    let expected = format!("; counted before: {known}\n");
    let stdout = text(&output.stdout);
    assert!(
        stdout.contains(&expected),
        "{stdout}{}",
        text(&output.stderr)
    );
}

/// An SQLite file in the repository's folder.
const FILE: &str = "churn.sqlite";

#[test]
fn an_unborn_repository_counts_nothing() {
    let repository = Repository::unborn();
    let output = churn(&repository, FILE, &["--verify"]);
    assert_verified(&output);
    assert!(text(&output.stdout).starts_with("no commits yet: nothing to count\n"));
}

#[test]
fn a_bare_repository_is_as_good_and_so_is_a_folder_in_one() {
    let repository = difficult_history();
    fs::create_dir(repository.folder.join("folder")).expect("a folder");
    for path in [".git", "folder"] {
        assert_verified(&churn(&repository, FILE, &["--verify", "--repo", path]));
    }
}

#[test]
fn what_a_hook_sets_does_not_lead_to_another_repository() {
    let (repository, other) = (busy_history(3), difficult_history());
    let output = command(&repository, FILE, &[])
        .env("GIT_DIR", other.folder.join(".git"))
        .output()
        .expect("the example runs");
    assert!(
        text(&output.stdout).starts_with("commits  3,"),
        "{}",
        text(&output.stdout)
    );
}

#[test]
fn a_row_that_is_wrong_fails_the_verification() {
    let repository = busy_history(5);
    assert_verified(&churn(&repository, FILE, &["--verify"]));
    let url = repository.folder.join(FILE);
    SqliteConnection::establish(text(url.as_os_str().as_encoded_bytes()))
        .expect("the file is opened")
        .batch_execute(
            "CREATE TRIGGER lost_update AFTER UPDATE ON churn_path_months WHEN new.commits = 3 BEGIN
                UPDATE churn_path_months SET commits = 2 WHERE path = new.path AND month = new.month;
             END",
        )
        .expect("the trigger is made");
    let output = churn(&repository, FILE, &["--fresh", "--verify"]);
    assert_eq!(output.status.code(), Some(1));
    let stderr = text(&output.stderr);
    assert!(
        stderr.contains(r#"churn_path_months ("file0", "2020-09"): stored"#),
        "{stderr}"
    );
    assert!(
        stderr.ends_with("churn: rows that are not as recounted: 1\n"),
        "{stderr}"
    );
}

#[test]
fn a_folder_that_is_no_repository_is_refused_before_anything_is_written() {
    let folder = Repository::no_repository();
    assert_refused(&churn(&folder, FILE, &[]), &["not a git repository"]);
    assert!(!folder.folder.join(FILE).exists());
}

#[test]
fn an_unknown_scheme_is_refused() {
    let repository = Repository::unborn();
    assert_refused(
        &churn(&repository, "oracle://host/database", &[]),
        &["unknown scheme", "oracle:"],
    );
    assert_refused(&churn(&repository, ":memory:", &[]), &["file"]);
}

#[test]
fn a_server_that_cannot_be_reached_or_was_not_compiled_in_is_refused() {
    let repository = Repository::unborn();
    for (scheme, is_compiled_in) in [
        ("postgres", cfg!(feature = "postgres")),
        ("mysql", cfg!(feature = "mysql")),
    ] {
        let output = churn(
            &repository,
            &format!("{scheme}://user:secret@127.0.0.1:1/database"),
            &[],
        );
        let words = if is_compiled_in {
            "cannot open"
        } else {
            "built without"
        };
        assert_refused(&output, &[words]);
        assert!(
            !text(&output.stderr).contains("secret"),
            "{}",
            text(&output.stderr)
        );
    }
}

#[test]
fn a_reader_that_stops_early_is_no_error() {
    let repository = busy_history(3);
    let mut child = command(&repository, FILE, &[])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the example runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the example ends");
    assert!(output.status.success());
    assert_eq!(text(&output.stderr), "");
}
