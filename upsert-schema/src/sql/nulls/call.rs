//! Calls of functions, and CASE.

use super::Reader;
use super::value::Value;
use crate::sql::elements::split;
use crate::sql::functions;
use crate::sql::lexer::{Shape, Token};
use crate::{Dialect, Type};

impl Reader<'_> {
    /// `name(..)`, or `pg_catalog.name(..)`.
    pub(super) fn function(&self, tokens: &[Token<'_>], depth: usize) -> Option<Value> {
        let (name, list) = match tokens {
            [schema, dot, name, list @ ..] if dot.is_mark(".") && schema.is("pg_catalog") => {
                (name, list)
            }
            [name, list @ ..] => (name, list),
            [] => return None,
        };
        let [open, inside @ .., _] = list else {
            return None;
        };
        if !open.is_mark("(") {
            return None;
        }
        // pg_dump writes `"left"(a, 1)`, which is the same; a name with capitals is another one.
        let called = match name.shape {
            Shape::Word => name.text.to_ascii_lowercase(),
            Shape::Quoted if self.dialects == [Dialect::Postgres] => {
                let called = name.name(Dialect::Postgres)?;
                // These are no functions, and one that is called so is somebody's own.
                let is_syntax = ["coalesce", "cast", "ifnull"].contains(&called.as_str());
                let has_capitals = called.chars().any(char::is_uppercase);
                Some(called).filter(|_| !is_syntax && !has_capitals)?
            }
            _ => return None,
        };
        self.call(&called, inside, depth)
    }

    fn call(&self, name: &str, inside: &[Token<'_>], depth: usize) -> Option<Value> {
        let word = |word: &str| {
            inside
                .iter()
                .position(|token| token.is(word) && !self.text.is_column(token))
        };
        let arguments = match name {
            "cast" => {
                // Nothing in an operand is called so.
                let at = inside.iter().rposition(|token| token.is("as"))?;
                let value = self.expression(inside.get(..at)?, depth)?;
                return self.cast(value, inside.get(at + 1..)?);
            }
            // `trim(both 'x' from a)`
            "trim" => {
                let sides = ["both", "leading", "trailing"];
                let side = inside.first().filter(|first| {
                    sides.iter().any(|side| first.is(side)) && !self.text.is_column(first)
                });
                let inside = inside.get(usize::from(side.is_some())..)?;
                match inside.iter().position(|token| token.is("from")) {
                    Some(0) => vec![inside.get(1..)?],
                    Some(at) => vec![inside.get(at + 1..)?, inside.get(..at)?],
                    None => split(inside),
                }
            }
            // `substring(a from 1 for 2)`
            "substring" if word("from").is_some() => inside
                .split(|token| token.is("from") || token.is("for"))
                .collect(),
            _ => split(inside),
        };
        if name == "coalesce" || name == "ifnull" && self.text.scope.is_builtin(name) {
            return self.coalesce(&arguments, depth);
        }
        if (name, arguments.len()) == ("if", 3) && self.dialects == [Dialect::Mysql]
            || (name, arguments.len()) == ("iif", 3) && self.dialects == [Dialect::Sqlite]
        {
            return self.strict(arguments.get(1..)?, Type::Other, depth);
        }
        if name == "replace" && self.is_on(Dialect::Mysql) && !never_grows(&arguments) {
            return None;
        }
        let mut values = Vec::new();
        for argument in arguments {
            values.push(self.builtin(argument, depth)?);
        }
        if !self.text.scope.is_builtin(name) || !self.text.scope.has_builtin_casts() {
            return None;
        }
        let kinds: Vec<_> = values.iter().map(|value| value.kind).collect();
        let kind = functions::call(name, &kinds, self.dialects)?;
        Some(Value::strict(values, kind))
    }

    /// It is NULL where all of its arguments are.
    fn coalesce(&self, arguments: &[&[Token<'_>]], depth: usize) -> Option<Value> {
        let mut values = Vec::new();
        let mut kinds = Vec::new();
        for argument in arguments {
            let value = self.expression(argument, depth);
            kinds.push(value.as_ref().map_or(Type::Unknown, |value| value.kind));
            values.extend(value);
        }
        let kind = Type::of_all(&kinds);
        if values.iter().any(|value| value.nulls.is_empty()) {
            return Some(Value::of(kind));
        }
        // Where it is NULL all of them are: the last one too.
        values.pop().map(|last| Value { kind, ..last })
    }

    /// What is between CASE and END: each of its values, and one for all other cases.
    pub(super) fn case(&self, inside: &[Token<'_>], depth: usize) -> Option<Value> {
        let parts = self.split(inside, &["when", "then", "else"]);
        let behind = |words: &[&str]| {
            let is = |before: &Token<'_>| words.iter().any(|word| before.is(word));
            let parts = parts.iter();
            let parts = parts.filter(|(before, _)| before.is_some_and(is));
            parts.map(|(_, value)| *value).collect::<Vec<_>>()
        };
        if behind(&["else"]).is_empty() {
            return None;
        }
        self.strict(&behind(&["then", "else"]), Type::Other, depth)
    }
}

/// Whether `replace` makes nothing longer. MySQL has NULL for what does not fit into a packet, and
/// two columns of 64 KB do that:
/// <https://dev.mysql.com/doc/refman/en/server-system-variables.html#sysvar_max_allowed_packet>.
fn never_grows(arguments: &[&[Token<'_>]]) -> bool {
    let [_, [from], [to]] = arguments else {
        return false;
    };
    let is_text = |token: &Token<'_>| token.shape == Shape::Text;
    // A character that is escaped is shorter than it is written.
    let quotes = ['\'', '"'];
    let plain = !from.text.contains('\\') && !from.text.trim_matches(quotes).contains(quotes);
    is_text(from) && is_text(to) && (to.text == "''" || plain && to.text.len() <= from.text.len())
}
