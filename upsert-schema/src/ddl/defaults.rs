//! What a column is in a row that leaves it out. What is not known to be new each time may be the
//! same twice.

use crate::ddl::cursor::find;
use crate::sql::elements;
use crate::sql::lexer::{Shape, Token};
use crate::{Dialect, Sql};

/// Whether a column, whose name is the first of `tokens`, may be the same in two rows that leave it
/// out. NULL is no value, and AUTO_INCREMENT is told by the words of the column.
pub(crate) fn of_column(tokens: &[Token<'_>], dialect: Dialect) -> bool {
    let has = |words: &str| find(tokens, words, dialect);
    let mysql = dialect == Dialect::Mysql;
    // Where `explicit_defaults_for_timestamp` is off, the first such column is the current time by
    // default.
    let implicit = mysql && tokens.get(1).is_some_and(|kind| kind.is("timestamp"));
    let computed = computed(tokens, dialect).is_some();
    let Some(at) = has("default") else {
        return implicit || computed;
    };
    if mysql && has("serial default value") == at.checked_sub(1) {
        return computed;
    }
    let value = tokens.get(at + 1..).unwrap_or_default();
    computed || may_repeat(value, Some(tokens.get(1..).unwrap_or_default()), dialect)
}

/// What the definition of a column says that it is computed from: `AS (expression)`.
pub(crate) fn computed(tokens: &[Token<'_>], dialect: Dialect) -> Option<Sql> {
    let at = find(tokens, "as", dialect)?;
    if find(tokens, "identity", dialect).is_some() {
        return None;
    }
    let behind = tokens.get(at + 1..).unwrap_or_default();
    let expression = behind.get(..elements::group(behind)).unwrap_or_default();
    Some(Sql(text(elements::without_parentheses(expression))))
}

/// `tokens` as text, with blanks where there were some. Comments are gone, those that MySQL
/// executes are not.
fn text(tokens: &[Token<'_>]) -> String {
    let mut text = String::new();
    let mut end = None;
    for token in tokens {
        if end.is_some_and(|end| end < token.start) {
            text.push(' ');
        }
        text += token.text;
        end = Some(token.end());
    }
    text
}

/// The same of the DEFAULT that `tokens` begin with, for a column of a type that is known or not.
pub(crate) fn may_repeat(
    tokens: &[Token<'_>],
    definition: Option<&[Token<'_>]>,
    dialect: Dialect,
) -> bool {
    let group = elements::group(tokens);
    let value = match group {
        0 => tokens,
        end => elements::without_parentheses(tokens.get(..end).unwrap_or_default()),
    };
    let null = value.first().is_some_and(|first| first.is("null"));
    if null && (group == 0 || value.len() == 1) {
        return false;
    }
    let Some(definition) = definition.filter(|_| dialect == Dialect::Mysql) else {
        return true;
    };
    // Nothing else is known to be new each time, and only where all of it is kept:
    // <https://dev.mysql.com/doc/refman/9.7/en/miscellaneous-functions.html#function_uuid>.
    let is_text = definition
        .first()
        .is_some_and(|kind| kind.is("char") || kind.is("varchar"));
    let is_binary = definition
        .first()
        .is_some_and(|kind| kind.is("binary") || kind.is("varbinary"));
    let length = match definition {
        [_, open, length, ..] if open.is_mark("(") && length.shape == Shape::Number => {
            length.text.parse().unwrap_or(0)
        }
        _ => 0,
    };
    let call: Vec<String> = value
        .iter()
        .take(if group == 0 { 3 } else { usize::MAX })
        .map(|token| token.text.to_ascii_lowercase())
        .collect();
    let kept = match call.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["uuid", "(", ")"] => is_text && length >= 36,
        ["uuid_to_bin", "(", "uuid", "(", ")", ")"]
        | [
            "uuid_to_bin",
            "(",
            "uuid",
            "(",
            ")",
            ",",
            "0" | "1" | "true" | "false",
            ")",
        ] => is_binary && length >= 16,
        _ => false,
    };
    !kept
}
