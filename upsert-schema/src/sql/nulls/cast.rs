//! What a cast makes of a value.

use super::Reader;
use super::value::Value;
use crate::sql::lexer::Token;
use crate::{Dialect, Type};

impl Reader<'_> {
    /// `value` as the type that `tokens` are.
    pub(super) fn cast(&self, value: Value, tokens: &[Token<'_>]) -> Option<Value> {
        let is = |names: &[&str]| {
            let first = tokens.first();
            names
                .iter()
                .any(|name| first.is_some_and(|first| first.is(name)))
        };
        let is_time = matches!(value.kind, Type::Time | Type::Usual);
        let keeps = |dialect: &Dialect| match dialect {
            Dialect::Postgres => {
                Type::of(tokens, Dialect::Postgres) != Type::Unknown
                    && !matches!(value.kind, Type::Unknown | Type::Json)
            }
            // What is no such thing becomes one.
            Dialect::Sqlite => true,
            // A text may be no date. What is no type of MySQL's is by hand that of another
            // database.
            Dialect::Mysql if is(&["date", "datetime", "time"]) => is_time,
            Dialect::Mysql => {
                let other = is(&["year", "json"]) || value.kind == Type::Json;
                let known = ["char", "nchar", "binary", "signed", "unsigned", "decimal"];
                !other && (self.dialects.len() > 1 || is(&known))
            }
        };
        if !self.text.scope.has_builtin_casts() || !self.dialects.iter().all(keeps) {
            return None;
        }
        let kind = match self.dialects {
            [Dialect::Mysql] if is(&["signed", "unsigned"]) => Type::Integer,
            [dialect] => Type::of(tokens, *dialect),
            dialects => {
                let is_json = |dialect: &Dialect| Type::of(tokens, *dialect) == Type::Json;
                match dialects.iter().any(is_json) {
                    true => Type::Json,
                    false => Type::Usual,
                }
            }
        };
        Some(Value { kind, ..value })
    }
}
