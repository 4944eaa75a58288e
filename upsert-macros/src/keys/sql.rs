//! The text of a SQL expression, as it stands in an index, and what it says about columns.

use super::elements::{element, split, without_parentheses};
use super::tokens::{Shape, Token, tokens};
use super::{Dialect, Element};

/// The text of an expression or a predicate: as it was written, for SQLite compares it with that of a
/// statement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Sql(pub(crate) String);

/// Words that are no column where they are not quoted.
const KEYWORDS: &str = "all and any array as asc asymmetric at between binary both by case cast collate \
    current_date current_time current_timestamp current_user desc distinct div else end \
    escape except exists false for from glob group ilike in interval is isnull leading like \
    localtime localtimestamp match mod not notnull null nulls on operator or order overlaps \
    placing regexp rlike row select session_user similar some symmetric then to trailing \
    true when xor";

fn is_keyword(word: &str) -> bool {
    KEYWORDS
        .split(' ')
        .any(|known| known.eq_ignore_ascii_case(word))
}

/// Deeper than anybody writes, and far from the end of the stack.
const DEPTH: usize = 100;

/// Functions and operators that give NULL where their arguments are none.
const MAKES_NULL: [&str; 15] = [
    "nullif",
    "case",
    "iif",
    "if",
    "div",
    "mod",
    "date",
    "time",
    "datetime",
    "julianday",
    "strftime",
    "unixepoch",
    "regexp_substr",
    "regexp_match",
    "substring",
];

impl Sql {
    /// What it is as an element of an index; `None` where it is nothing at all.
    pub(crate) fn element(&self, dialect: Dialect) -> Option<Element> {
        element(&self.0, &tokens(&self.0, dialect).ok()?, dialect)
    }

    /// Its text as an element of a conflict target: PostgreSQL wants parentheses around what is no call.
    pub(crate) fn as_element(&self) -> String {
        let text = &self.0;
        let name = text.split('(').next().unwrap_or_default();
        let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        if text.ends_with(')') && name.chars().all(is_name) && closes_at_end(text) {
            text.clone()
        } else {
            format!("({text})")
        }
    }

    /// Whether it can be NULL though no column in it is.
    pub(crate) fn can_be_null_by_itself(&self, dialect: Dialect) -> bool {
        let tokens = tokens(&self.0, dialect).unwrap_or_default();
        !falls_back_to_a_constant(without_parentheses(&tokens))
            && tokens.iter().any(|token| {
                let text = token.text.to_ascii_lowercase();
                match token.shape {
                    Shape::Word => MAKES_NULL.contains(&text.as_str()) || text.starts_with("json"),
                    Shape::Mark => {
                        text.contains("->") || ["/", "%", "[", "#>", "#>>"].contains(&text.as_str())
                    }
                    _ => false,
                }
            })
    }

    /// The columns that it mentions, each once, by their SQL names.
    pub(crate) fn columns(&self, dialect: Dialect) -> Vec<String> {
        let tokens = tokens(&self.0, dialect).unwrap_or_default();
        let mut columns: Vec<String> = Vec::new();
        for name in positions(&tokens)
            .into_iter()
            .filter_map(|at| tokens.get(at)?.name(dialect))
        {
            if !columns.iter().any(|known| dialect.same(known, &name)) {
                columns.push(name);
            }
        }
        columns
    }

    /// Its words in lower case, names in quotes among them.
    #[cfg(feature = "migrations")]
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
    pub(crate) fn never_null_columns(&self, dialect: Dialect) -> Vec<String> {
        let tokens = tokens(&self.0, dialect).unwrap_or_default();
        super::never_null::columns(&tokens, dialect)
    }

    /// The columns whose NULL may make this expression NULL.
    pub(crate) fn null_columns(&self, dialect: Dialect) -> Vec<String> {
        let tokens = tokens(&self.0, dialect).unwrap_or_default();
        if falls_back_to_a_constant(without_parentheses(&tokens)) {
            return Vec::new();
        }
        self.columns(dialect)
    }

    /// The same with another name for a column.
    pub(crate) fn rename_column(&self, old: &str, new: &str, dialect: Dialect) -> Self {
        let tokens = tokens(&self.0, dialect).unwrap_or_default();
        let mut text = String::with_capacity(self.0.len());
        let mut done = 0;
        for token in positions(&tokens)
            .into_iter()
            .filter_map(|at| tokens.get(at))
        {
            if token
                .name(dialect)
                .is_some_and(|name| dialect.same(&name, old))
            {
                text += self.0.get(done..token.start).unwrap_or_default();
                text += &identifier(new, token, dialect);
                done = token.end();
            }
        }
        text += self.0.get(done..).unwrap_or_default();
        Self(text)
    }
}

