//! The conflict target.
//!
//! ```text
//! (a, b)                      columns
//! (lower(name), b)            the elements of an expression index
//! (a) where deleted.is_null() a partial index
//! key(name)                   a declared key
//! constraint("name")          a constraint
//! any                         whatever unique key is hit
//! unchecked (a, b)            one that is not looked up among the declared keys
//! unchecked key(name)         a declared key of which nothing else is asked
//! ```

use proc_macro2::{Delimiter, Group, Ident, TokenTree};
use syn::{Expr, LitStr, Path};

use super::expression;
use crate::errors::{Errors, meant};
use crate::statement::index::{self, Part};
use crate::statement::model::{Conflict, IndexExpr, Target};
use crate::tokens::{group, ident, is_expression, plain, split_list, stream, trees};

const FORMS: &str = "help: `conflict = (a, b)`, `(lower(a))`, `(a) where <predicate>`, `key(name)`, `constraint(\"name\")` or `any`";
const NAMES: [&str; 3] = ["constraint", "key", "unchecked"];

pub(crate) fn parse(table: &Path, value: &[TokenTree], errors: &mut Errors) -> Option<Conflict> {
    let keyword = ident(value.first()).filter(|name| plain(name) == "unchecked");
    let (Some(keyword), Some(tokens)) = (keyword, value.get(1..)) else {
        return Some(Conflict {
            target: target(table, value, errors)?,
            unchecked: false,
            tokens: value.to_vec(),
        });
    };
    if tokens.is_empty() {
        errors.push(
            keyword,
            "`unchecked` stands before a conflict target\nhelp: `conflict = unchecked (a, b)`",
        );
        return None;
    }
    let target = target(table, tokens, errors)?;
    if matches!(target, Target::Any) {
        errors.push(
            keyword,
            "`any` is not checked anyway\nhelp: `conflict = any`",
        );
        return None;
    }
    Some(Conflict {
        target,
        unchecked: true,
        tokens: tokens.to_vec(),
    })
}

fn target(table: &Path, value: &[TokenTree], errors: &mut Errors) -> Option<Target> {
    if let Some(list) = group(value.first(), Delimiter::Parenthesis) {
        return listed(table, list, &value[1..], errors);
    }
    let Some(name) = ident(value.first()) else {
        errors.push(
            stream(value),
            format!("expected a conflict target\n{FORMS}"),
        );
        return None;
    };
    match (plain(name).as_str(), &value[1..]) {
        ("any", []) => Some(Target::Any),
        ("constraint", [TokenTree::Group(argument)]) => {
            match syn::parse2::<LitStr>(argument.stream()) {
                Ok(literal) => Some(Target::Constraint(literal)),
                Err(_) => {
                    errors.push(
                        argument,
                        "expected the constraint's name\nhelp: `constraint(\"page_hits_pkey\")`",
                    );
                    None
                }
            }
        }
        ("key", [TokenTree::Group(argument)]) => key(argument, errors),
        (text, [TokenTree::Group(argument), ..]) => {
            match meant(text, &NAMES) {
                Some("unchecked") => errors.push(
                    name,
                    format!("unknown conflict target\nhelp: did you mean `unchecked {argument}`?"),
                ),
                Some(known) if known != text => errors.push(
                    name,
                    format!("unknown conflict target\nhelp: did you mean `{known}{argument}`?"),
                ),
                _ => errors.push(
                    stream(value),
                    format!("expected a conflict target\n{FORMS}"),
                ),
            }
            None
        }
        ("key" | "constraint", []) => {
            errors.push(name, format!("`{name}` needs a name\n{FORMS}"));
            None
        }
        (text, []) => {
            errors.push(name, format!("the columns of a conflict target stand in parentheses\nhelp: `conflict = ({text})`; a declared key by its name: `conflict = key({text})`"));
            None
        }
        _ => {
            errors.push(
                stream(value),
                format!("expected a conflict target\n{FORMS}"),
            );
            None
        }
    }
}

/// The argument of `key(name)`; a name that Rust cannot spell is a string.
fn key(argument: &Group, errors: &mut Errors) -> Option<Target> {
    let name = match &*trees(argument.stream()) {
        [TokenTree::Ident(name)] => Some(LitStr::new(&plain(name), name.span())),
        _ => syn::parse2::<LitStr>(argument.stream()).ok(),
    };
    if name.is_none() {
        errors.push(
            argument,
            "expected the name of a declared key\nhelp: `key(users_email)`, the name of its index or constraint; columns stand in parentheses alone: `conflict = (a, b)`",
        );
    }
    name.map(Target::Key)
}

