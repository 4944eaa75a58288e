//! Statements as migrations in a folder, and shorter sequences of them that fail too.

use std::path::Path;

use super::reader::Found;

use super::comparison;
use super::live::{self, MAIN, Server};
use crate::folder;

/// A folder of migrations.
pub(super) struct Folder {
    path: folder::Folder,
    migrations: usize,
    /// Whether something was dropped with all that needs it, or a function has another name: the
    /// reader may forget a key then, and never more.
    pub(super) forgets: bool,
}

impl Folder {
    pub(super) fn new() -> Self {
        Self {
            path: folder::Folder::new("ddl"),
            migrations: 0,
            forgets: false,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// One more migration.
    pub(super) fn add(&mut self, statements: &[String]) {
        self.migrations += 1;
        let forgets = |statement: &String| {
            let kinds = [
                "schema",
                "domain",
                "type",
                "collation",
                "function",
                "operator",
            ];
            let dropped = |kind| statement.contains(&format!("drop {kind}"));
            let renamed = statement.contains("alter function");
            renamed || statement.ends_with(" cascade") && kinds.into_iter().any(dropped)
        };
        self.forgets |= statements.iter().any(forgets);
        let folder = self.path.join(format!("{:05}_ddl", self.migrations));
        std::fs::create_dir(&folder).unwrap();
        let text = statements.join(";\n").replace(MAIN, "public") + ";\n";
        std::fs::write(folder.join("up.sql"), text).unwrap();
    }

    /// What the reader makes of the migrations, against the keys of the database.
    pub(super) fn differences<S: Server>(&self, conn: &mut S, live: &[Found]) -> Vec<String> {
        // Without a migration the reader has nothing to read.
        if self.migrations == 0 {
            return comparison::differences(S::DIALECT, &[], live);
        }
        let server = conn.version().unwrap();
        let mut differences = match super::reader::read(&self.path, S::DIALECT, server) {
            Ok(read) => comparison::differences(S::DIALECT, &read, live),
            Err(message) => vec![format!("the reader: {message}")],
        };
        if server.is_some() {
            // And for all servers at once: it has the same, or says that they differ.
            match super::reader::read(&self.path, S::DIALECT, None) {
                Ok(read) => differences.extend(comparison::unlike(S::DIALECT, &read, live)),
                Err(message) if message.contains("do not have the same unique keys") => {}
                Err(message) => differences.push(format!("the reader of all: {message}")),
            }
        }
        if self.forgets {
            differences.retain(|line| !line.starts_with("only the database"));
        }
        differences
    }
}

/// As few of `statements` as make a difference like the `differences` that they all make, and that
/// one.
pub(super) fn shorten<S: Server>(
    conn: &mut S,
    mut statements: Vec<String>,
    mut differences: Vec<String>,
) -> (Vec<String>, Vec<String>) {
    let mut end = statements.len();
    while let Some(at) = end.checked_sub(1) {
        end = at;
        let mut fewer = statements.clone();
        fewer.remove(at);
        let (accepted, found) = replayed(conn, &fewer);
        if !found.is_empty() {
            end = end.min(accepted.len());
            (statements, differences) = (accepted, found);
        }
    }
    (statements, differences)
}

/// Those that are accepted in an empty database, and what the reader sees otherwise.
fn replayed<S: Server>(conn: &mut S, statements: &[String]) -> (Vec<String>, Vec<String>) {
    conn.empty().unwrap();
    let accepted: Vec<String> = statements
        .iter()
        .filter(|statement| conn.run(statement).is_ok())
        .cloned()
        .collect();
    let mut folder = Folder::new();
    folder.add(&accepted);
    let tables = live::tables(conn).unwrap();
    let keys = live::keys(conn, &tables).unwrap();
    let differences = folder.differences(conn, &keys);
    (accepted, differences)
}
