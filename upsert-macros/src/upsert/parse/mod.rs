//! From tokens to a [`Statement`]: the sections.
//!
//! ```text
//! upsert!( TABLE , SECTION = VALUE , .. )
//! ```
//!
//! A section's value ends before `, NAME =`, before `, SECTION` or at the end. That of
//! `set = < .. >` ends at a `>` in such a place, so that comparisons, shifts and generics inside it
//! are what they look like.

mod assignment;
mod expression;
mod row;
mod target;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::{Path, Type};

use crate::errors::{Errors, meant};
use crate::statement::model::{Expression, Returned, Section, Set, Statement};
use crate::tokens::{
    OWN_COMMAS, group, ident, is_expression, is_punct, plain, split_list, starts_with_eq, stream,
    trees, without_invisible_groups,
};

const FORM: &str = "help: `upsert!(table, conflict = (a, b), set = < n += 1 >)`";
const NAMES: [&str; 5] = {
    let [a, b, c, d, e] = Section::ALL;
    [a.0, b.0, c.0, d.0, e.0]
};

/// What the sections are called elsewhere.
const ELSEWHERE: [(&str, &str); 12] = [
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
];

/// Parses the call; `None` if not even the table could be read.
pub(crate) fn call(input: TokenStream, errors: &mut Errors) -> Option<Statement> {
    let mut input = without_invisible_groups(trees(input)).into_iter();
    let krate = input.next()?;
    let tokens: Vec<_> = input.collect();

    let end = end_of_table(&tokens);
    let table = table(&tokens[..end], &tokens, errors)?;
    let written = stream(&tokens[..end]).to_string().replace(' ', "");
    comma(&tokens[end..], &written, errors);
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
    let mut rest = after(&tokens, end);
    while !rest.is_empty() {
        rest = section(rest, &mut call, &mut seen, errors);
    }
    Some(call)
}

/// Where the table ends: at a comma, or before the first section if that was forgotten.
fn end_of_table(tokens: &[TokenTree]) -> usize {
    let is_end = |at: usize| {
        is_punct(tokens.get(at), ',')
            || at > 0
                && ident(tokens.get(at)).is_some_and(|name| Section::named(&plain(name)).is_some())
                && starts_with_eq(&tokens[at + 1..])
    };
    (0..tokens.len())
        .find(|&at| is_end(at))
        .unwrap_or(tokens.len())
}

fn table(tokens: &[TokenTree], all: &[TokenTree], errors: &mut Errors) -> Option<Path> {
    let Some(first) = tokens.first() else {
        match all.first() {
            Some(comma) => errors.push(comma, format!("expected a table before this `,`\n{FORM}")),
            None => errors.push(
                TokenStream::new(),
                format!("`upsert!` needs a table, a `conflict` and a `set`\n{FORM}"),
            ),
        }
        return None;
    };
    if ident(Some(first)).is_some_and(|name| Section::named(&plain(name)).is_some())
        && starts_with_eq(&tokens[1..])
    {
        errors.push(
            first,
            format!("the table comes first, before the sections\n{FORM}"),
        );
        return None;
    }
    match Path::parse_mod_style.parse2(stream(tokens)) {
        Ok(path) => Some(path),
        Err(_) => {
            errors.push(
                stream(tokens),
                format!(
                    "expected the path of a `table!` module, such as `schema::page_hits`\n{FORM}"
                ),
            );
            None
        }
    }
}

