//! The one-row counter upsert: by hand in Diesel, by `upsert!`, and by the C client, prepared.
//!
//! ```text
//! cargo bench -p upsert-benches
//! scripts/with-servers cargo bench -p upsert-benches --features postgres,mysql
//! ```

mod c_sqlite;
mod contestant;
mod failure;
mod measure;
mod options;
mod schema;
mod sqlite;
mod table;

#[cfg(feature = "postgres")]
mod c_libpq;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;

use std::process::ExitCode;

use failure::Failure;
use measure::{Plan, Report};
use options::{Command, Options};

/// A backend that this build can measure.
struct Backend {
    name: &'static str,
    /// The environment variable with the server's URL.
    url: Option<&'static str>,
    run: fn(url: &str, plan: &Plan) -> Result<Report, Failure>,
}

const BACKENDS: &[Backend] = &[
    Backend {
        name: "sqlite",
        url: None,
        run: sqlite::run,
    },
    #[cfg(feature = "postgres")]
    Backend {
        name: "postgres",
        url: Some("PG_DATABASE_URL"),
        run: postgres::run,
    },
    #[cfg(feature = "mysql")]
    Backend {
        name: "mysql",
        url: Some("MYSQL_DATABASE_URL"),
        run: mysql::run,
    },
];

fn main() -> ExitCode {
    let options = match options::parse(std::env::args().skip(1), BACKENDS) {
        Ok(Command::Measure(options)) => options,
        Ok(Command::Help) => {
            println!("{}", options::USAGE);
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    match measure_all(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn measure_all(options: &Options) -> Result<(), Failure> {
    let Plan { rounds, per_round } = options.plan;
    println!(
        "{rounds} rounds of {per_round} upserts by each contestant, over {} stored keys",
        schema::KEYS
    );
    let mut reports = Vec::new();
    for (backend, url) in &options.backends {
        let report = (backend.run)(url, &options.plan)
            .map_err(|failure| format!("{}: {failure}", backend.name))?;
        println!("{}", report.setting);
        reports.push(report);
    }
    println!("\n{}", table::table(&reports));
    Ok(())
}
