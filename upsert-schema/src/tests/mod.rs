//! The replay, statement by statement. What the databases really make of such statements is
//! compared with it by the integration tests.

#![allow(clippy::panic, reason = "a test fails by a panic")]

mod computed;
mod folders;
mod fuzz;
mod mistakes;
mod mysql;
mod nullable;
mod postgres;
mod sqlite;

use std::path::Path;

use crate::database::Database;
use crate::replay::replay;
use crate::{Dialect, Element, Error, Table};

fn replayed(sql: &str, dialect: Dialect, except: &[&str]) -> Result<Vec<Table>, Vec<Error>> {
    let except: Vec<String> = except.iter().map(|name| (*name).to_owned()).collect();
    let mut database = Database::new(dialect, &except);
    let mut errors = Vec::new();
    replay(&mut database, Path::new("1_a/up.sql"), sql, &mut errors);
    errors.extend(database.wrong());
    if errors.is_empty() {
        Ok(database.into_tables())
    } else {
        Err(errors)
    }
}

/// The keys that `sql` leaves behind, as `table.name(column, <expression>) where ..`.
fn keys(sql: &str, dialect: Dialect) -> Vec<String> {
    let tables = replayed(sql, dialect, &[]).unwrap_or_else(|errors| panic!("{sql}\n{errors:#?}"));
    shown(&tables)
}

fn shown(tables: &[Table]) -> Vec<String> {
    let mut keys = Vec::new();
    for table in tables {
        for declared in &table.keys {
            let key = &declared.key;
            let elements: Vec<String> = key.elements.iter().map(element).collect();
            let schema = table.schema.iter().map(|schema| format!("{schema}."));
            let mut text: String = schema.collect();
            text += &format!(
                "{}.{}({})",
                table.name,
                key.name.as_deref().unwrap_or("?"),
                elements.join(", ")
            );
            if let Some(predicate) = &key.predicate {
                text += &format!(" where {}", predicate.0);
            }
            if key.nulls_not_distinct {
                text += " nulls not distinct";
            }
            if !key.defaults.is_empty() {
                text += &format!(" default {}", key.defaults.join(", "));
            }
            keys.push(text);
        }
    }
    keys
}

fn element(element: &Element) -> String {
    match element {
        Element::Column(name) => name.clone(),
        Element::Prefix(name, length) => format!("{name}[{length}]"),
        Element::Expression(sql) => format!("<{}>", sql.0),
    }
}

/// Asserts that each text leaves these keys behind, separated by `;`.
fn check(dialect: Dialect, cases: &[(&str, &str)]) {
    for (sql, expected) in cases {
        assert_eq!(keys(sql, dialect).join("; "), *expected, "{sql}");
    }
}

/// The only error of `sql`, its line in front.
fn error(sql: &str, dialect: Dialect) -> String {
    let errors = replayed(sql, dialect, &[]).err().unwrap_or_default();
    let [error] = errors.as_slice() else {
        panic!("{sql}\n{errors:#?}");
    };
    format!(
        "{}: {}",
        error.at.as_ref().map_or(0, |at| at.line),
        error.message
    )
}
