//! From tokens to a [`Statement`]: the sections.
//!
//! Where one ends [`Grammar`] knows. `set = < .. >` ends at a `>` in such a place, so that
//! comparisons, shifts and generics inside it are what they look like.

mod assignment;
mod expression;
pub(crate) mod row;
pub(crate) mod target;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::{Path, Type};

use crate::errors::{Errors, meant};
use crate::sections::{Grammar, Head, after};
use crate::statement::model::{Expression, Returned, Section, Set, Statement, table_name};
use crate::tokens::{
    group, ident, is_expression, is_punct, plain, split_list, starts_with_eq, stream, trees,
    without_invisible_groups,
};

const NAMES: [&str; 5] = {
    let [a, b, c, d, e] = Section::ALL;
    [a.0, b.0, c.0, d.0, e.0]
};

const GRAMMAR: Grammar = Grammar {
    needs: "`upsert!` needs a table, a `conflict` and a `set`",
    form: "help: `upsert!(table, conflict = (a, b), set = < n += 1 >)`",
    names: &NAMES,
    elsewhere: &[
        ("update", "set"),
        ("do_update", "set"),
        ("defaults", "set"),
        ("insert", "values"),
        ("row", "values"),
        ("on_conflict", "conflict"),
        ("target", "conflict"),
        ("unique", "conflict"),
        ("key", "conflict"),
        ("filter", "where"),
        ("condition", "where"),
        ("returns", "returning"),
    ],
    foreign: |name| {
        (name == "rows")
            .then_some("help: one row at a time: `values = ..`, or `.values(..)` on the statement")
    },
};

/// Parses the call; `None` if not even the table could be read.
pub(crate) fn call(input: TokenStream, errors: &mut Errors) -> Option<Statement> {
    let mut input = without_invisible_groups(trees(input)).into_iter();
    let krate = input.next()?;
    let tokens: Vec<_> = input.collect();

    let (table, mut rest) = GRAMMAR.table(&tokens, errors)?;
    let mut call = Statement {
        krate,
        table,
        values: None,
        conflict: None,
        set: None,
        guard: None,
        returning: None,
        written: Vec::new(),
        broken: Vec::new(),
    };
    let mut seen: Vec<(Section, Ident)> = Vec::new();
    while !rest.is_empty() {
        rest = section(rest, &mut call, &mut seen, errors);
    }
    Some(call)
}

/// Parses one section, and returns what comes after it.
fn section<'a>(
    tokens: &'a [TokenTree],
    call: &mut Statement,
    seen: &mut Vec<(Section, Ident)>,
    errors: &mut Errors,
) -> &'a [TokenTree] {
    let (name, section, is_known) = match GRAMMAR.head(tokens, errors) {
        Head::Section(name, section) => (name, Section::named(section), true),
        Head::Unknown(name, section) => (name, section.and_then(Section::named), false),
        Head::Other(section) => {
            call.broken.extend(section.and_then(Section::named));
            return after(tokens, GRAMMAR.next_section(tokens, 1));
        }
    };
    let end = match section {
        Some(Section::Set) if is_punct(tokens.get(2), '<') => end_of_angles(tokens, name, errors),
        _ => GRAMMAR.next_section(tokens, 2),
    };
    let value = &tokens[2..end];
    let rest = GRAMMAR.behind(tokens, end, name, errors);
    let (Some(section), true) = (section, is_known) else {
        call.broken.extend(section);
        return rest;
    };

    if let Some((_, first)) = seen.iter().find(|(s, _)| *s == section) {
        errors.push(name, format!("`{name}` is given twice"));
        errors.push(first, format!("the first `{first}` is here"));
        return rest;
    }
    seen.push((section, name.clone()));
    call.written.push(section);
    if value.is_empty() {
        errors.push(
            name,
            format!(
                "`{name} =` has no value\nhelp: {}",
                example(section, &call.table)
            ),
        );
        call.broken.push(section);
        return rest;
    }
    let ok = match section {
        Section::Values => fill(&mut call.values, row::parse("values", value, errors)),
        Section::Conflict => {
            let parsed = target::parse(&call.table, value, errors);
            fill(&mut call.conflict, parsed)
        }
        Section::Set => {
            let parsed = set(call, value, errors);
            fill(&mut call.set, parsed)
        }
        Section::Where => {
            let parsed = expression::parse(&call.table, value, expression::CONDITION, errors);
            fill(&mut call.guard, parsed)
        }
        Section::Returning => {
            let parsed = returning(&call.table, value, errors);
            fill(&mut call.returning, parsed)
        }
    };
    if !ok {
        call.broken.push(section);
    }
    rest
}

fn fill<T>(slot: &mut Option<T>, parsed: Option<T>) -> bool {
    *slot = parsed;
    slot.is_some()
}

