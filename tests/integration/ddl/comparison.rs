//! Whether the reader and a database have the same keys.

use std::collections::BTreeSet;

use super::reader::{Dialect, Found};
use upsert_runtime::keys::LiveElement;

/// A key in a form that has nothing in it which may differ.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    table: (Option<String>, String),
    /// `None` where the name is the database's own affair.
    name: Option<String>,
    constraint: bool,
    elements: Vec<String>,
    predicate: Option<String>,
    nulls_not_distinct: bool,
    defaults: Vec<String>,
    nullable: Vec<String>,
    perhaps_nullable: Vec<String>,
    primary: bool,
}

/// The keys that only one of the two has, a line for each.
pub(super) fn differences(dialect: Dialect, read: &[Found], live: &[Found]) -> Vec<String> {
    let sorted = |all: &[Found]| {
        let mut all: Vec<_> = all.iter().map(|found| key(dialect, found)).collect();
        all.sort();
        // SQLite makes two of the same with different collations. A primary key comes last.
        all.dedup_by(|next, last| {
            let mut same = last.clone();
            same.primary |= dialect == Dialect::Sqlite && next.primary;
            let is_same = same == *next;
            *last = if is_same { same } else { last.clone() };
            is_same
        });
        all
    };
    let (read, mut live) = (sorted(read), sorted(live));
    // Names decide first, so that a key without one does not take the place of another.
    let (named, nameless): (Vec<_>, Vec<_>) = read.into_iter().partition(|key| key.name.is_some());
    let mut differences = Vec::new();
    for key in named.into_iter().chain(nameless) {
        let same = |other: &Key| {
            let name = key.name.as_ref().and(other.name.clone());
            let is_known = |column: &&String| !key.perhaps_nullable.contains(*column);
            let nullable = other.nullable.iter().filter(is_known);
            key == Key {
                name,
                nullable: nullable.cloned().collect(),
                perhaps_nullable: key.perhaps_nullable.clone(),
                ..other.clone()
            }
        };
        match live.iter().position(same) {
            Some(at) => drop(live.remove(at)),
            None => differences.push(format!("only the reader: {key:?}")),
        }
    }
    differences.extend(live.iter().map(|key| format!("only the database: {key:?}")));
    differences
}

/// The keys on elements on which the other has none.
pub(super) fn unlike(dialect: Dialect, read: &[Found], live: &[Found]) -> Vec<String> {
    let shown = |all: &[Found]| -> BTreeSet<String> {
        let keys = all.iter().map(|found| key(dialect, found));
        keys.map(|key| {
            format!(
                "{:?} {:?} {:?} {:?}",
                key.table, key.elements, key.defaults, key.nullable
            )
        })
        .collect()
    };
    let (read, live) = (shown(read), shown(live));
    let only = |who: &str, keys: Vec<&String>| {
        let lines = keys.into_iter().map(|key| format!("only {who}: {key}"));
        lines.collect::<Vec<_>>()
    };
    let mut lines = only("the reader of all", read.difference(&live).collect());
    lines.extend(only("the database", live.difference(&read).collect()));
    lines
}

fn key(dialect: Dialect, found: &Found) -> Key {
    let index = &found.index;
    let folded = |name: &str| match dialect {
        Dialect::Postgres => name.to_owned(),
        Dialect::Sqlite | Dialect::Mysql => name.to_lowercase(),
    };
    let table = match dialect {
        Dialect::Sqlite => folded(&found.table),
        Dialect::Postgres | Dialect::Mysql => found.table.clone(),
    };
    let element = |element: &LiveElement| match element {
        LiveElement::Column(name) => folded(name),
        LiveElement::Prefix(name, length) => format!("{}({length})", folded(name)),
        LiveElement::Expression(sql) => format!("<{}>", text(sql)),
    };
    let mut elements: Vec<_> = index.elements.iter().map(element).collect();
    elements.sort();
    let columns = |names: &[String]| {
        let mut names: Vec<_> = names.iter().map(|name| folded(name)).collect();
        names.sort();
        names.dedup();
        names
    };
    // SQLite's constraints have names that no statement can use; MySQL's are indexes, and have
    // theirs.
    let hidden = dialect == Dialect::Sqlite && found.constraint;
    Key {
        table: (found.schema.clone(), table),
        name: (index.named && !hidden).then(|| folded(&index.name)),
        primary: index.primary,
        constraint: found.constraint && dialect != Dialect::Mysql,
        elements,
        predicate: index.predicate.as_deref().map(text),
        nulls_not_distinct: index.nulls_not_distinct,
        defaults: columns(&found.defaults),
        nullable: columns(&found.nullable),
        perhaps_nullable: columns(&found.perhaps_nullable),
    }
}

/// SQL without what the databases change when they print it. The statements are such that this is
/// enough.
fn text(sql: &str) -> String {
    let lower = sql
        .to_lowercase()
        .replace("::text", "")
        .replace("collate nocase", "");
    lower
        .chars()
        .filter(|c| !c.is_whitespace() && !"()[]\"`".contains(*c))
        .collect()
}