/// `name`, quoted as the token is whose place it takes, or where it has to be.
fn identifier(name: &str, token: &Token<'_>, dialect: Dialect) -> String {
    let plain = tokens(name, dialect).is_ok_and(|tokens| {
        matches!(tokens.as_slice(), [token] if token.text == name && token.name(dialect).as_deref() == Some(name))
            && !is_keyword(name)
    });
    if plain && token.shape == Shape::Word {
        name.to_owned()
    } else if dialect == Dialect::Mysql {
        format!("`{}`", name.replace('`', "``"))
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// Where among `tokens` columns are named.
fn positions(tokens: &[Token<'_>]) -> Vec<usize> {
    let mut positions = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let is = |offset: usize, mark: &str| {
            tokens
                .get(at + offset)
                .is_some_and(|token| token.is_mark(mark))
        };
        if token.is_mark("::") {
            at += 1 + type_length(tokens.get(at + 1..).unwrap_or_default());
        } else if token.is("as") {
            // `CAST(x AS type)`
            at += tokens
                .iter()
                .skip(at)
                .take_while(|token| !token.is_mark(")"))
                .count();
        } else if token.is("collate") {
            at += if is(2, ".") { 4 } else { 2 };
        } else if token.is("at") && tokens.get(at + 1).is_some_and(|next| next.is("time"))
            || token.is("extract") && is(1, "(")
        {
            at += 3;
        } else {
            let literal = token.shape == Shape::Word
                && tokens
                    .get(at + 1)
                    .is_some_and(|next| next.shape == Shape::Text);
            let named = match token.shape {
                Shape::Quoted => true,
                Shape::Word => !literal && !is_keyword(token.text),
                _ => false,
            };
            if named && !is(1, "(") && !is(1, ".") {
                positions.push(at);
            }
            at += 1;
        }
    }
    positions
}

/// How many of `tokens` the type takes with which they begin.
fn type_length(tokens: &[Token<'_>]) -> usize {
    const MORE: [&str; 6] = ["precision", "varying", "with", "without", "time", "zone"];
    let mut at = 1;
    while let Some(token) = tokens.get(at) {
        let more = MORE.iter().any(|word| token.is(word));
        at += match token.text {
            "." => 2,
            "(" => super::elements::group(tokens.get(at..).unwrap_or_default()).max(1),
            _ if more => 1,
            _ => return at,
        };
    }
    at
}

/// Whether it is `coalesce(.., constant)`.
fn falls_back_to_a_constant(tokens: &[Token<'_>]) -> bool {
    let [function, list @ ..] = tokens else {
        return false;
    };
    let called = ["coalesce", "ifnull"].iter().any(|name| function.is(name));
    if !called || super::elements::group(list) != list.len() {
        return false;
    }
    let [_, inside @ .., _] = list else {
        return false;
    };
    split(inside)
        .last()
        .is_some_and(|last| is_constant(without_parentheses(last)))
}

pub(super) fn is_constant(tokens: &[Token<'_>]) -> bool {
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
pub(super) fn operand<'t, 'a>(
    tokens: &'t [Token<'a>],
    dialect: Dialect,
) -> Option<(String, &'t [Token<'a>])> {
    nested_operand(tokens, dialect, DEPTH)
}

fn nested_operand<'t, 'a>(
    tokens: &'t [Token<'a>],
    dialect: Dialect,
    depth: usize,
) -> Option<(String, &'t [Token<'a>])> {
    let group = super::elements::group(tokens);
    let (name, mut rest) = if group > 0 {
        let (name, inside) = nested_operand(
            without_parentheses(tokens.get(..group)?),
            dialect,
            depth.checked_sub(1)?,
        )?;
        (inside.is_empty().then_some(name)?, tokens.get(group..)?)
    } else {
        let mut at = 0;
        while tokens.get(at + 1).is_some_and(|token| token.is_mark(".")) {
            at += 2;
        }
        let named = positions(tokens.get(..=at)?) == [at]
            && !tokens
                .get(at + 1)
                .is_some_and(|next| next.is_mark("(") || next.shape == Shape::Text);
        (
            named.then(|| tokens.get(at)?.name(dialect))??,
            tokens.get(at + 1..)?,
        )
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