fn example(section: Section, table: &Path) -> String {
    let example = match section {
        Section::Values => "`values = { page: \"/\", n: 1 }`, or a row: `values = &hit`",
        Section::Conflict => "`conflict = (a, b)`",
        Section::Set => "`set = < n += 1 >`",
        Section::Where => {
            let table = table_name(table).map(ToString::to_string);
            return format!("`where = {}.n.lt(excluded.n)`", table.unwrap_or_default());
        }
        Section::Returning => "`returning = n`, `returning = (a, n)` or `returning = Model`",
    };
    example.to_owned()
}

/// Where `set = < .. >` ends: behind the first `>` with the end or a known section after it, else
/// behind the last `>`.
fn end_of_angles(tokens: &[TokenTree], set: &Ident, errors: &mut Errors) -> usize {
    let closing = |at: usize| {
        let rest = tokens.get(at + 1..).unwrap_or_default();
        let rest = if is_punct(rest.first(), ',') {
            &rest[1..]
        } else {
            rest
        };
        is_punct(tokens.get(at), '>') && (rest.is_empty() || GRAMMAR.begins_section(rest))
    };
    let last = || {
        (3..tokens.len())
            .rev()
            .find(|&at| is_punct(tokens.get(at), '>'))
    };
    // A misspelt section after `>,` is better than a `set` that runs over it.
    let misspelt = || {
        (3..tokens.len()).find(|&at| {
            is_punct(tokens.get(at), '>')
                && is_punct(tokens.get(at + 1), ',')
                && ident(tokens.get(at + 2))
                    .is_some_and(|name| meant(&plain(name), &NAMES).is_some())
                && tokens.get(at + 3..).is_some_and(starts_with_eq)
        })
    };
    let empty = is_punct(tokens.get(3), '>').then_some(3);
    match empty
        .or_else(|| (3..tokens.len()).find(|&at| closing(at)))
        .or_else(misspelt)
        .or_else(last)
    {
        Some(at) => at + 1,
        None => {
            errors.push(
                set,
                "the `<` of this `set` is never closed\nhelp: `set = < n += 1 >`",
            );
            GRAMMAR.next_section(tokens, 3)
        }
    }
}

fn set(call: &Statement, value: &[TokenTree], errors: &mut Errors) -> Option<Set> {
    let body = if is_punct(value.first(), '<') {
        // Without its `>` it has been reported.
        match value {
            [_, body @ .., end] if is_punct(Some(end), '>') => body.to_vec(),
            _ => return None,
        }
    } else if let Some(braces) = group(value.first(), Delimiter::Brace) {
        if let Some(extra) = value.get(1) {
            errors.push(
                extra,
                "unexpected token after `set = { .. }`\nhelp: sections are separated by `,`",
            );
            return None;
        }
        trees(braces.stream())
    } else {
        return match (ident(value.first()), value.len()) {
            (Some(name), 1) if name == "nothing" => Some(Set::Nothing(name.clone())),
            (Some(name), 1) if meant(&plain(name), &["nothing"]).is_some() => {
                errors.push(name, "unknown form of `set`\nhelp: did you mean `nothing`?");
                None
            }
            _ => {
                errors.push(
                    stream(value),
                    "`set` takes assignments in `< >` or `{ }`, or `nothing`\nhelp: `set = < n += 1 >`",
                );
                None
            }
        };
    };
    assignment::list(&call.table, value, &body, errors).map(Set::Assignments)
}

pub(crate) fn returning(
    table: &Path,
    value: &[TokenTree],
    errors: &mut Errors,
) -> Option<Returned> {
    const ALL: &str =
        "help: `returning = (a, n)`; without `returning`, `get_result` gives all columns";
    if let Some(star) = value.last().filter(|last| is_punct(Some(last), '*')) {
        errors.push(star, format!("`*` is no column\n{ALL}"));
        return None;
    }
    // A type has a capital, a column has not.
    let is_type = |tokens: &[TokenTree]| {
        syn::parse2::<Type>(stream(tokens)).ok().filter(|ty| {
            let Type::Path(path) = ty else { return false };
            path.path
                .segments
                .last()
                .is_some_and(|last| plain(&last.ident).starts_with(char::is_uppercase))
        })
    };
    if let Some(model) = is_type(value) {
        return Some(Returned::Model(model));
    }
    let tuple = group(value.first(), Delimiter::Parenthesis).filter(|_| value.len() == 1);
    let inner = tuple.map_or_else(|| value.to_vec(), |group| trees(group.stream()));
    let parts = if tuple.is_some() {
        split_list(&inner, is_expression)
    } else {
        vec![&inner[..]]
    };
    if parts.is_empty() {
        errors.push(tuple, format!("an empty list of columns\n{ALL}"));
        return None;
    }
    let list: Vec<_> = parts
        .iter()
        .map(|part| match part {
            [TokenTree::Ident(column)] => Some(Expression::Column(column.clone())),
            _ => expression::parse(table, part, "an expression", errors).map(Expression::Other),
        })
        .collect();
    let list = list.into_iter().collect::<Option<_>>()?;
    Some(Returned::Expressions {
        tuple: tuple.is_some(),
        list,
    })
}
