//! From tokens to a [`Creation`]: the sections.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::quote;

use super::Macro;
use crate::errors::Errors;
use crate::sections::{Grammar, Head, after};
use crate::statement::model::{Conflict, Creation, Field, Section, Statement, Target, Values};
use crate::tokens::{plain, stream, trees, without_invisible_groups};
use crate::upsert::parse::{returning, row, target};

const GET: Grammar = Grammar {
    needs: "`get_or_create!` needs a table and a `key`",
    form: "help: `get_or_create!(table, key = { email: value }, defaults = { name: value })`",
    names: &["key", "defaults", "conflict", "returning"],
    elsewhere: &[
        ("lookup", "key"),
        ("by", "key"),
        ("find", "key"),
        ("where", "key"),
        ("filter", "key"),
        ("values", "defaults"),
        ("create", "defaults"),
        ("insert", "defaults"),
        ("set", "defaults"),
        ("create_defaults", "defaults"),
        ("on_conflict", "conflict"),
        ("target", "conflict"),
        ("unique", "conflict"),
        ("returns", "returning"),
    ],
    foreign: |_| None,
};

const LOCK: Grammar = Grammar {
    needs: "`lock_or_create!` needs a table and a `key`",
    form: "help: `lock_or_create!(table, key = { email: value }, defaults = { name: value })`",
    ..GET
};

/// Parses the call; `None` if not even the table could be read.
pub(super) fn call(which: Macro, input: TokenStream, errors: &mut Errors) -> Option<Creation> {
    let mut input = without_invisible_groups(trees(input)).into_iter();
    let krate = input.next()?;
    let tokens: Vec<_> = input.collect();
    let grammar = match which {
        Macro::Get => &GET,
        Macro::Lock => &LOCK,
    };
    let (table, mut rest) = grammar.table(&tokens, errors)?;
    let mut creation = Creation {
        statement: Statement {
            krate,
            table,
            values: None,
            conflict: None,
            set: None,
            guard: None,
            returning: None,
            written: Vec::new(),
            broken: Vec::new(),
        },
        defaults: None,
        locks: which == Macro::Lock,
    };
    let mut seen = Vec::new();
    while !rest.is_empty() {
        rest = section(grammar, rest, &mut creation, &mut seen, errors);
    }
    let call = &mut creation.statement;
    if let (Some(Values::Literal(key)), None, true) =
        (&call.values, &call.conflict, call.broken.is_empty())
    {
        call.conflict = Some(columns_of_key(key));
    }
    Some(creation)
}

/// Parses one section, and returns what comes after it.
fn section<'t>(
    grammar: &Grammar,
    tokens: &'t [TokenTree],
    creation: &mut Creation,
    seen: &mut Vec<&'t Ident>,
    errors: &mut Errors,
) -> &'t [TokenTree] {
    let (name, section) = match grammar.head(tokens, errors) {
        Head::Section(name, section) => (name, Some(section)),
        Head::Unknown(name, _) => (name, None),
        Head::Other(_) => {
            creation.statement.broken.push(Section::Values);
            return after(tokens, grammar.next_section(tokens, 1));
        }
    };
    let end = grammar.next_section(tokens, 2);
    let value = &tokens[2..end];
    let rest = grammar.behind(tokens, end, name, errors);
    let Some(section) = section else {
        creation.statement.broken.push(Section::Values);
        return rest;
    };
    if let Some(first) = seen.iter().find(|first| plain(first) == section) {
        errors.push(name, format!("`{name}` is given twice"));
        errors.push(first, format!("the first `{first}` is here"));
        return rest;
    }
    seen.push(name);
    if value.is_empty() {
        errors.push(
            name,
            format!("`{name} =` has no value\nhelp: {}", example(section)),
        );
        creation.statement.broken.push(Section::Values);
        return rest;
    }
    fill(section, value, creation, errors);
    rest
}

/// Parses the value of a section.
fn fill(section: &str, value: &[TokenTree], creation: &mut Creation, errors: &mut Errors) {
    let call = &mut creation.statement;
    let (of, is_parsed) = match section {
        "key" => {
            call.values = key(value, errors);
            (Section::Values, call.values.is_some())
        }
        "defaults" => {
            creation.defaults = row::parse(section, value, errors);
            (Section::Set, creation.defaults.is_some())
        }
        "conflict" => {
            call.conflict = target::parse(&call.table, value, errors);
            (Section::Conflict, call.conflict.is_some())
        }
        _ => {
            call.returning = returning(&call.table, value, errors);
            (Section::Returning, call.returning.is_some())
        }
    };
    if is_parsed {
        call.written.push(of);
    } else {
        call.broken.push(of);
    }
}

/// The columns of a key with their values.
fn key(value: &[TokenTree], errors: &mut Errors) -> Option<Values> {
    let key = row::parse("key", value, errors)?;
    if matches!(key, Values::Row(_)) {
        errors.push(
            stream(value),
            "`key` names the columns of a unique key, with their values\nhelp: `key = { email: value }`; which key it is, if not these columns alone, says `conflict = key(name)`",
        );
        return None;
    }
    Some(key)
}

/// The columns of `key`, where there is no `conflict`: `(a, b)`, which stands at the first of them.
fn columns_of_key(fields: &[Field]) -> Conflict {
    let columns: Vec<_> = fields.iter().map(|field| field.column.clone()).collect();
    let mut listed = Group::new(Delimiter::Parenthesis, quote!(#(#columns),*));
    if let Some(first) = columns.first() {
        listed.set_span(first.span());
    }
    Conflict {
        target: Target::Columns(columns),
        unchecked: false,
        tokens: vec![listed.into()],
    }
}

fn example(section: &str) -> &'static str {
    match section {
        "key" => "`key = { email: value }`",
        "defaults" => "`defaults = { name: value }`, or what is `Insertable`: `defaults = &row`",
        "conflict" => "`conflict = key(name)`; without it, it is the columns of `key`",
        _ => "`returning = n`, `returning = (a, n)` or `returning = Model`",
    }
}
