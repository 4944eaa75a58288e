//! Counts who changes what in a git history, from several threads at once, with nothing but
//! upserts.
//!
//! ```text
//! main.rs ── git.rs, history.rs, path.rs      the commits, read by one thread
//!   │ ────── workers.rs                       handed to several
//!   │          └── counters.rs, applied.rs    that upsert each into three tables, once: start here
//!   │ ────── database/, schema.rs             on any of three databases
//!   └ ────── report.rs, verify.rs             what came of it, and whether it is right
//!
//! ../common/                                  what is not about churn
//! ```

mod applied;
#[path = "../common/mod.rs"]
mod common;
mod counters;
mod database;
mod date;
mod git;
mod history;
mod path;
mod report;
mod schema;
mod verify;
mod workers;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};

use crate::common::database::Database;
use crate::common::failure::{Context, Result};
use crate::common::terminal::{complain, print};
use crate::common::url::Url;
use crate::git::Repository;
use crate::workers::Tally;

const DEFAULT_FOLDER: &str = "target";
const DEFAULT_FILE: &str = "target/churn.sqlite";

/// Counts the changes in a git history from several threads at once, each count an upsert
#[derive(Parser)]
#[command(name = "churn", after_help = RULES)]
struct Arguments {
    /// The repository, or a folder in it
    #[arg(long, value_name = "PATH", default_value = ".")]
    repo: PathBuf,

    /// An SQLite file, postgres://.. or mysql://.. (if built with the feature of that name)
    #[arg(long, value_name = "URL", default_value = DEFAULT_FILE)]
    database_url: String,

    /// How many threads count
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: u16,

    /// How many of the busiest paths to print
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(..=1000))]
    top: u32,

    /// Forget what is counted, and begin anew
    #[arg(long)]
    fresh: bool,

    /// Recount with one thread and in memory, and compare every row
    #[arg(long)]
    verify: bool,
}

const RULES: &str = "\
What is counted:
  The commits that HEAD reaches, each on the day (UTC) when its author made it;
  a date that git cannot read is 1970-01-01. No commits yet: nothing is counted.
  A rename is a deletion and an addition.
  A binary file counts as changed, with 0 lines.
  A merge counts as a commit of its day, and changes no path.
  The oldest commits of a shallow clone add all their files.
  A path that is not UTF-8, or has control characters, quotes or backslashes in
  it, is written as git quotes it: \"caf\\351\". If the name has more than 2,000
  bytes, the change counts in its day and in the total only, and a line says how
  many there were.

Where:
  In the tables churn_path_months, churn_days and churn_totals, which are made if
  they are not there. A table of that name with other columns is left alone, and
  nothing is counted. Each commit is counted once, by its hash, which is in the
  table upsert_ledger: another run adds what is new, one that is interrupted goes
  on where it was, and two at a time share the work. What HEAD no longer reaches
  stays counted, until --fresh, beside which no other run may count.

Exit status:
  0  all is counted, and verified if asked for
  1  --verify found a row that is wrong
  2  it cannot be done: a line says why; what is counted stays, no commit by half";

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(status) => status,
        Err(failure) => {
            complain(format_args!("churn: {failure}"));
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode> {
    let url = Url::parse(&arguments.database_url)?;
    let repository = Repository::open(&arguments.repo)?;
    if arguments.database_url == DEFAULT_FILE {
        std::fs::create_dir_all(DEFAULT_FOLDER).context("cannot make the folder target")?;
    }
    let mut database = Database::open(&url)?;
    database.prepare()?;
    if arguments.fresh {
        database.empty().context("cannot empty the tables")?;
    }

    let start = Instant::now();
    let tally = count(arguments, &url, &repository, &mut database)?;
    let time = start.elapsed();

    if repository.is_unborn() {
        print("no commits yet: nothing to count")?;
    } else {
        let threads = arguments.threads.into();
        print(&report::summary(
            &tally,
            &mut database,
            &url,
            threads,
            time,
        )?)?;
        if arguments.top > 0 {
            print(&format!(
                "\n{}",
                report::busiest(&mut database, arguments.top)?
            ))?;
        }
    }
    if arguments.verify {
        return verify(&repository, &mut database);
    }
    Ok(ExitCode::SUCCESS)
}

fn count(
    arguments: &Arguments,
    url: &Url,
    repository: &Repository,
    database: &mut Database,
) -> Result<Tally> {
    let connections: Result<Vec<_>> = (0..arguments.threads)
        .map(|_| Database::open(url))
        .collect();
    let known = applied::known(database).context("cannot read the ledger")?;
    let progress = progress("counting", repository)?;
    let tally = workers::count(repository.history()?, &known, connections?, &progress);
    progress.finish_and_clear();
    tally
}

fn verify(repository: &Repository, database: &mut Database) -> Result<ExitCode> {
    let progress = progress("verifying", repository)?;
    let verdict = verify::verify(repository.history()?, database, &progress);
    progress.finish_and_clear();
    let verify::Verdict { rows, differences } = verdict?;
    if differences.is_empty() {
        print(&format!(
            "\nverified: a recount agrees with all {rows} rows"
        ))?;
        return Ok(ExitCode::SUCCESS);
    }
    let known = applied::known(database).context("cannot read the ledger")?;
    let is_more = known.len() as u64 > repository.commits()?;
    for difference in differences.iter().take(5) {
        complain(difference);
    }
    complain(format_args!(
        "churn: rows that are not as recounted: {}{}",
        differences.len(),
        if is_more {
            "; commits are counted that HEAD does not reach: `--fresh` begins anew"
        } else {
            ""
        }
    ));
    Ok(ExitCode::from(1))
}

/// Shown on a terminal only.
fn progress(what: &'static str, repository: &Repository) -> Result<ProgressBar> {
    let template = "{msg} {wide_bar} {human_pos}/{human_len} commits, {eta} left";
    let style = ProgressStyle::with_template(template).context("progress bar")?;
    let progress = ProgressBar::new(repository.commits()?);
    Ok(progress.with_style(style).with_message(what))
}
