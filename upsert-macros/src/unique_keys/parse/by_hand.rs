//! Keys that are written out.
//!
//! ```text
//! PATH: KEY, KEY; PATH: KEY; verify = NAME
//! KEY      = [NAME] ( ELEMENT, .. ) [where PREDICATE] [nulls not distinct]
//! ELEMENT  = a column, as Rust names it, or SQL
//! ```
//!
//! SQL is its tokens, or a string of it where Rust has no such tokens.

use proc_macro2::{Delimiter, Group, Ident, TokenTree};
use syn::LitStr;
use upsert_schema::{Dialect, Element, Key, Kind, Reads, Scope, Sql};

use super::path::{path, path_end};
use super::sql::{is_word, sql};
use super::verify;
use crate::errors::{Errors, meant};
use crate::tokens::{group, ident, is_punct, plain, starts_with_eq, stream, trees};
use crate::unique_keys::model::{Backends, Declaration, Declared, Place, Table};

const FORM: &str =
    "help: `schema::users: (email), users_live_name (lower(name)) where deleted_at is null;`";

/// Whose SQL it is taken for: that which neither folds a name nor tells two by their case.
const DIALECT: Dialect = Dialect::Sqlite;

pub(super) fn declaration(
    krate: TokenTree,
    tokens: &[TokenTree],
    errors: &mut Errors,
) -> Declaration {
    let mut declaration = Declaration::new(krate);
    for tokens in tokens.split(|token| is_punct(Some(token), ';')) {
        match tokens {
            [] => {}
            [TokenTree::Ident(word), rest @ ..] if starts_with_eq(rest) => {
                if word != "verify" {
                    errors.push(word, format!("expected a table or `verify = ..`\n{FORM}"));
                } else if declaration.verify.is_some() {
                    errors.push(word, "`verify` is given twice");
                } else {
                    declaration.verify = verify(word, &rest[1..], errors);
                }
            }
            _ => declaration.tables.extend(table(tokens, errors)),
        }
    }
    declaration
}

fn table(tokens: &[TokenTree], errors: &mut Errors) -> Option<Table> {
    let end = path_end(tokens);
    let path = path(&tokens[..end], tokens.get(end), errors)?;
    if !is_punct(tokens.get(end), ':') {
        let place = tokens.get(end).or(tokens.last());
        errors.push(
            place,
            format!("expected `:` between the table and its keys\n{FORM}"),
        );
        return None;
    }
    if let Some(last) = path.segments.last().filter(|last| last.ident == "table") {
        errors.push(
            &last.ident,
            "the table is named by its module\nhelp: `schema::users`, the module that `table!` made",
        );
        return None;
    }
    let list = &tokens[end + 1..];
    let mut keys = Vec::new();
    let mut parts = list.split(|token| is_punct(Some(token), ',')).peekable();
    while let Some(part) = parts.next() {
        match part.first() {
            Some(_) => keys.extend(key(part, errors)),
            // A comma at the end adds nothing.
            None if parts.peek().is_none() => {}
            None => errors.push(&tokens[end], "two commas with no key between them"),
        }
    }
    Some(Table {
        place: Place::Path(path),
        keys,
        primary_key: Backends::ALL,
    })
}

fn key(tokens: &[TokenTree], errors: &mut Errors) -> Option<Declared> {
    let end = path_end(tokens);
    if end > 0 && is_punct(tokens.get(end), ':') {
        errors.push(
            stream(&tokens[..=end]),
            format!("a table behind a `,`\nhelp: tables are separated by `;`\n{FORM}"),
        );
        return None;
    }
    let (name, rest) = name(tokens, errors)?;
    let Some(list) = group(rest.first(), Delimiter::Parenthesis) else {
        errors.push(
            rest.first().or(tokens.last()),
            format!("expected the columns of the key, in parentheses\n{FORM}"),
        );
        return None;
    };
    let (elements, written) = elements(list, errors)?;
    let (predicate, nulls_not_distinct) = behind(&rest[1..], errors)?;
    let scope = Scope::by_hand(DIALECT);
    Some(Declared {
        key: Key {
            name,
            kind: Kind::Constraint,
            reads: Reads::new(&elements, predicate.as_ref(), &scope),
            elements,
            predicate,
            nulls_not_distinct,
            defaults: Vec::new(),
            increments: Vec::new(),
            run_out: Vec::new(),
            new: Vec::new(),
            set_at_update: Vec::new(),
            nullable: Vec::new(),
            computed: Vec::new(),
            other_names: Vec::new(),
        },
        written,
        backends: Backends::ALL,
        dialect: DIALECT,
        tokens: stream(tokens),
        origin: String::new(),
    })
}

