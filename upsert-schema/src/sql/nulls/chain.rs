//! Operators between operands.

use super::value::Value;
use super::{Operand, Reader};
use crate::sql::elements::without_parentheses;
use crate::sql::lexer::{Shape, Token};
use crate::{Dialect, Type};

/// Longer than any sum of integers whose terms are far from infinite.
const LONGEST: usize = 16;

/// Those that all of `dialects` have, but for comparisons.
pub(super) fn operators(dialects: &[Dialect]) -> Vec<&'static str> {
    const EVERYWHERE: &[&str] = &["+", "-", "*", "/", "%", "||", "&", "|", "<<", ">>"];
    let own: &[&str] = match dialects {
        [Dialect::Postgres] => &["^"],
        [Dialect::Mysql] => &["div", "mod"],
        _ => &[],
    };
    [EVERYWHERE, own].concat()
}

impl Reader<'_> {
    /// Operands with operators between them. How they bind makes no difference where each is
    /// strict.
    pub(super) fn chain(&self, tokens: &[Token<'_>], depth: usize) -> Option<Value> {
        let operands = self.split(tokens, &operators(self.dialects));
        if let [(_, operand)] = operands[..] {
            return self.operand(operand, depth);
        }
        self.builtin_operators(&operands)?;
        let mut values = Vec::new();
        for (_, operand) in &operands {
            let value = self.operand(operand, depth)?;
            if value.kind == Type::Unknown {
                return None;
            }
            values.push(value);
        }
        let marks: Vec<&str> = operands
            .iter()
            .filter_map(|(mark, _)| Some(mark.as_ref()?.text))
            .collect();
        if !self.is_on(Dialect::Postgres) || self.dialects.len() > 1 {
            self.never_divides_by_zero(&operands, &marks)?;
        }
        if self.is_on(Dialect::Sqlite) {
            self.is_finite(&operands, &marks, &values)?;
        }
        let joins = marks.iter().all(|mark| *mark == "||") && self.dialects != [Dialect::Mysql];
        let kind = match joins && is_text(&operands, &values) {
            true => Type::Text,
            false => Type::Other,
        };
        Some(Value::strict(values, kind))
    }

    pub(super) fn builtin_operators(&self, operands: &[Operand<'_, '_>]) -> Option<()> {
        let mut marks = operands.iter().filter_map(|(mark, _)| *mark);
        marks
            .all(|mark| self.text.scope.is_builtin(mark.text))
            .then_some(())
    }

    /// SQLite and MySQL have NULL for a division by zero.
    fn never_divides_by_zero(&self, operands: &[Operand<'_, '_>], marks: &[&str]) -> Option<()> {
        let divides = |mark: &str| {
            ["/", "%"].contains(&mark)
                || ["div", "mod"]
                    .iter()
                    .any(|word| mark.eq_ignore_ascii_case(word))
        };
        if !marks.iter().any(|mark| divides(mark)) {
            return Some(());
        }
        // What binds more than a division makes another divisor of the constant behind it.
        let plain = |mark: &&str| divides(mark) || ["+", "-", "*"].contains(mark);
        let right = |(mark, operand): &Operand<'_, '_>| {
            mark.is_none_or(|mark| !divides(mark.text)) || is_not_zero(operand)
        };
        (marks.iter().all(plain) && operands.iter().all(right)).then_some(())
    }

    /// SQLite has NULL for what is no number, such as the difference of two infinities.
    fn is_finite(
        &self,
        operands: &[Operand<'_, '_>],
        marks: &[&str],
        values: &[Value],
    ) -> Option<()> {
        if !marks.iter().any(|mark| ["+", "-", "*"].contains(mark)) {
            return Some(());
        }
        let finite = |value: &Value| matches!(value.kind, Type::Integer | Type::Usual);
        let other = |(_, operand): &&Operand<'_, '_>| !is_not_zero(operand);
        let one = operands.iter().filter(other).count() == 1;
        (one || values.iter().all(finite) && values.len() <= LONGEST).then_some(())
    }
}

/// Whether `||` between them makes a text. A string is what the others are, for PostgreSQL.
fn is_text(operands: &[Operand<'_, '_>], values: &[Value]) -> bool {
    let is_string = |operand: &[Token<'_>]| matches!(without_parentheses(operand), [text] if text.shape == Shape::Text);
    let mut others = operands
        .iter()
        .zip(values)
        .filter(|((_, operand), _)| !is_string(operand))
        .map(|(_, value)| value.kind);
    others.clone().any(|kind| kind == Type::Text)
        || others.all(|kind| matches!(kind, Type::Integer | Type::Time | Type::Usual))
}

/// Whether it is a number that is not zero.
fn is_not_zero(tokens: &[Token<'_>]) -> bool {
    match without_parentheses(tokens) {
        [sign, rest @ ..] if sign.is_mark("-") || sign.is_mark("+") => is_not_zero(rest),
        [number] => {
            number.shape == Shape::Number
                && number.text.bytes().all(|byte| byte.is_ascii_digit())
                && number.text.bytes().any(|byte| byte != b'0')
        }
        _ => false,
    }
}
