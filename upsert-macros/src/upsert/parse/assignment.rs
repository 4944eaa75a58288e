//! The assignments of `set = < .. >`.
//!
//! ```text
//! n            n = excluded.n
//! n = e        n += e        n -= e        n *= e        n /= e
//! ..           all other columns of a literal `values`, from `excluded`
//! ```

use proc_macro2::{Ident, TokenTree};
use syn::Path;

use super::expression;
use crate::errors::Errors;
use crate::statement::model::{Assignment, Assignments, Change, Operator, table_name};
use crate::tokens::{
    ident, is_expression, is_punct, plain, split_list, starts_with, starts_with_eq, stream,
};

const FORMS: &str = "help: `n += 1`, `n = value`, or `n` for `n = excluded.n`";

/// Parses `body`, the inside of `whole`.
pub(crate) fn list(
    table: &Path,
    whole: &[TokenTree],
    body: &[TokenTree],
    errors: &mut Errors,
) -> Option<Assignments> {
    let parts = split_list(body, |part| is_assignment(part, table));
    if parts.is_empty() {
        errors.push(
            stream(whole),
            "an empty `set`\nhelp: `set = < n += 1 >`; `set = nothing` leaves the stored row as it is",
        );
        return None;
    }
    let mut assignments = Assignments {
        list: Vec::new(),
        rest: None,
    };
    let mut complete = true;
    for part in parts {
        if starts_with(part, "..") && part.len() == 2 {
            if assignments.rest.replace(stream(part)).is_some() {
                errors.push(stream(part), "`..` is given twice");
            }
            continue;
        }
        match assignment(table, part, whole, errors) {
            Some(assignment) => assignments.list.push(assignment),
            None => complete = false,
        }
    }
    // What could be read goes on to be checked; what could not has been reported.
    (complete || !assignments.list.is_empty()).then_some(assignments)
}

/// Whether `tokens` are a whole assignment.
fn is_assignment(tokens: &[TokenTree], table: &Path) -> bool {
    match tokens {
        [TokenTree::Ident(_)] => true,
        [TokenTree::Ident(column), rest @ ..] => {
            operator(column, table, rest).is_ok_and(|(_, value)| is_expression(value))
        }
        _ => tokens.len() == 2 && starts_with(tokens, ".."),
    }
}

fn assignment(
    table: &Path,
    tokens: &[TokenTree],
    whole: &[TokenTree],
    errors: &mut Errors,
) -> Option<Assignment> {
    let Some(first) = tokens.first() else {
        errors.push(stream(whole), "two commas with nothing between them");
        return None;
    };
    // As a keyword it is in no expression; the column is `r#where`.
    let is_where = |token: &&TokenTree| matches!(token, TokenTree::Ident(name) if name == "where");
    if let Some(keyword) = tokens.iter().skip(1).find(is_where) {
        errors.push(
            keyword,
            "`where` stands behind the assignments\nhelp: `set = < .. >, where = ..`",
        );
        return None;
    }
    if let Some(semicolon) = tokens.iter().find(|token| is_punct(Some(token), ';')) {
        errors.push(semicolon, "assignments are separated by `,`");
        return None;
    }
    let Some(column) = ident(Some(first)) else {
        errors.push(
            first,
            format!("expected an assignment, which begins with a column\n{FORMS}"),
        );
        return None;
    };
    let (operator, value) = match operator(column, table, &tokens[1..]) {
        Ok(found) => found,
        Err((at, message)) => {
            errors.push(stream(&tokens[at..=at]), message);
            return None;
        }
    };
    if let (None, [TokenTree::Ident(name), operator, ..]) = (operator, value) {
        // What the column is in SQL, and in Rust a variable: with one of that name it would be
        // another number.
        if name == column && "+-*/".chars().any(|c| is_punct(Some(operator), c)) {
            let table = table_name(table)
                .map(ToString::to_string)
                .unwrap_or_default();
            errors.push(
                name,
                format!("`{column}` by itself would be a Rust variable, and the stored row's is `{table}.{column}`\nhelp: `{column} {operator}= ..`; for the variable: `{column} = ({column}) {operator} ..`"),
            );
            return None;
        }
    }
    if let [TokenTree::Ident(excluded)] = value {
        if excluded == "excluded" {
            let symbol = operator.map_or("=", Operator::symbol);
            errors.push(
                excluded,
                format!("`excluded` is the proposed row, and a column is assigned\nhelp: `{column} {symbol} excluded.{column}`; for a variable of that name: `{column} {symbol} (excluded)`"),
            );
            return None;
        }
    }
    let change = match operator {
        None if value.is_empty() || is_proposed(column, value) => Change::Excluded,
        None => Change::To(expression::parse(table, value, "the value", errors)?),
        Some(operator) => Change::By(
            operator,
            expression::parse(table, value, "the value", errors)?,
        ),
    };
    Some(Assignment {
        column: column.clone(),
        change,
    })
}

