//! Interleaved rounds, and what is made of their times.

use std::time::Instant;

use crate::contestant::{Contestant, Who};
use crate::failure::Failure;
use crate::schema::{Hit, KEYS};

#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) rounds: usize,
    /// Upserts that each contestant sends in a round.
    pub(crate) per_round: usize,
}

/// What was measured on one backend.
pub(crate) struct Report {
    pub(crate) backend: &'static str,
    /// The server, its version and what matters of its settings.
    pub(crate) setting: String,
    pub(crate) targets: Targets,
    pub(crate) times: Vec<Times>,
}

/// What `upsert!` may take at most, as a multiple of the others' time.
pub(crate) struct Targets {
    pub(crate) diesel: f64,
    pub(crate) c_client: Option<f64>,
}

/// Microseconds that one contestant took for an upsert, round by round.
pub(crate) struct Times {
    pub(crate) who: Who,
    pub(crate) rounds: Vec<f64>,
}

impl Times {
    pub(crate) fn median(&self) -> f64 {
        median(self.rounds.clone())
    }

    /// The median of the ratios within each round: what slows the machine down for a while slows
    /// both sides of a ratio.
    pub(crate) fn ratio(&self, other: &Self) -> f64 {
        let rounds = self.rounds.iter().zip(&other.rounds);
        median(rounds.map(|(ours, theirs)| ours / theirs).collect())
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        f64::midpoint(values[middle - 1], values[middle])
    }
}

/// How many rounds the contestants keep their connections. Which core a server's process gets, and
/// where a database lies in memory, is a matter of luck that would otherwise last for the whole
/// run.
const ROUNDS_PER_CONNECTION: usize = 10;

/// Lets each contestant have its turn in every round, in an order that rotates, and runs forwards
/// and backwards by turns. On new connections, a round that is not counted comes first.
pub(crate) fn measure<const N: usize>(
    connect: impl Fn() -> Result<[Box<dyn Contestant>; N], Failure>,
    plan: &Plan,
) -> Result<Vec<Times>, Failure> {
    let keys = Hit::all();
    let mut contestants = connect()?;
    let mut times = contestants.each_ref().map(|contestant| Times {
        who: contestant.who(),
        rounds: Vec::with_capacity(plan.rounds),
    });
    for round in 0..plan.rounds {
        // A prime stride: no key comes twice before all have come once, and neighbours are far
        // apart.
        let hits: Vec<_> = (0..plan.per_round)
            .map(|index| &keys[(round * plan.per_round + index) * 619 % KEYS])
            .collect();
        if round % ROUNDS_PER_CONNECTION == 0 {
            contestants = connect()?;
            for contestant in &mut contestants {
                turn(&mut **contestant, &hits)?;
            }
        }
        for place in 0..N {
            let place = if round % 2 == 0 { place } else { N - 1 - place };
            let index = (round / 2 + place) % N;
            times[index]
                .rounds
                .push(turn(&mut *contestants[index], &hits)?);
        }
    }
    Ok(times.into())
}

/// Microseconds per upsert. Refuses what did not add exactly 1 for each hit to rows that were
/// there before.
fn turn(contestant: &mut dyn Contestant, hits: &[&Hit]) -> Result<f64, Failure> {
    let total = |counters: &[i64]| counters.iter().sum::<i64>();
    let before = total(&contestant.counters()?);

    let start = Instant::now();
    contestant.send(hits)?;
    let time = start.elapsed();

    let counters = contestant.counters()?;
    let added = total(&counters) - before;
    let (rows, sent, who) = (counters.len(), hits.len(), contestant.who());
    if rows != KEYS || usize::try_from(added) != Ok(sent) {
        return Err(format!(
            "\"{who}\" sent {sent} upserts of 1, which added {added}; {rows} of {KEYS} rows are stored"
        )
        .into());
    }
    Ok(time.as_secs_f64() * 1e6 / sent as f64)
}
