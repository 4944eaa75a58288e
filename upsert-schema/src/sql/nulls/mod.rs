//! What makes the expression of an index NULL.
//!
//! Only what is certain counts, and a list of what is dangerous cannot be complete: there is one of
//! the operators, casts and functions that are not NULL where nothing in them is, by database and,
//! where it makes a difference, by type. All else may be NULL by itself.

mod call;
mod cast;
mod chain;
mod operand;
mod value;

use self::value::Value;
use crate::sql::elements::without_parentheses;
use crate::sql::functions;
use crate::sql::lexer::Token;
use crate::sql::never_null::parts;
use crate::sql::{DEPTH, Text};
use crate::{Dialect, Type};

/// What makes an expression NULL.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Null {
    /// Nothing but the NULL of one of these columns.
    Of(Vec<String>),
    /// Nobody knows.
    Unknown,
}

pub(crate) fn of(text: &Text<'_>) -> Null {
    // What is written in PostgreSQL's way is no other one's.
    let postgres = text.tokens.iter().any(|token| token.is_mark("::"))
        || text
            .tokens
            .windows(3)
            .any(|words| matches!(words, [at, time, zone] if at.is("at") && time.is("time") && zone.is("zone")));
    let reader = Reader {
        text,
        dialects: match text.scope.dialects() {
            [_, _, ..] if postgres => &[Dialect::Postgres],
            dialects => dialects,
        },
    };
    match reader.expression(&text.tokens, DEPTH) {
        Some(value) => Null::Of(value.nulls),
        None => Null::Unknown,
    }
}

const COMPARISONS: [&str; 8] = ["=", "==", "<>", "!=", "<", ">", "<=", ">="];

/// What the reader takes for NULL only where something in it is, for the tests that execute it: it
/// is never so by what is known of a name that is not here.
#[derive(Clone, Debug)]
pub struct Strict {
    /// Functions that are, of some arguments at least.
    pub functions: Vec<&'static str>,
    /// Functions that another database has, and this one has not.
    pub lacking: Vec<&'static str>,
    /// Operators between two operands.
    pub operators: Vec<&'static str>,
    /// The types of casts, without what is in parentheses.
    pub casts: Vec<&'static str>,
}

impl Strict {
    /// That of a database.
    pub fn of(dialect: Dialect) -> Self {
        // `==` is SQLite's alone, and elsewhere no operator.
        let is = |mark: &&str| *mark != "==" || dialect == Dialect::Sqlite;
        let comparisons = COMPARISONS.into_iter().filter(is);
        Self {
            functions: functions::known(dialect),
            lacking: functions::lacking(dialect),
            operators: chain::operators(&[dialect])
                .into_iter()
                .chain(comparisons)
                .collect(),
            casts: cast::targets(dialect),
        }
    }
}

/// An operand, with the operator before it.
type Operand<'t, 'a> = (Option<&'t Token<'a>>, &'t [Token<'a>]);

/// Reads an expression by what all of `dialects` agree on.
struct Reader<'t> {
    text: &'t Text<'t>,
    dialects: &'t [Dialect],
}

impl Reader<'_> {
    fn is_on(&self, dialect: Dialect) -> bool {
        self.dialects.contains(&dialect)
    }

    /// `None` where it may be NULL by itself.
    fn expression(&self, tokens: &[Token<'_>], depth: usize) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        let tokens = without_parentheses(tokens);
        for word in ["or", "and"] {
            let parts = parts(tokens, word, "", self.text);
            if parts.len() > 1 {
                return self.strict(&parts, Type::Other, depth);
            }
        }
        if let [not, rest @ ..] = tokens {
            if not.is("not") {
                return self.strict(&[rest], Type::Other, depth);
            }
        }
        if self.is_test(tokens) {
            return Some(Value::of(Type::Other));
        }
        let sides = self.split(tokens, &COMPARISONS);
        if sides.len() > 1 {
            self.builtin_operators(&sides)?;
            let sides: Vec<_> = sides.into_iter().map(|(_, side)| side).collect();
            return self.strict(&sides, Type::Other, depth);
        }
        self.chain(tokens, depth)
    }

    fn strict(&self, parts: &[&[Token<'_>]], kind: Type, depth: usize) -> Option<Value> {
        let values: Option<Vec<_>> = parts.iter().map(|part| self.builtin(part, depth)).collect();
        Some(Value::strict(values?, kind))
    }

    /// A value for which the database's own operators and functions are meant.
    fn builtin(&self, tokens: &[Token<'_>], depth: usize) -> Option<Value> {
        self.expression(tokens, depth)
            .filter(|value| value.kind != Type::Unknown)
    }

    /// `.. IS NOT NULL`: nothing binds less, but for what has been taken apart before, MySQL's XOR
    /// and `||`, and what stands before a NOT.
    fn is_test(&self, tokens: &[Token<'_>]) -> bool {
        let before = |words: &[&str]| {
            let (before, end) = tokens.split_at_checked(tokens.len().checked_sub(words.len())?)?;
            let mut pairs = end.iter().zip(words);
            pairs
                .all(|(token, word)| token.is(word) && !self.text.is_column(token))
                .then_some(before)
        };
        let is = |what| before(&["is", "not", what]).or_else(|| before(&["is", what]));
        let before = ["null", "true", "false"]
            .into_iter()
            .find_map(is)
            .or_else(|| before(&["isnull"]))
            .or_else(|| before(&["notnull"]));
        let binds_less = |token: &Token<'_>| {
            ["xor", "not"].iter().any(|word| token.is(word))
                || token.is_mark("||") && self.is_on(Dialect::Mysql)
        };
        before.is_some_and(|before| !before.is_empty() && !before.iter().any(binds_less))
    }

    /// `tokens` between those of `operators` that are in no parentheses and no CASE, each with what
    /// is before it.
    fn split<'s, 'a>(&self, tokens: &'s [Token<'a>], operators: &[&str]) -> Vec<Operand<'s, 'a>> {
        let mut list = Vec::new();
        let mut depth = 0_usize;
        let mut start = 0;
        let mut before = None;
        for (at, token) in tokens.iter().enumerate() {
            let is = |word: &str| token.is(word) && !self.text.is_column(token);
            if token.is_mark("(") || token.is_mark("[") || is("case") {
                depth += 1;
            } else if token.is_mark(")") || token.is_mark("]") || is("end") {
                depth = depth.saturating_sub(1);
            } else if depth == 0
                // With nothing before it, it is a sign.
                && at > start
                && operators
                    .iter()
                    .any(|operator| token.is_mark(operator) || is(operator))
            {
                list.push((before, tokens.get(start..at).unwrap_or_default()));
                before = Some(token);
                start = at + 1;
            }
        }
        list.push((before, tokens.get(start..).unwrap_or_default()));
        list
    }
}