/// The name that the key may have, and what comes behind it.
fn name<'t>(
    tokens: &'t [TokenTree],
    errors: &mut Errors,
) -> Option<(Option<String>, &'t [TokenTree])> {
    match tokens {
        [TokenTree::Ident(first), TokenTree::Ident(second), ..]
            if is_word(first, "primary") && is_word(second, "key") =>
        {
            errors.push(
                stream(&tokens[..2]),
                "`table!` knows the primary key\nhelp: declare the other unique keys only",
            );
            None
        }
        [TokenTree::Ident(first), rest @ ..] if is_word(first, "unique") => {
            let help = stream(rest);
            errors.push(
                first,
                format!("every key here is unique\nhelp: leave the word out: `{help}`"),
            );
            None
        }
        [TokenTree::Ident(name), rest @ ..] => Some((Some(plain(name)), rest)),
        [TokenTree::Literal(literal), rest @ ..] => {
            match syn::parse2::<LitStr>(TokenTree::from(literal.clone()).into()) {
                Ok(name) => Some((Some(name.value()), rest)),
                Err(_) => {
                    errors.push(
                        literal,
                        format!("a key's name is a name or a string\n{FORM}"),
                    );
                    None
                }
            }
        }
        _ => Some((None, tokens)),
    }
}

/// The elements of a key, and those of them that are columns in Rust.
fn elements(list: &Group, errors: &mut Errors) -> Option<(Vec<Element>, Vec<Option<Ident>>)> {
    let inner = trees(list.stream());
    let mut parts: Vec<_> = inner.split(|token| is_punct(Some(token), ',')).collect();
    if parts.len() > 1 && parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    if parts.iter().any(|part| part.is_empty()) {
        errors.push(
            list,
            format!("a key needs a column or an expression before each comma\n{FORM}"),
        );
        return None;
    }
    let mut elements = Vec::new();
    let mut written = Vec::new();
    for part in parts {
        let (element, column) = match part {
            [TokenTree::Ident(column)] => (Element::Column(plain(column)), Some(column.clone())),
            _ => match Sql(sql(part, errors)?).element(DIALECT) {
                Some(element) => (element, None),
                None => {
                    errors.push(
                        stream(part),
                        format!("expected a column or a SQL expression\n{FORM}"),
                    );
                    return None;
                }
            },
        };
        elements.push(element);
        written.push(column);
    }
    Some((elements, written))
}

/// `where PREDICATE` and `nulls not distinct`
fn behind(tokens: &[TokenTree], errors: &mut Errors) -> Option<(Option<Sql>, bool)> {
    let word =
        |at: usize, word: &str| ident(tokens.get(at)).is_some_and(|name| is_word(name, word));
    let nulls = (0..tokens.len())
        .find(|&at| word(at, "nulls") && word(at + 1, "not") && word(at + 2, "distinct"));
    let (predicate, nulls_not_distinct) = match nulls {
        None => (tokens, false),
        Some(at) if at + 3 == tokens.len() => (&tokens[..at], true),
        // PostgreSQL has it before `WHERE`.
        Some(0) => (&tokens[3..], true),
        Some(at) => {
            errors.push(
                &tokens[at + 3],
                format!("unexpected token behind the key\n{FORM}"),
            );
            return None;
        }
    };
    let Some(first) = predicate.first() else {
        return Some((None, nulls_not_distinct));
    };
    let name = ident(Some(first))
        .map(plain)
        .unwrap_or_default()
        .to_lowercase();
    if name != "where" {
        let help = match meant(&name, &["where", "nulls"]) {
            Some("where") => "help: did you mean `where`?",
            Some(_) => "help: did you mean `nulls not distinct`?",
            None => {
                "help: keys are separated by `,`, tables by `;`; behind the columns stand `where <SQL>` and `nulls not distinct`"
            }
        };
        errors.push(
            first,
            format!("unexpected token behind the columns\n{help}"),
        );
        return None;
    }
    if predicate.len() == 1 {
        errors.push(first, format!("`where` has no predicate\n{FORM}"));
        return None;
    }
    let predicate = Sql(sql(&predicate[1..], errors)?);
    Some((Some(predicate), nulls_not_distinct))
}
