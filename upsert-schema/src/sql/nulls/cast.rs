//! What a cast makes of a value.

use super::Reader;
use super::value::Value;
use crate::sql::lexer::Token;
use crate::{Dialect, Type};

/// MySQL's types to which any value but JSON can be cast.
const MYSQL: [&str; 6] = ["char", "nchar", "binary", "signed", "unsigned", "decimal"];
/// Those to which a date or a time can be: a text may be none.
const MYSQL_TIMES: [&str; 2] = ["date", "time"];

/// The types to which a cast is known to keep some values.
pub(super) fn targets(dialect: Dialect) -> Vec<&'static str> {
    match dialect {
        Dialect::Postgres => Type::postgres_names().collect(),
        // Any name will do: what makes a difference is its affinity.
        Dialect::Sqlite => vec!["text", "integer", "real", "numeric", "blob"],
        Dialect::Mysql => [&MYSQL[..], &MYSQL_TIMES].concat(),
    }
}

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
            // The time of an infinite timestamp is NULL:
            // https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-DATETIME-SPECIAL-VALUES
            Dialect::Postgres if is(&["time", "timetz"]) => value.kind == Type::Text,
            Dialect::Postgres => {
                Type::of(tokens, Dialect::Postgres) != Type::Unknown
                    && !matches!(value.kind, Type::Unknown | Type::Json)
            }
            // What is no such thing becomes one.
            Dialect::Sqlite => true,
            Dialect::Mysql if is(&MYSQL_TIMES) => is_time,
            // The last fraction of a second of the year 9999 is rounded to no date, which is NULL:
            // https://dev.mysql.com/doc/refman/8.4/en/fractional-seconds.html
            Dialect::Mysql if is(&["datetime"]) => false,
            // What is no type of MySQL's is by hand that of another database.
            Dialect::Mysql => {
                let other = is(&["year", "json"]) || value.kind == Type::Json;
                !other && (self.dialects.len() > 1 || is(&MYSQL))
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
