//! What the tables and keys say to each other.

use proc_macro2::Delimiter;
use quote::ToTokens;

use super::model::{Declared, Place, Table};
use crate::errors::Errors;
use crate::tokens::{group, is_punct, stream, trees};
use upsert_schema::Element;

/// Complains, and leaves one of each table.
pub(super) fn tables(tables: &mut Vec<Table>, errors: &mut Errors) {
    let mut seen = Vec::new();
    tables.retain(|table| {
        keys(&table.keys, errors);
        let Place::Path(path) = &table.place else {
            return true;
        };
        let name = path.to_token_stream().to_string().replace(' ', "");
        if seen.contains(&name) {
            errors.push(
                path,
                format!("`{name}` is declared twice\nhelp: list all its keys at one place, with commas between them"),
            );
            return false;
        }
        seen.push(name);
        true
    });
}

/// No key twice, and no column twice in a key. In migrations the database itself has looked at
/// that.
fn keys(keys: &[Declared], errors: &mut Errors) {
    for (at, declared) in keys.iter().enumerate() {
        if !declared.origin.is_empty() {
            continue;
        }
        for (i, column) in declared.written.iter().enumerate() {
            if let Some(column) = column.as_ref().filter(|column| {
                declared.written[..i]
                    .iter()
                    .flatten()
                    .any(|other| other == *column)
            }) {
                errors.push(column, format!("`{column}` stands twice in the key"));
            }
        }
        for earlier in &keys[..at] {
            let same_name = declared.key.name.is_some() && declared.key.name == earlier.key.name;
            let what = if same_name {
                "a key of this name is declared twice"
            } else if same(declared, earlier) {
                "this key is declared twice"
            } else {
                continue;
            };
            errors.push(&declared.tokens, what);
            errors.push(&earlier.tokens, "it is first declared here");
        }
    }
}

/// Whether two keys are the same, but for their names. Two may differ in a collation or an operator
/// class alone, which are no part of a conflict target.
fn same(a: &Declared, b: &Declared) -> bool {
    let elements = |key: &Declared| {
        let mut elements: Vec<String> = key
            .key
            .elements
            .iter()
            .map(|element| match element {
                Element::Column(column) => column.clone(),
                Element::Prefix(column, length) => format!("{column}({length})"),
                Element::Expression(sql) => format!("({})", sql.0),
            })
            .collect();
        elements.sort();
        elements
    };
    elements(a) == elements(b) && a.key.predicate == b.key.predicate && written(a) == written(b)
}

/// The elements, as they are written.
fn written(key: &Declared) -> Vec<String> {
    let tokens = trees(key.tokens.clone());
    let list = tokens
        .iter()
        .find_map(|token| group(Some(token), Delimiter::Parenthesis));
    let inner = list.map(|list| trees(list.stream())).unwrap_or_default();
    let mut elements: Vec<String> = inner
        .split(|token| is_punct(Some(token), ','))
        .filter(|part| !part.is_empty())
        .map(|part| stream(part).to_string())
        .collect();
    elements.sort();
    elements
}
