//! The tables in the documentation: made here, and compared with what stands there.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

const COMMAND: &str = "UPSERT_WRITE_DOCS=1 scripts/test -- --test integration isolation";

/// One row after the other, the head first.
pub(super) fn markdown(rows: &[Vec<String>]) -> String {
    let mut lines: Vec<_> = rows
        .iter()
        .map(|cells| format!("| {} |\n", cells.join(" | ")))
        .collect();
    let columns = rows.first().map_or(0, Vec::len);
    lines.insert(1, format!("|{}\n", "---|".repeat(columns)));
    lines.concat()
}

/// Compares `table` with the one of this title in the documentation, or writes it there, if that is asked for.
pub(super) fn compare(title: &str, table: &str) {
    // The backends' tests run at the same time.
    static FILE: Mutex<()> = Mutex::new(());
    let _one_by_one = FILE.lock().unwrap_or_else(PoisonError::into_inner);

    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../upsert-runtime/src/harness/isolation.md");
    let text = fs::read_to_string(&file).expect("the documentation is there");
    let (begin, end) = (
        format!("<!-- {title}: written by a test -->\n"),
        "<!-- end -->",
    );
    let (before, rest) = text.split_once(&begin).expect("the table has a place");
    let (documented, after) = rest.split_once(end).expect("the place has an end");
    if documented == table {
        return;
    }
    if std::env::var_os("UPSERT_WRITE_DOCS").is_some() {
        let text = format!("{before}{begin}{table}{end}{after}");
        fs::write(&file, text).expect("the documentation is written");
        return;
    }
    panic!(
        "{title} does other things than isolation.md says:\n{}if it is right so: {COMMAND}",
        difference(documented, table)
    );
}

/// The lines of the two that are not in the other.
fn difference(documented: &str, seen: &str) -> String {
    let only = |mark, of: &str, other: &str| {
        let lines = of
            .lines()
            .filter(|line| !other.lines().any(|other| other == *line));
        lines
            .map(|line| format!("{mark} {line}\n"))
            .collect::<String>()
    };
    only('-', documented, seen) + &only('+', seen, documented)
}

#[test]
fn a_difference_is_the_rows_that_differ() {
    let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
    let table = |n| {
        markdown(&[
            row(["", "level"]),
            row(["a row", n]),
            row(["another", "same"]),
        ])
    };
    assert_eq!(
        table("1"),
        "|  | level |\n|---|---|\n| a row | 1 |\n| another | same |\n"
    );
    assert_eq!(
        difference(&table("1"), &table("2")),
        "- | a row | 1 |\n+ | a row | 2 |\n"
    );
}
