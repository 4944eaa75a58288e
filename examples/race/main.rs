//! Three ways to count, by more and more threads: what is stored in a second, and what is lost.
//!
//! ```text
//! main.rs ── cell.rs        one race: so many threads, one way to count
//!   │          └── ways.rs  the three ways: start here
//!   │ ────── database.rs    the table that they race for
//!   └ ────── report.rs, chart.rs
//!
//! ../common/                what is not about races
//! ```

mod cell;
mod chart;
#[path = "../common/mod.rs"]
mod common;
mod database;
mod report;
mod ways;

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};
use upsert_harness::{Race, Server};

use crate::cell::Cell;
use crate::common::database::Database;
use crate::common::failure::{Context, Failure, Result};
use crate::common::terminal::{complain, print};
use crate::common::url::Url;
use crate::report::Setting;
use crate::ways::Way;

const DEFAULT_FOLDER: &str = "target";
const DEFAULT_FILE: &str = "target/race.sqlite";
const DEFAULT_SVG: &str = "target/race.svg";

/// Has more and more threads count in three ways, and shows what each way stores in a second and
/// what it loses
#[derive(Parser)]
#[command(name = "race", after_help = RULES)]
struct Arguments {
    /// An SQLite file, postgres://.. or mysql://.. (if built with the feature of that name)
    #[arg(long, value_name = "URL", default_value = DEFAULT_FILE)]
    database_url: String,

    /// Start a private server for the run, from programs that are installed (Debian: postgresql,
    /// mariadb-server)
    #[arg(long, value_enum, conflicts_with = "database_url")]
    server: Option<Private>,

    /// How many threads there are at most: 1, 2, 4 and so on up to this
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: u16,

    /// How long each way counts with each number of threads, from 0.01 to 60
    #[arg(long, value_name = "S", default_value_t = 1.0, value_parser = seconds)]
    seconds: f64,

    /// In how many rows they count
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1000))]
    rows: u16,

    /// Where the chart is written
    #[arg(long, value_name = "PATH", default_value = DEFAULT_SVG)]
    svg: PathBuf,

    /// What the rows are drawn from, where there are several
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

/// A server of our own.
#[derive(Clone, Copy, ValueEnum)]
enum Private {
    Postgres,
    Mariadb,
}

impl Private {
    /// Starts it. Commits wait for the disk.
    fn start(self) -> Result<Server> {
        let (url, server) = match self {
            Self::Postgres => ("postgres://", Server::postgres()),
            Self::Mariadb => ("mysql://", Server::mariadb()),
        };
        Url::parse(url)?; // whether this program can talk to it
        server.start().map_err(|error| {
            // Below is the end of its log.
            let error = error.to_string();
            Failure::new(error.lines().next().unwrap_or_default())
        })
    }
}

const RULES: &str = "\
What is raced:
  read, then write      SELECT n, then UPDATE to n + 1 (or INSERT), each on its own
  row lock              the same in a transaction, SELECT .. FOR UPDATE;
                        on SQLite, which has no row locks, BEGIN IMMEDIATE
  upsert!               one statement
  All of it is in examples/race/ways.rs. Each begins with an empty table. What the
  database rolls back, for a deadlock for one, is sent again. Servers are taken as
  they are configured, and that of --server waits for the disk at each commit; SQLite
  has WAL, synchronous = NORMAL and a busy timeout.
  That the first way loses increments is what is shown, and no failure.

Where:
  In the table upsert_race (id, n), which is made for each race and dropped at the
  end. One that is there already is dropped if it has exactly these columns, as an
  interrupted run leaves it. With others it is left alone, and nothing is raced.
  Two runs cannot share a database. What is left behind is the SQLite file, in WAL
  mode, and nothing on PostgreSQL and MySQL. A server of --server is gone, however
  the run ends.

Exit status:
  0  the row lock and the upsert lost nothing and applied nothing twice
  1  one of them did: the checker says what
  2  it cannot be done: a line says why";

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Err(error) if error.use_stderr() => Err(usage(&error)),
        Err(error) => error.exit(),
        Ok(arguments) => Ok(arguments),
    };
    match arguments.and_then(|arguments| run(&arguments)) {
        Ok(status) => status,
        Err(failure) => {
            complain(format_args!("race: {failure}"));
            ExitCode::from(2)
        }
    }
}

