//! What the reader of migrations says, as the catalogue of a database would.

use std::path::Path;

use upsert_runtime::keys::{LiveElement, LiveIndex};

pub(super) use upsert_schema::{Dialect, Server};
use upsert_schema::{Element, Key, Kind, Null, Table};

/// A unique key, as the reader and the catalogue of a database both say it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Found {
    /// The schema of its table, unless it is the default one.
    pub(crate) schema: Option<String>,
    /// The name of its table.
    pub(crate) table: String,
    /// Whether it is a constraint of the table, and not an index alone.
    pub(crate) constraint: bool,
    /// The key itself. One that is not `named` has a name that the reader does not know.
    pub(crate) index: LiveIndex,
    /// Those of its columns that have a DEFAULT which is not NULL.
    pub(crate) defaults: Vec<String>,
    /// Those of its columns that can be NULL.
    pub(crate) nullable: Vec<String>,
    /// Those of which that is not known.
    pub(crate) perhaps_nullable: Vec<String>,
}

/// The unique keys that the migrations in `folder` leave behind on one server, or on all that there
/// may be.
///
/// # Errors
///
/// What the macro would say, and not compile.
pub(crate) fn read(
    folder: &Path,
    dialect: Dialect,
    server: Option<Server>,
) -> Result<Vec<Found>, String> {
    let mut found = Vec::new();
    for table in tables(folder, dialect, server)? {
        for declared in table.keys {
            let nullable = |that| {
                let columns = declared
                    .key
                    .nullable
                    .iter()
                    .filter(|(_, nullable)| *nullable == that);
                columns.map(|(name, _)| name.clone()).collect()
            };
            found.push(Found {
                schema: table.schema.clone(),
                table: table.name.clone(),
                constraint: declared.key.kind != Kind::Index,
                defaults: declared.key.defaults.clone(),
                nullable: nullable(Some(true)),
                perhaps_nullable: nullable(None),
                index: index(declared.key),
            });
        }
    }
    Ok(found)
}

/// What makes the first element of a unique key NULL.
#[derive(Debug)]
pub(crate) struct Nulls {
    /// The name of the key.
    pub(crate) key: String,
    /// One of these columns; `None` where it may be NULL by itself.
    pub(crate) columns: Option<Vec<String>>,
}

/// What the reader knows of the NULLs of each key.
///
/// # Errors
///
/// What the macro would say, and not compile.
pub(crate) fn nulls(folder: &Path, dialect: Dialect) -> Result<Vec<Nulls>, String> {
    let keys = tables(folder, dialect, None)?
        .into_iter()
        .flat_map(|table| table.keys);
    let keys = keys.map(|declared| Nulls {
        key: declared.key.name.unwrap_or_default(),
        columns: match declared.key.reads.elements.into_iter().next() {
            Some((_, Null::Of(columns))) => Some(columns),
            _ => None,
        },
    });
    Ok(keys.collect())
}

fn tables(folder: &Path, dialect: Dialect, server: Option<Server>) -> Result<Vec<Table>, String> {
    let (schema, errors) = upsert_schema::read_on(folder, folder, dialect, &[], server);
    if !errors.is_empty() {
        let messages: Vec<_> = errors.into_iter().map(|error| error.message).collect();
        return Err(messages.join("\n"));
    }
    Ok(schema.tables)
}

fn index(key: Key) -> LiveIndex {
    let element = |element| match element {
        Element::Column(name) => LiveElement::Column(name),
        Element::Prefix(name, length) => LiveElement::Prefix(name, length),
        Element::Expression(sql) => LiveElement::Expression(sql.0),
    };
    LiveIndex {
        named: key.name.is_some(),
        unique: true,
        primary: key.kind == Kind::PrimaryKey,
        nulls_not_distinct: key.nulls_not_distinct,
        elements: key.elements.into_iter().map(element).collect(),
        predicate: key.predicate.map(|sql| sql.0),
        ..LiveIndex::new(key.name.unwrap_or_default())
    }
}