/// Whether it is `excluded.column`, which the column by itself stands for.
fn is_proposed(column: &Ident, value: &[TokenTree]) -> bool {
    matches!(value, [TokenTree::Ident(excluded), dot, TokenTree::Ident(name)]
        if excluded == "excluded" && is_punct(Some(dot), '.') && plain(name) == plain(column))
}

/// The operator behind a column and the value behind that; or where the slip is, and what to write.
#[allow(clippy::type_complexity, reason = "used once, right above")]
fn operator<'a>(
    column: &Ident,
    table: &Path,
    tokens: &'a [TokenTree],
) -> Result<(Option<Operator>, &'a [TokenTree]), (usize, String)> {
    if tokens.is_empty() {
        return Ok((None, tokens));
    }
    for operator in Operator::ALL {
        let symbol = operator.symbol();
        if starts_with(tokens, symbol) {
            let value = &tokens[2..];
            return if value.is_empty() {
                Err((
                    1,
                    format!("`{symbol}` has no value\nhelp: `{column} {symbol} 1`"),
                ))
            } else {
                Ok((Some(operator), value))
            };
        }
    }
    for (slip, meant) in [("++", "+="), ("--", "-=")] {
        if starts_with(tokens, slip) {
            return Err((
                1,
                format!("there is no `{slip}`\nhelp: `{column} {meant} 1`"),
            ));
        }
    }
    if starts_with(tokens, "=+") {
        return Err((
            1,
            format!("`=+` is not an operator\nhelp: `{column} += ..`"),
        ));
    }
    if starts_with(tokens, "=-") {
        return Err((
            1,
            format!(
                "`=-` is not an operator\nhelp: `{column} -= ..`; for a negative number: `{column} = -..`"
            ),
        ));
    }
    if starts_with(tokens, "==") {
        return Err((1, format!("`==` compares\nhelp: `{column} = ..` assigns")));
    }
    if starts_with_eq(tokens) {
        let value = &tokens[1..];
        return if value.is_empty() {
            Err((
                1,
                format!(
                    "`=` has no value\nhelp: `{column} = value`, or `{column}` for `{column} = excluded.{column}`"
                ),
            ))
        } else {
            Ok((None, value))
        };
    }
    if is_punct(tokens.first(), ':') && !starts_with(tokens, "::") {
        return Err((
            1,
            format!("an assignment is written with `=`\nhelp: `{column} = ..`"),
        ));
    }
    if is_punct(tokens.first(), '.') || starts_with(tokens, "::") {
        let name = table_name(table)
            .map(ToString::to_string)
            .unwrap_or_default();
        let target = tokens.iter().find_map(|token| ident(Some(token)));
        let help = match target {
            Some(target) if *column == name => format!("help: `{target}`, without `{name}`"),
            _ => FORMS.into(),
        };
        return Err((
            0,
            format!("the left side of an assignment is a bare column\n{help}"),
        ));
    }
    let op = tokens[0].to_string();
    if ["+", "-", "*", "/"].contains(&&*op) && starts_with(&tokens[1..], "=") {
        return Err((
            1,
            format!("there is a blank in this operator\nhelp: `{column} {op}= ..`"),
        ));
    }
    if is_punct(tokens.first(), op.chars().next().unwrap_or_default())
        && starts_with(&tokens[1..], "=")
    {
        return Err((
            1,
            format!("there is no `{op}=`, only `+=`, `-=`, `*=` and `/=`\nhelp: `{column} = ..`"),
        ));
    }
    Err((
        1,
        format!("expected `=`, `+=`, `-=`, `*=`, `/=` or `,` after `{column}`\n{FORMS}"),
    ))
}
