//! Which columns a predicate binds so that none of them is NULL in a row for which it is true.
//!
//! Only what is certain counts: a column too few makes a key refuse a target, one too many lets
//! NULLs through.

use crate::Dialect;
use crate::sql::elements::{group, without_parentheses};
use crate::sql::lexer::{Shape, Token};
use crate::sql::{DEPTH, Text, is_constant, operand};

/// Operators that give NULL, or at least not true, where their left side is NULL.
const STRICT: [&str; 16] = [
    "=", "==", "<>", "!=", "<", ">", "<=", ">=", "~", "~*", "!~", "!~*", "~~", "~~*", "!~~", "!~~*",
];

pub(crate) fn columns(text: &Text<'_>) -> Vec<String> {
    of(&text.tokens, text, DEPTH)
}

fn of(tokens: &[Token<'_>], text: &Text<'_>, depth: usize) -> Vec<String> {
    let dialect = text.scope.dialect;
    let tokens = without_parentheses(tokens);
    let Some(depth) = depth.checked_sub(1) else {
        return Vec::new();
    };
    if parts(tokens, "xor", "", text).len() > 1 {
        return Vec::new();
    }
    let alternatives = parts(
        tokens,
        "or",
        if dialect == Dialect::Mysql { "||" } else { "" },
        text,
    );
    if let [first, second, rest @ ..] = alternatives.as_slice() {
        let mut columns = of(first, text, depth);
        for part in std::iter::once(second).chain(rest) {
            let others = of(part, text, depth);
            columns.retain(|column| others.iter().any(|other| dialect.same(column, other)));
        }
        return columns;
    }
    let conjuncts = parts(
        tokens,
        "and",
        if dialect == Dialect::Mysql { "&&" } else { "" },
        text,
    );
    if conjuncts.len() > 1 {
        let mut columns = Vec::new();
        for name in conjuncts.iter().flat_map(|part| of(part, text, depth)) {
            if !columns.contains(&name) {
                columns.push(name);
            }
        }
        return columns;
    }
    conjunct(tokens, text).into_iter().collect()
}

/// `tokens` between the words `word`, or marks `mark`, that are in no parentheses, CASE or BETWEEN.
pub(crate) fn parts<'t, 'a>(
    tokens: &'t [Token<'a>],
    word: &str,
    mark: &str,
    text: &Text<'_>,
) -> Vec<&'t [Token<'a>]> {
    let mut depth = 0_usize;
    let mut between = 0_usize;
    tokens
        .split(|token| {
            if text.is_column(token) {
                return false;
            }
            if token.is_mark("(") || token.is_mark("[") || token.is("case") {
                depth += 1;
            } else if token.is_mark(")") || token.is_mark("]") || token.is("end") {
                depth = depth.saturating_sub(1);
            } else if depth == 0 && token.is("between") {
                between += 1;
            } else if depth == 0 && token.is("and") && between > 0 {
                between -= 1;
                return false;
            }
            depth == 0 && (token.is(word) || !mark.is_empty() && token.is_mark(mark))
        })
        .collect()
}

/// The column that a single condition binds.
fn conjunct(tokens: &[Token<'_>], text: &Text<'_>) -> Option<String> {
    match tokens {
        [not, rest @ ..] if not.is("not") => {
            let (name, rest) = operand(without_parentheses(rest), text)?;
            let null = words(rest, &["is", "null"]) || words(rest, &["isnull"]);
            return (rest.is_empty() || null).then_some(name);
        }
        // `5 = a`
        [constant, operator, rest @ ..]
            if is_constant(&[*constant]) && is_strict(operator, text) =>
        {
            let (name, rest) = operand(rest, text)?;
            return rest.is_empty().then_some(name);
        }
        _ => {}
    }
    let (name, rest) = operand(tokens, text)?;
    binds(rest, text).then_some(name)
}

fn is_strict(operator: &Token<'_>, text: &Text<'_>) -> bool {
    operator.shape == Shape::Mark
        && STRICT.contains(&operator.text)
        && text.scope.is_builtin(operator.text)
}

/// Whether a column that `rest` follows cannot be NULL.
fn binds(rest: &[Token<'_>], text: &Text<'_>) -> bool {
    let not_null = [
        &["is", "not", "null"][..],
        &["notnull"],
        &["not", "null"],
        &["is", "true"],
        &["is", "false"],
    ];
    if rest.is_empty() || not_null.iter().any(|form| words(rest, form)) {
        return true;
    }
    match rest {
        // SQLite's `a IS 1`
        [is, value @ ..] if is.is("is") => {
            text.scope.dialect == Dialect::Sqlite && is_constant(value)
        }
        [operator, value @ ..] if is_strict(operator, text) => {
            !goes_on(operator, value) && strict_value(value)
        }
        [not, word, value @ ..] if not.is("not") => compares(word, text) && strict_value(value),
        [word, value @ ..] => compares(word, text) && strict_value(value),
        [] => true,
    }
}

/// Whether `operator` is the beginning of another one: `===` is somebody's own.
fn goes_on(operator: &Token<'_>, value: &[Token<'_>]) -> bool {
    value.first().is_some_and(|next| {
        let is_operand = ["(", "[", "-", "+", "?", "$", ":"].contains(&next.text);
        next.shape == Shape::Mark && next.start == operator.end() && !is_operand
    })
}

fn compares(word: &Token<'_>, text: &Text<'_>) -> bool {
    // With the operators of PostgreSQL's that they stand for.
    const WORDS: [(&str, &[&str]); 7] = [
        ("in", &["=", "<>"]),
        ("like", &["~~", "!~~"]),
        ("ilike", &["~~*", "!~~*"]),
        ("between", &[">=", "<=", "<", ">"]),
        ("glob", &[]),
        ("regexp", &[]),
        ("rlike", &[]),
    ];
    WORDS.iter().any(|(known, operators)| {
        let mut operators = operators.iter();
        word.is(known) && operators.all(|operator| text.scope.is_builtin(operator))
    })
}

/// Whether nothing in `value` makes something else of NULL: neither a weaker operator nor an empty
/// list, in which nothing is, so that `NOT IN` and `ALL` are true.
fn strict_value(value: &[Token<'_>]) -> bool {
    const WEAK: [&str; 9] = [
        "is", "isnull", "notnull", "not", "or", "xor", "all", "select", "case",
    ];
    let weak = |token: &Token<'_>| WEAK.iter().any(|word| token.is(word)) || token.is_mark("<=>");
    let empty = value
        .windows(2)
        .any(|pair| matches!(pair, [open, close] if open.is_mark("(") && close.is_mark(")")))
        && group(value) == value.len();
    !value.is_empty() && !empty && !value.iter().any(weak)
}

fn words(tokens: &[Token<'_>], words: &[&str]) -> bool {
    tokens.len() == words.len() && tokens.iter().zip(words).all(|(token, word)| token.is(word))
}
