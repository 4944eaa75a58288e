//! The command line.

use crate::Backend;
use crate::measure::Plan;

pub(crate) const USAGE: &str = "\
Usage: cargo bench -p upsert-benches [--features postgres,mysql] [-- [OPTION..] [BACKEND..]]

BACKEND is sqlite, postgres or mysql; without one, every backend that is built in is measured.

  --rounds N      how often each contestant has its turn (500)
  --per-round N   upserts in a turn (100)
  --help          this text

postgres and mysql use the servers at PG_DATABASE_URL and MYSQL_DATABASE_URL, which `scripts/with-servers` starts.";

/// More than anyone has the patience for, and small enough to be kept in memory.
const MOST: usize = 1_000_000;

pub(crate) enum Command {
    Measure(Options),
    Help,
}

pub(crate) struct Options {
    pub(crate) plan: Plan,
    /// What to measure, each with its server's URL.
    pub(crate) backends: Vec<(&'static Backend, String)>,
}

pub(crate) fn parse(
    mut arguments: impl Iterator<Item = String>,
    available: &'static [Backend],
) -> Result<Command, String> {
    let mut plan = Plan {
        rounds: 500,
        per_round: 100,
    };
    let mut chosen: Vec<&'static Backend> = Vec::new();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--help" | "-h" => return Ok(Command::Help),
            "--rounds" => plan.rounds = number("--rounds", arguments.next())?,
            "--per-round" => plan.per_round = number("--per-round", arguments.next())?,
            // cargo's own
            "--bench" => {}
            option if option.starts_with('-') => {
                return Err(format!("unknown option `{option}`; see --help"));
            }
            name => {
                let backend = backend(name, available)?;
                if !chosen.iter().any(|other| other.name == name) {
                    chosen.push(backend);
                }
            }
        }
    }
    if chosen.is_empty() {
        chosen.extend(available);
    }
    let backends = chosen
        .into_iter()
        .map(|backend| Ok((backend, url(backend)?)))
        .collect::<Result<_, String>>()?;
    Ok(Command::Measure(Options { plan, backends }))
}

fn number(option: &str, value: Option<String>) -> Result<usize, String> {
    let value = value.ok_or_else(|| format!("`{option}` needs a number behind it"))?;
    match value.parse() {
        Ok(number) if (1..=MOST).contains(&number) => Ok(number),
        _ => Err(format!(
            "`{option}` needs a number from 1 to {MOST}, not `{value}`"
        )),
    }
}

fn backend(name: &str, available: &'static [Backend]) -> Result<&'static Backend, String> {
    if let Some(backend) = available.iter().find(|backend| backend.name == name) {
        return Ok(backend);
    }
    Err(match name {
        "postgres" | "mysql" => {
            format!("`{name}` is not built in: cargo bench -p upsert-benches --features {name}")
        }
        _ => format!("unknown backend `{name}`: there are sqlite, postgres and mysql"),
    })
}

fn url(backend: &Backend) -> Result<String, String> {
    let Some(variable) = backend.url else {
        return Ok(String::new());
    };
    std::env::var(variable).map_err(|_| {
        let name = backend.name;
        format!("`{name}` needs a server in {variable}; scripts/with-servers starts one")
    })
}