/// The first line of what clap says, which is what is wrong.
fn usage(error: &clap::Error) -> Failure {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    Failure::new(line.trim_start_matches("error: "))
}

fn run(arguments: &Arguments) -> Result<ExitCode> {
    let server = arguments.server.map(Private::start).transpose()?;
    let url = match &server {
        Some(server) => Url::parse(&server.url())?,
        None => Url::parse(&arguments.database_url)?,
    };
    let is_default = server.is_none() && arguments.database_url == DEFAULT_FILE;
    if is_default || arguments.svg == Path::new(DEFAULT_SVG) {
        fs::create_dir_all(DEFAULT_FOLDER).context("cannot make the folder target")?;
    }
    let svg = &arguments.svg;
    let cannot_write = format!("cannot write {}", svg.display());
    let setting = prepare(arguments, &url)?;
    let races = is_writable(svg)
        .context(&cannot_write)
        .and_then(|()| races(arguments, &url, &setting));
    // By a new connection, for another may be what failed.
    let dropped = Database::open(&url).and_then(|mut database| database.drop_table());
    let cells = races?;
    dropped?;

    print(&setting.table(&cells))?;
    fs::write(svg, chart::svg(&setting, &cells)?).context(&cannot_write)?;
    print(&format!("\nchart: {}", svg.display()))?;
    Ok(verdict(&setting, &cells))
}

fn prepare(arguments: &Arguments, url: &Url) -> Result<Setting> {
    Ok(Setting {
        version: Database::open(url)?.prepare()?,
        rows: arguments.rows,
        seconds: arguments.seconds,
        lock: match url {
            Url::Sqlite(_) => "BEGIN IMMEDIATE",
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            _ => "row lock",
        },
    })
}

/// Seen before the races and not after them. What is there is not changed.
fn is_writable(path: &Path) -> std::io::Result<()> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .map(drop)
}

fn races(arguments: &Arguments, url: &Url, setting: &Setting) -> Result<Vec<Cell>> {
    let threads = doubling(arguments.threads);
    let progress = progress(threads.len() * Way::ALL.len())?;
    let mut cells = Vec::new();
    for threads in threads {
        for way in Way::ALL {
            progress.set_message(format!("{}, threads: {threads}", setting.name(way)));
            let race = Race::new()
                .threads(threads.into())
                .rounds(usize::MAX)
                .deadline(Duration::from_secs_f64(arguments.seconds))
                .seed(arguments.seed);
            cells.push(cell::run(url, way, &race, arguments.rows)?);
            progress.inc(1);
        }
    }
    Ok(cells)
}

/// 1, 2, 4 .. and `most`.
fn doubling(most: u16) -> Vec<u16> {
    let powers = std::iter::successors(Some(1_u16), |n| n.checked_mul(2));
    powers.take_while(|n| *n < most).chain([most]).collect()
}

fn verdict(setting: &Setting, cells: &[Cell]) -> ExitCode {
    let mut status = ExitCode::SUCCESS;
    for cell in cells.iter().filter(|cell| cell.way.is_safe()) {
        if let Some(violation) = &cell.violation {
            complain(format_args!(
                "race: {}, threads: {}: {violation}",
                setting.name(cell.way),
                cell.threads
            ));
            status = ExitCode::from(1);
        }
    }
    status
}

/// Shown on a terminal only, and cleared when it is dropped.
fn progress(races: usize) -> Result<ProgressBar> {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}, {eta} left")
        .context("progress bar")?;
    let progress = ProgressBar::new(races as u64).with_style(style);
    Ok(progress.with_finish(ProgressFinish::AndClear))
}

fn seconds(text: &str) -> std::result::Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.01..=60.0).contains(&seconds) => Ok(seconds),
        _ => Err("not a number from 0.01 to 60".to_owned()),
    }
}
