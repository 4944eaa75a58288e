//! An operand: a constant, a column, a call, or an expression in parentheses, with what stands
//! behind it.

use super::Reader;
use super::value::Value;
use crate::sql::elements::group;
use crate::sql::lexer::{Shape, Token};
use crate::sql::positions::type_length;
use crate::{Dialect, Type};

impl Reader<'_> {
    /// A primary with what stands behind it: `::type`, `COLLATE`, `AT TIME ZONE`.
    pub(super) fn operand(&self, tokens: &[Token<'_>], depth: usize) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        if let [sign, rest @ ..] = tokens {
            if sign.is_mark("-") || sign.is_mark("+") {
                if !self.text.scope.is_builtin(sign.text) {
                    return None;
                }
                let value = self.operand(rest, depth)?;
                return (value.kind != Type::Unknown).then(|| Value {
                    kind: value.kind.as_number(),
                    ..value
                });
            }
        }
        let length = self.primary_length(tokens)?;
        let (primary, mut rest) = tokens.split_at_checked(length)?;
        let mut value = self.primary(primary, depth)?;
        while let [first, behind @ ..] = rest {
            if first.is_mark("::") {
                let length = type_length(behind);
                value = self.cast(value, behind.get(..length)?)?;
                rest = behind.get(length..)?;
            } else if first.is("collate") {
                let length = if behind.get(1).is_some_and(|dot| dot.is_mark(".")) {
                    3
                } else {
                    1
                };
                rest = behind.get(length..)?;
            } else if first.is("at") && self.is_on(Dialect::Postgres) {
                if behind.first()?.is("local") {
                    rest = behind.get(1..)?;
                    continue;
                }
                let [time, zone, behind @ ..] = behind else {
                    return None;
                };
                if !time.is("time") || !zone.is("zone") {
                    return None;
                }
                let length = self.primary_length(behind)?;
                let (zone, behind) = behind.split_at_checked(length)?;
                value = Value::strict(vec![value, self.primary(zone, depth)?], Type::Time);
                rest = behind;
            } else {
                return None;
            }
        }
        Some(value)
    }

    /// How many of `tokens` the first name, constant, call or group takes.
    fn primary_length(&self, tokens: &[Token<'_>]) -> Option<usize> {
        let first = tokens.first()?;
        if first.is("case") && !self.text.is_column(first) {
            let mut depth = 0_usize;
            for (at, token) in tokens.iter().enumerate() {
                if self.text.is_column(token) {
                } else if token.is("case") {
                    depth += 1;
                } else if token.is("end") {
                    depth -= 1;
                    if depth == 0 {
                        return Some(at + 1);
                    }
                }
            }
            return None;
        }
        if first.is_mark("(") {
            return Some(group(tokens));
        }
        let mut at = 1;
        while tokens.get(at).is_some_and(|token| token.is_mark(".")) {
            at += 2;
        }
        // `date '2020-01-01'`
        let literal = first.shape == Shape::Word
            && tokens.get(at).is_some_and(|next| next.shape == Shape::Text);
        Some(at + usize::from(literal) + tokens.get(at..).map_or(0, group))
    }

    fn primary(&self, tokens: &[Token<'_>], depth: usize) -> Option<Value> {
        match tokens {
            // `x''` is a BLOB, or bits.
            [bytes]
                if bytes.shape == Shape::Text && bytes.text.starts_with(['x', 'X', 'b', 'B']) =>
            {
                Some(Value::of(Type::Other))
            }
            [text] if text.shape == Shape::Text => Some(Value::of(Type::Text)),
            [number] if number.shape == Shape::Number => {
                let whole = number.text.bytes().all(|byte| byte.is_ascii_digit());
                Some(Value::of(if whole { Type::Integer } else { Type::Other }))
            }
            [kind, _] if self.is_on(Dialect::Postgres) && kind.shape == Shape::Word => {
                let kind = Type::of(&[*kind], Dialect::Postgres);
                (kind != Type::Unknown).then(|| Value::of(kind))
            }
            [.., name] if self.text.is_column(name) => {
                let name = name.name(self.text.scope.dialect)?;
                Some(Value {
                    kind: self.text.scope.kind(&name),
                    nulls: vec![name],
                })
            }
            [word] if word.is("true") || word.is("false") => Some(Value::of(Type::Other)),
            [open, .., _] if open.is_mark("(") => self.expression(tokens, depth),
            [case, inside @ .., _] if case.is("case") => self.case(inside, depth),
            _ => self.function(tokens, depth),
        }
    }
}