/// Parses one section, and returns what comes after it.
fn section<'a>(
    tokens: &'a [TokenTree],
    call: &mut Statement,
    seen: &mut Vec<(Section, Ident)>,
    errors: &mut Errors,
) -> &'a [TokenTree] {
    let Some(name) = ident(tokens.first()) else {
        errors.push(
            &tokens[0],
            format!("expected a section, one of {}\n{FORM}", listed()),
        );
        return after(tokens, next_section(tokens, 1));
    };
    let known = Section::named(&plain(name));
    if !starts_with_eq(&tokens[1..]) {
        let text = plain(name);
        let section = known
            .map(|_| text.as_str())
            .or_else(|| meant(&text, &NAMES));
        match section {
            Some(section) => errors.push(
                name,
                format!("a section is written with `=`\nhelp: `{section} = ..`"),
            ),
            None => errors.push(
                name,
                format!("expected a section, one of {}\n{FORM}", listed()),
            ),
        }
        call.broken.extend(section.and_then(Section::named));
        return after(tokens, next_section(tokens, 1));
    }
    let section = known.or_else(|| {
        let text = plain(name);
        let lower = text.to_lowercase();
        let elsewhere = ELSEWHERE.iter().find(|(name, _)| *name == lower);
        let close = match elsewhere {
            Some((_, section)) => Some(*section),
            None => meant(&lower, &NAMES),
        };
        let help = match (text.as_str(), close) {
            ("rows", _) => {
                "help: one row at a time: `values = ..`, or `.values(..)` on the statement".into()
            }
            (_, Some(close)) => format!("help: did you mean `{close}`?"),
            (_, None) => format!("help: the sections are {}", listed()),
        };
        errors.push(name, format!("unknown section `{text}`\n{help}"));
        let close = close.and_then(Section::named);
        call.broken.extend(close);
        close
    });
    let end = match section {
        Some(Section::Set) if is_punct(tokens.get(2), '<') => end_of_angles(tokens, name, errors),
        _ => next_section(tokens, 2),
    };
    let value = &tokens[2..end];
    let rest = after(tokens, end);
    if begins_section(&tokens[end..]) {
        comma(&tokens[end..], &format!("{name} = .."), errors);
    }
    let (Some(section), true) = (section, known.is_some()) else {
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
            format!("`{name} =` has no value\nhelp: {}", example(section)),
        );
        call.broken.push(section);
        return rest;
    }
    let ok = match section {
        Section::Values => fill(&mut call.values, row::parse(value, errors)),
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
            let parsed = returning(call, value, errors);
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

fn example(section: Section) -> &'static str {
    match section {
        Section::Values => "`values = { page: \"/\", n: 1 }`, or a row: `values = &hit`",
        Section::Conflict => "`conflict = (a, b)`",
        Section::Set => "`set = < n += 1 >`",
        Section::Where => "`where = table.n.lt(excluded.n)`",
        Section::Returning => "`returning = n`, `returning = (a, n)` or `returning = Model`",
    }
}

fn listed() -> String {
    NAMES.map(|name| format!("`{name}`")).join(", ")
}

/// Complains unless `tokens`, which come behind what is `written`, begin with a comma.
fn comma(tokens: &[TokenTree], written: &str, errors: &mut Errors) {
    let Some(next) = tokens.first().filter(|next| !is_punct(Some(next), ',')) else {
        return;
    };
    let help = match next {
        TokenTree::Ident(name) => format!("help: `{written}, {name} = ..`"),
        _ => format!("help: `{written}, ..`"),
    };
    errors.push(next, format!("expected `,` before this\n{help}"));
}

/// Where the section ends that `tokens` start with: at a comma before the name of a section, in
/// front of `SECTION =` where the comma was forgotten, or at the end. A comma before another
/// `NAME =` may be one between generic arguments, `Box<dyn E<T, SqlType = Bool>>`: it ends a
/// section only if what stands before it is whole, or nothing is.
fn next_section(tokens: &[TokenTree], from: usize) -> usize {
    let named =
        |at: usize| ident(tokens.get(at)).map(|name| Section::named(&plain(name)).is_some());
    let eq = |at: usize| tokens.get(at..).is_some_and(starts_with_eq);
    let is_comma = |at: usize| is_punct(tokens.get(at), ',');
    let is_end = |&at: &usize| match is_comma(at) {
        true => at + 1 == tokens.len() || named(at + 1) == Some(true),
        false => {
            at > from && named(at) == Some(true) && eq(at + 1) && !is_punct(tokens.get(at - 1), '.')
        }
    };
    let end = (from..tokens.len()).find(is_end).unwrap_or(tokens.len());
    let possible = || {
        let unknown =
            (from..end).filter(|&at| is_comma(at) && named(at + 1).is_some() && eq(at + 2));
        unknown.chain([end])
    };
    possible()
        .take(OWN_COMMAS + 1)
        .find(|&at| is_expression(&tokens[from..at]))
        .or_else(|| possible().next())
        .unwrap_or(end)
}

/// What comes after the section that ends at `end`.
fn after(tokens: &[TokenTree], end: usize) -> &[TokenTree] {
    let rest = &tokens[end..];
    if is_punct(rest.first(), ',') {
        &rest[1..]
    } else {
        rest
    }
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
        is_punct(tokens.get(at), '>') && (rest.is_empty() || begins_section(rest))
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
            next_section(tokens, 3)
        }
    }
}

/// Whether `tokens` begin with the name of a section and what follows one, if only by mistake: the
/// `values` of `None::<i64>, values >` is a column.
fn begins_section(tokens: &[TokenTree]) -> bool {
    let [TokenTree::Ident(name), rest @ ..] = tokens else {
        return false;
    };
    let follows = match rest.first() {
        None => false,
        Some(TokenTree::Punct(next)) => next.as_char() == ':' || starts_with_eq(rest),
        Some(_) => true,
    };
    follows && Section::named(&plain(name)).is_some()
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

fn returning(call: &Statement, value: &[TokenTree], errors: &mut Errors) -> Option<Returned> {
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
            _ => {
                expression::parse(&call.table, part, "an expression", errors).map(Expression::Other)
            }
        })
        .collect();
    let list = list.into_iter().collect::<Option<_>>()?;
    Some(Returned::Expressions {
        tuple: tuple.is_some(),
        list,
    })
}
