//! What makes the expression of an index NULL.
//!
//! Only what is certain counts, and a list of what is dangerous cannot be complete: there is one of
//! the operators, casts and functions that are not NULL where nothing in them is, by database and,
//! where it makes a difference, by type. All else may be NULL by itself.

use crate::sql::elements::{group, split, without_parentheses};
use crate::sql::lexer::{Shape, Token};
use crate::sql::never_null::parts;
use crate::sql::positions::type_length;
use crate::sql::{DEPTH, Text, functions};
use crate::{Dialect, Type};

/// What makes an expression NULL.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Null {
    /// Nothing but the NULL of one of these columns.
    Of(Vec<String>),
    /// Nobody knows.
    Unknown,
}

/// Longer than any sum of integers whose terms are far from infinite.
const LONGEST: usize = 16;

/// A value: what makes it NULL, and what it is otherwise.
struct Value {
    nulls: Vec<String>,
    kind: Type,
}

impl Value {
    /// One that is never NULL.
    fn of(kind: Type) -> Self {
        Self {
            nulls: Vec::new(),
            kind,
        }
    }

    /// One that is NULL where one of `values` is.
    fn strict(values: Vec<Self>, kind: Type) -> Self {
        let mut nulls: Vec<String> = Vec::new();
        for name in values.into_iter().flat_map(|value| value.nulls) {
            if !nulls.contains(&name) {
                nulls.push(name);
            }
        }
        Self { nulls, kind }
    }
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
        let sides = self.split(tokens, &["=", "==", "<>", "!=", "<", ">", "<=", ">="]);
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
    fn split<'s, 'a>(
        &self,
        tokens: &'s [Token<'a>],
        operators: &[&str],
    ) -> Vec<(Option<&'s Token<'a>>, &'s [Token<'a>])> {
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

    /// Operands with operators between them. How they bind makes no difference where each is
    /// strict.
    fn chain(&self, tokens: &[Token<'_>], depth: usize) -> Option<Value> {
        const EVERYWHERE: &[&str] = &["+", "-", "*", "/", "%", "||", "&", "|", "<<", ">>"];
        const POSTGRES: &[&str] = &["+", "-", "*", "/", "%", "||", "&", "|", "<<", ">>", "^"];
        const MYSQL: &[&str] = &[
            "+", "-", "*", "/", "%", "||", "&", "|", "<<", ">>", "div", "mod",
        ];
        let operators = match self.dialects {
            [Dialect::Postgres] => POSTGRES,
            [Dialect::Mysql] => MYSQL,
            _ => EVERYWHERE,
        };
        let operands = self.split(tokens, operators);
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

    fn builtin_operators(&self, operands: &[(Option<&Token<'_>>, &[Token<'_>])]) -> Option<()> {
        let mut marks = operands.iter().filter_map(|(mark, _)| *mark);
        marks
            .all(|mark| self.text.scope.is_builtin(mark.text))
            .then_some(())
    }

    /// SQLite and MySQL have NULL for a division by zero.
    fn never_divides_by_zero(
        &self,
        operands: &[(Option<&Token<'_>>, &[Token<'_>])],
        marks: &[&str],
    ) -> Option<()> {
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
        let right = |(mark, operand): &(Option<&Token<'_>>, &[Token<'_>])| {
            mark.is_none_or(|mark| !divides(mark.text)) || is_not_zero(operand)
        };
        (marks.iter().all(plain) && operands.iter().all(right)).then_some(())
    }

    /// SQLite has NULL for what is no number, such as the difference of two infinities.
    fn is_finite(
        &self,
        operands: &[(Option<&Token<'_>>, &[Token<'_>])],
        marks: &[&str],
        values: &[Value],
    ) -> Option<()> {
        if !marks.iter().any(|mark| ["+", "-", "*"].contains(mark)) {
            return Some(());
        }
        let finite = |value: &Value| matches!(value.kind, Type::Integer | Type::Usual);
        let other = |(_, operand): &&(Option<&Token<'_>>, &[Token<'_>])| !is_not_zero(operand);
        let one = operands.iter().filter(other).count() == 1;
        (one || values.iter().all(finite) && values.len() <= LONGEST).then_some(())
    }

    /// A primary with what stands behind it: `::type`, `COLLATE`, `AT TIME ZONE`.
    fn operand(&self, tokens: &[Token<'_>], depth: usize) -> Option<Value> {
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
            [text] if text.shape == Shape::Text => return Some(Value::of(Type::Text)),
            [number] if number.shape == Shape::Number => {
                let whole = number.text.bytes().all(|byte| byte.is_ascii_digit());
                return Some(Value::of(if whole { Type::Integer } else { Type::Other }));
            }
            [kind, _] if self.is_on(Dialect::Postgres) && kind.shape == Shape::Word => {
                let kind = Type::of(&[*kind], Dialect::Postgres);
                return (kind != Type::Unknown).then(|| Value::of(kind));
            }
            [.., name] if self.text.is_column(name) => {
                let name = name.name(self.text.scope.dialect)?;
                return Some(Value {
                    kind: self.text.scope.kind(&name),
                    nulls: vec![name],
                });
            }
            [word] if word.is("true") || word.is("false") => return Some(Value::of(Type::Other)),
            [open, .., _] if open.is_mark("(") => return self.expression(tokens, depth),
            [case, inside @ .., _] if case.is("case") => return self.case(inside, depth),
            _ => {}
        }
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
    fn case(&self, inside: &[Token<'_>], depth: usize) -> Option<Value> {
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

    /// `value` as the type that `tokens` are.
    fn cast(&self, value: Value, tokens: &[Token<'_>]) -> Option<Value> {
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

/// Whether `||` between them makes a text. A string is what the others are, for PostgreSQL.
fn is_text(operands: &[(Option<&Token<'_>>, &[Token<'_>])], values: &[Value]) -> bool {
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
