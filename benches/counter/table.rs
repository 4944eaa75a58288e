//! The table that is printed.

use crate::contestant::Who;
use crate::measure::{Report, Times};

const HEAD: [&str; 7] = [
    "backend",
    "contestant",
    "us/upsert",
    "x Diesel",
    "target",
    "x C",
    "target",
];

/// How many columns, from the left, are text.
const TEXT: usize = 2;

/// All reports as one table.
pub(crate) fn table(reports: &[Report]) -> String {
    let mut lines = vec![HEAD.map(str::to_owned)];
    for report in reports {
        lines.extend(report.times.iter().map(|times| line(report, times)));
    }
    aligned(&lines)
}

fn line(report: &Report, times: &Times) -> [String; 7] {
    let ratio = |other: Who| {
        let other = report.times.iter().find(|times| times.who == other)?;
        Some(times.ratio(other))
    };
    let to_diesel = ratio(Who::DieselByHand);
    let to_c = ratio(Who::CClient);
    let ours = times.who.is_ours();
    let target = |most: Option<f64>, ratio| target(most.filter(|_| ours), ratio);
    [
        report.backend.to_owned(),
        times.who.to_string(),
        format!("{:.2}", times.median()),
        to_diesel.map_or_else(String::new, |ratio| format!("{ratio:.2}")),
        target(Some(report.targets.diesel), to_diesel),
        to_c.map_or_else(String::new, |ratio| format!("{ratio:.2}")),
        target(report.targets.c_client, to_c),
    ]
}

/// The target, and whether it was missed.
fn target(most: Option<f64>, ratio: Option<f64>) -> String {
    match (most, ratio) {
        (Some(most), Some(ratio)) if ratio > most => format!("missed: {most:.2}"),
        (Some(most), Some(_)) => format!("{most:.2}"),
        _ => String::new(),
    }
}

/// Columns as wide as their widest cell, text to the left and numbers to the right.
fn aligned<const N: usize>(lines: &[[String; N]]) -> String {
    let widths: [usize; N] = std::array::from_fn(|column| {
        lines
            .iter()
            .map(|line| line[column].len())
            .max()
            .unwrap_or(0)
    });
    let lines = lines.iter().map(|line| {
        let cells = line.iter().zip(widths).enumerate();
        let cells = cells.map(|(column, (cell, width))| {
            if column < TEXT {
                format!("{cell:<width$}")
            } else {
                format!("{cell:>width$}")
            }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}
