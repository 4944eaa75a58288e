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

/// A server: `MariaDB`, `10.11`.
pub(super) struct Server {
    pub(super) name: String,
    pub(super) version: String,
}

/// A table in the documentation: the versions of a server that it was seen on, and how it is
/// written there.
struct Documented<'a> {
    versions: Vec<&'a str>,
    table: &'a str,
}

const END: &str = "<!-- end -->";

fn begin(name: &str) -> String {
    format!("<!-- {name}: written by a test -->\n")
}

/// The tables of a server, from between their marks: `Seen on MariaDB 10.11, 11.8.`, an empty line,
/// and the table; then the next one.
fn documented<'a>(name: &str, text: &'a str) -> Vec<Documented<'a>> {
    let seen_on = format!("Seen on {name} ");
    let tables = text.split(&seen_on).skip(1);
    let tables = tables.map(|text| {
        let (versions, table) = text.split_once(".\n\n").expect("versions, then a table");
        Documented {
            versions: versions.split(", ").collect(),
            table: table.trim_end(),
        }
    });
    tables.collect()
}

/// The same with what a version was seen to do.
fn with(server: &Server, text: &str, table: &str) -> String {
    let mut tables = documented(&server.name, text);
    for documented in &mut tables {
        documented
            .versions
            .retain(|version| *version != server.version);
    }
    match tables
        .iter_mut()
        .find(|documented| documented.table == table)
    {
        Some(documented) => documented.versions.push(&server.version),
        None => tables.push(Documented {
            versions: vec![&server.version],
            table,
        }),
    }
    tables.retain(|documented| !documented.versions.is_empty());
    let text = |documented: &Documented<'_>| {
        let versions = documented.versions.join(", ");
        format!(
            "Seen on {} {versions}.\n\n{}\n",
            server.name, documented.table
        )
    };
    tables.iter().map(text).collect::<Vec<_>>().join("\n")
}

/// Compares `table` with the one of this server and version in the documentation, or writes it
/// there, if that is asked for. A version that it does not know may do what any other version does.
pub(super) fn compare(server: &Server, table: &str) {
    // The backends' tests run at the same time.
    static FILE: Mutex<()> = Mutex::new(());
    let _one_by_one = FILE.lock().unwrap_or_else(PoisonError::into_inner);

    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../upsert-harness/src/isolation.md");
    let text = fs::read_to_string(&file).expect("the documentation is there");
    let begin = begin(&server.name);
    let (before, rest) = text.split_once(&begin).expect("the table has a place");
    let (all, after) = rest.split_once(END).expect("the place has an end");
    let table = table.trim_end();
    if std::env::var_os("UPSERT_WRITE_DOCS").is_some() {
        let text = format!("{before}{begin}{}{END}{after}", with(server, all, table));
        fs::write(&file, text).expect("the documentation is written");
        return;
    }
    let tables = documented(&server.name, all);
    let of_this_version = tables
        .iter()
        .find(|documented| documented.versions.contains(&&*server.version));
    let is_right = match of_this_version {
        Some(documented) => documented.table == table,
        None => tables.iter().any(|documented| documented.table == table),
    };
    let nearest = of_this_version.or(tables.last());
    assert!(
        is_right,
        "{} {} does other things than isolation.md says:\n{}if it is right so: {COMMAND}",
        server.name,
        server.version,
        difference(nearest.map_or("", |documented| documented.table), table)
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

#[test]
fn each_version_is_beside_the_others_that_do_the_same() {
    let seen = |version: &str, text: &str, table| {
        let server = Server {
            name: "X".to_owned(),
            version: version.to_owned(),
        };
        with(&server, text, table)
    };
    let one = seen("1", "", "| a |");
    assert_eq!(one, "Seen on X 1.\n\n| a |\n");
    let two = seen("2", &one, "| a |");
    assert_eq!(two, "Seen on X 1, 2.\n\n| a |\n");
    let three = seen("3", &two, "| b |");
    assert_eq!(three, "Seen on X 1, 2.\n\n| a |\n\nSeen on X 3.\n\n| b |\n");
    assert_eq!(seen("3", &three, "| b |"), three);
    // What a version does may change.
    assert_eq!(seen("3", &three, "| a |"), "Seen on X 1, 2, 3.\n\n| a |\n");
}