/// `( .. )` and what comes behind it.
fn listed(table: &Path, list: &Group, behind: &[TokenTree], errors: &mut Errors) -> Option<Target> {
    let inner = trees(list.stream());
    let parts = split_list(&inner, is_expression);
    if parts.is_empty() {
        errors.push(list, format!("an empty conflict target\n{FORMS}"));
        return None;
    }
    if let Some(empty) = parts.iter().position(|part| part.is_empty()) {
        errors.push(
            list,
            format!("nothing before comma {} of the conflict target", empty + 1),
        );
        return None;
    }
    if let Some((part, name)) = parts.iter().find_map(|part| match part {
        [literal @ TokenTree::Literal(_)] => {
            let name = syn::parse2::<LitStr>(stream(part)).ok()?.value();
            Some((literal, name))
        }
        _ => None,
    }) {
        errors.push(
            part,
            format!("a column stands without quotes\nhelp: `{name}`"),
        );
        return None;
    }
    let predicate = match behind {
        [] => None,
        [TokenTree::Ident(keyword), predicate @ ..] if *keyword == "where" => {
            if predicate.is_empty() {
                errors.push(
                    keyword,
                    "`where` has no predicate\nhelp: `conflict = (a) where deleted_at.is_null()`",
                );
                return None;
            }
            let condition = "a predicate is a Diesel condition: `(a) where deleted_at.is_null()`";
            Some(index_expression(table, predicate, condition, errors)?)
        }
        [other, ..] => {
            errors.push(other, "unexpected token after the conflict target\nhelp: sections are separated by `,`; a partial index is `(a) where <predicate>`");
            return None;
        }
    };
    let columns: Option<Vec<Ident>> = parts
        .iter()
        .map(|part| match part {
            [TokenTree::Ident(column)] => Some(column.clone()),
            _ => None,
        })
        .collect();
    match (columns, predicate) {
        (Some(columns), None) => Some(Target::Columns(columns)),
        (_, predicate) => {
            let elements: Vec<_> = parts
                .iter()
                .map(|part| index_expression(table, part, expression::COMMA, errors))
                .collect();
            Some(Target::Index {
                elements: elements.into_iter().collect::<Option<_>>()?,
                predicate,
            })
        }
    }
}

/// An element or the predicate of an index; `help` is for a token that cannot be in one.
fn index_expression(
    table: &Path,
    tokens: &[TokenTree],
    help: &str,
    errors: &mut Errors,
) -> Option<IndexExpr> {
    let parsed = syn::parse2::<Expr>(stream(tokens));
    match parsed {
        Ok(parsed) => expression::comparison_in_index(&parsed, errors)?,
        Err(error) => {
            let what = "the conflict target";
            expression::unparsable(error, tokens, (what, help), errors);
            return None;
        }
    }
    let is_column = match index::qualified(table, tokens) {
        Some((_, length)) => length == tokens.len(),
        None => matches!(tokens, [TokenTree::Ident(_)]),
    };
    let mut columns = Vec::new();
    let complete = columns_of(table, tokens, &mut columns, errors);
    complete.then(|| IndexExpr {
        tokens: tokens.to_vec(),
        columns,
        is_column,
    })
}

/// Adds the columns in `tokens`; whether there is no constant among them that SQL does not have.
fn columns_of(
    table: &Path,
    tokens: &[TokenTree],
    columns: &mut Vec<Ident>,
    errors: &mut Errors,
) -> bool {
    let mut complete = true;
    for part in index::parts(table, tokens) {
        match part {
            Part::Column(name) => columns.push(name.clone()),
            Part::Constant(literal, negative) => {
                if index::constant(literal, negative).is_none() {
                    errors.push(
                        literal,
                        "a constant of an index is a string, a number, `true` or `false`",
                    );
                    complete = false;
                }
            }
            Part::Group(group) => {
                complete &= columns_of(table, &trees(group.stream()), columns, errors);
            }
            Part::Boolean(_) | Part::Other(_) => {}
        }
    }
    complete
}
