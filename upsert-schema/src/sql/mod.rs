//! The text of a SQL expression, as it stands in an index, and what it says about columns.

pub(crate) mod elements;
mod functions;
pub(crate) mod lexer;
mod never_null;
mod nulls;
mod positions;
mod scope;
#[cfg(test)]
mod tests;

pub use self::elements::without_parentheses;
pub use self::lexer::{Shape, Token, Unclosed, tokens};
pub use self::nulls::{Null, Strict};
pub(crate) use self::scope::ends_type;
pub use self::scope::{Scope, Type};

use self::elements::element;
use self::positions::{positions, type_length};
use crate::{Dialect, Element};

/// The text of an expression or a predicate: as it was written, for SQLite compares it with that of
/// a statement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sql(pub String);

/// By which names SQLite finds the rowid of a table, as far as no column has them:
/// <https://sqlite.org/lang_createtable.html#rowid>.
pub const ROWID: [&str; 3] = ["rowid", "oid", "_rowid_"];

/// Deeper than anybody writes, and far from the end of the stack.
pub(crate) const DEPTH: usize = 100;

/// The tokens of a text, and which of them are columns.
pub(crate) struct Text<'s> {
    pub(crate) tokens: Vec<Token<'s>>,
    pub(crate) scope: &'s Scope,
    /// Where they begin, in bytes.
    columns: Vec<usize>,
}

impl Text<'_> {
    pub(crate) fn is_column(&self, token: &Token<'_>) -> bool {
        self.columns.contains(&token.start)
    }
}

impl Sql {
    /// What it is as an element of an index; `None` where it is nothing at all.
    pub fn element(&self, dialect: Dialect) -> Option<Element> {
        element(&self.0, &tokens(&self.0, dialect).ok()?, dialect)
    }

    /// Its text as an element of a conflict target: PostgreSQL wants parentheses around what is no
    /// call.
    pub fn as_element(&self) -> String {
        let text = &self.0;
        let name = text.split('(').next().unwrap_or_default();
        let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        if text.ends_with(')') && name.chars().all(is_name) && closes_at_end(text) {
            text.clone()
        } else {
            format!("({text})")
        }
    }

    fn text<'s>(&'s self, scope: &'s Scope) -> Text<'s> {
        let tokens = tokens(&self.0, scope.dialect).unwrap_or_default();
        let columns = positions(&tokens, scope);
        Text {
            tokens,
            scope,
            columns,
        }
    }

    /// The columns that it mentions, each once, by their SQL names.
    pub fn columns(&self, scope: &Scope) -> Vec<String> {
        let text = self.text(scope);
        let mut columns: Vec<String> = Vec::new();
        for name in text
            .tokens
            .iter()
            .filter(|token| text.is_column(token))
            .filter_map(|token| token.name(scope.dialect))
        {
            if !columns.iter().any(|known| scope.dialect.same(known, &name)) {
                columns.push(name);
            }
        }
        columns
    }

    /// Its words in lower case, names in quotes among them.
    pub(crate) fn words(&self, dialect: Dialect) -> Vec<String> {
        let tokens = tokens(&self.0, dialect).unwrap_or_default();
        let names = tokens
            .iter()
            .filter(|token| matches!(token.shape, Shape::Word | Shape::Quoted));
        names
            .filter_map(|token| token.name(dialect))
            .map(|name| name.to_lowercase())
            .collect()
    }

    /// The columns that cannot be NULL in a row for which this predicate is true.
    pub fn never_null_columns(&self, scope: &Scope) -> Vec<String> {
        never_null::columns(&self.text(scope))
    }

    /// What makes this expression NULL.
    pub fn null(&self, scope: &Scope) -> Null {
        nulls::of(&self.text(scope))
    }

    /// The same with another name for a column.
    pub(crate) fn rename_column(&self, old: &str, new: &str, scope: &Scope) -> Self {
        let dialect = scope.dialect;
        let source = self.text(scope);
        let mut text = String::with_capacity(self.0.len());
        let mut done = 0;
        for token in source.tokens.iter().filter(|token| source.is_column(token)) {
            if token
                .name(dialect)
                .is_some_and(|name| dialect.same(&name, old))
            {
                text += self.0.get(done..token.start).unwrap_or_default();
                text += &quoted(new, dialect);
                done = token.end();
            }
        }
        text += self.0.get(done..).unwrap_or_default();
        Self(text)
    }
}

/// `name` in quotes: which words need them differs by database and its version.
fn quoted(name: &str, dialect: Dialect) -> String {
    if dialect == Dialect::Mysql {
        format!("`{}`", name.replace('`', "``"))
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

pub(crate) fn is_constant(tokens: &[Token<'_>]) -> bool {
    let (value, rest) = match tokens {
        [sign, value, rest @ ..] if sign.is_mark("-") || sign.is_mark("+") => (value, rest),
        [value, rest @ ..] => (value, rest),
        [] => return false,
    };
    let constant = match value.shape {
        Shape::Text | Shape::Number => true,
        _ => value.is("true") || value.is("false"),
    };
    let cast = rest.first().is_some_and(|mark| mark.is_mark("::"))
        && rest
            .get(1..)
            .is_some_and(|rest| type_length(rest) == rest.len());
    constant && (rest.is_empty() || cast)
}

/// The column that `tokens` begin with, through parentheses and casts, and what follows.
pub(crate) fn operand<'t, 'a>(
    tokens: &'t [Token<'a>],
    text: &Text<'_>,
) -> Option<(String, &'t [Token<'a>])> {
    nested_operand(tokens, text, DEPTH)
}

fn nested_operand<'t, 'a>(
    tokens: &'t [Token<'a>],
    text: &Text<'_>,
    depth: usize,
) -> Option<(String, &'t [Token<'a>])> {
    let group = elements::group(tokens);
    let (name, mut rest) = if group > 0 {
        let (name, inside) = nested_operand(
            without_parentheses(tokens.get(..group)?),
            text,
            depth.checked_sub(1)?,
        )?;
        (inside.is_empty().then_some(name)?, tokens.get(group..)?)
    } else {
        let mut at = 0;
        while tokens.get(at + 1).is_some_and(|token| token.is_mark(".")) {
            at += 2;
        }
        let token = tokens.get(at).filter(|token| text.is_column(token))?;
        (token.name(text.scope.dialect)?, tokens.get(at + 1..)?)
    };
    while let Some((_, cast)) = rest.split_first().filter(|(first, _)| first.is_mark("::")) {
        rest = cast.get(type_length(cast)..).unwrap_or_default();
    }
    Some((name, rest))
}

/// Whether the first parenthesis is closed by the last character.
fn closes_at_end(sql: &str) -> bool {
    let mut depth = 0;
    for (at, c) in sql.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if c == ')' && depth == 0 {
            return at + 1 == sql.len();
        }
    }
    false
}
