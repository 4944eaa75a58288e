//! Which words of a SQL text are columns.
//!
//! No list of keywords can say that: which words are reserved differs by database, and most are
//! not. So it goes by the place. Where an operand is wanted a word is a column, unless it is one
//! that no database lets be a column without quotes; where one has just ended it is an operator,
//! whatever it is called.

use crate::sql::elements::group;
use crate::sql::lexer::{Shape, Token};
use crate::{Dialect, Scope};

/// Words that stand before or instead of an operand and are reserved everywhere.
const RESERVED: &str = "all and as case collate distinct else from group in is not null on or order select then to when";

/// The same on PostgreSQL and MySQL alone. That of SQLite can be a column, and is one where SQL is
/// written by hand: the compiler says if there is none.
const POSTGRES: &str = "any array asymmetric both cast current_catalog current_date current_role current_time \
    current_timestamp current_user end except for leading localtime localtimestamp placing session_user some symmetric \
    trailing user variadic";
const MYSQL: &str = "asc binary both current_date current_time current_timestamp current_user div for interval leading \
    localtime localtimestamp mod trailing xor";

/// Where among `tokens` columns are named: the bytes at which they begin.
pub(crate) fn positions(tokens: &[Token<'_>], scope: &Scope) -> Vec<usize> {
    let mut walk = Walk {
        tokens,
        scope,
        at: 0,
        wants_operand: true,
        found: Vec::new(),
    };
    while let Some(token) = walk.tokens.get(walk.at) {
        walk.step(token);
    }
    walk.found
}

struct Walk<'t, 'a> {
    tokens: &'t [Token<'a>],
    scope: &'t Scope,
    at: usize,
    wants_operand: bool,
    found: Vec<usize>,
}

impl Walk<'_, '_> {
    fn step(&mut self, token: &Token<'_>) {
        match token.shape {
            Shape::Text | Shape::Number => self.go(1, false),
            Shape::Mark => match token.text {
                "::" => self.go(1 + self.type_length(1), false),
                ")" | "]" | "}" => self.go(1, false),
                _ => self.go(1, true),
            },
            Shape::Word if !self.wants_operand => self.operator(token),
            Shape::Word | Shape::Quoted => self.operand(token),
        }
    }

    fn go(&mut self, count: usize, wants_operand: bool) {
        self.at += count.max(1);
        self.wants_operand = wants_operand;
    }

    fn ahead(&self, offset: usize) -> Option<&Token<'_>> {
        self.tokens.get(self.at + offset)
    }

    fn is_mark(&self, offset: usize, mark: &str) -> bool {
        self.ahead(offset).is_some_and(|token| token.is_mark(mark))
    }

    fn is_word(&self, offset: usize, words: &[&str]) -> bool {
        self.ahead(offset)
            .is_some_and(|token| words.iter().any(|word| token.is(word)))
    }

    fn type_length(&self, offset: usize) -> usize {
        type_length(self.tokens.get(self.at + offset..).unwrap_or_default())
    }

    /// A word behind an operand.
    fn operator(&mut self, word: &Token<'_>) {
        if word.is("as") {
            // `CAST(x AS type)`
            let rest = self.tokens.get(self.at..).unwrap_or_default();
            self.go(until_closed(rest), false);
        } else if word.is("collate") {
            self.go(if self.is_mark(2, ".") { 4 } else { 2 }, false);
        } else if word.is("at") && self.is_word(1, &["time"]) {
            self.go(3, true);
        } else if word.is("at") && self.is_word(1, &["local"]) {
            self.go(2, false);
        } else if word.is("is") {
            let not = usize::from(self.is_word(1, &["not"]));
            let next = 1 + not;
            if self.is_word(next, &["distinct"]) {
                self.go(next + 2, true);
            } else if self.scope.dialect != Dialect::Sqlite
                || self.is_word(next, &["null", "true", "false", "unknown"])
            {
                self.go(next + 1, false);
            } else {
                self.go(next, true);
            }
        } else {
            let ends = ["isnull", "notnull", "end", "asc", "desc"];
            self.go(1, !ends.iter().any(|end| word.is(end)));
        }
    }

    /// A word or a name where an operand begins.
    fn operand(&mut self, token: &Token<'_>) {
        let is_word = token.shape == Shape::Word;
        // `trim(BOTH FROM a)`, `trim(BOTH 'x' FROM a)`: what another database may have as a column.
        let sides = ["both", "leading", "trailing"];
        let in_trim = self
            .at
            .checked_sub(2)
            .and_then(|at| self.tokens.get(at..self.at));
        let in_trim = in_trim.is_some_and(|before| before[0].is("trim") && before[1].is_mark("("));
        if in_trim && is_word && sides.iter().any(|side| token.is(side)) {
            let behind = self.tokens.get(self.at + 1..).unwrap_or_default();
            let inside = behind.get(..until_closed(behind)).unwrap_or_default();
            if inside.iter().any(|token| token.is("from")) {
                self.go(if self.is_word(1, &["from"]) { 2 } else { 1 }, true);
                return;
            }
        }
        if token.is("extract") && self.is_mark(1, "(") {
            // `extract(year FROM x)`
            self.go(3, false);
        } else if self.is_mark(1, "(") {
            self.go(1, true);
        } else if self.is_mark(1, ".") {
            self.go(2, true);
        } else if is_word && self.ahead(1).is_some_and(|next| next.shape == Shape::Text) {
            // `date '2020-01-01'`
            self.go(2, false);
        } else if token.is("array") && self.is_mark(1, "[") {
            self.go(1, true);
        } else {
            let name = token.name(self.scope.dialect).unwrap_or_default();
            let constant = ["true", "false", "null"].iter().any(|word| token.is(word));
            if constant && !(self.scope.dialect == Dialect::Sqlite && self.scope.has(&name)) {
                self.go(1, false);
            } else if is_word && (self.is_reserved(token) || !self.scope.may_have(&name)) {
                self.go(1, true);
            } else {
                self.found.push(token.start);
                self.go(1, false);
            }
        }
    }

    fn is_reserved(&self, word: &Token<'_>) -> bool {
        let own = match self.scope.dialect {
            Dialect::Postgres => POSTGRES,
            Dialect::Mysql => MYSQL,
            Dialect::Sqlite => "",
        };
        [RESERVED, own]
            .iter()
            .flat_map(|list| list.split_whitespace())
            .any(|reserved| word.is(reserved))
    }
}

/// How many of `tokens` come before the parenthesis that closes those which were open.
fn until_closed(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0_usize;
    tokens
        .iter()
        .take_while(|token| {
            if token.is_mark("(") {
                depth += 1;
            } else if token.is_mark(")") {
                let closed = depth == 0;
                depth = depth.saturating_sub(1);
                return !closed;
            }
            true
        })
        .count()
}

/// How many of `tokens` the type takes with which they begin.
pub(crate) fn type_length(tokens: &[Token<'_>]) -> usize {
    const MORE: [&str; 8] = [
        "precision",
        "varying",
        "with",
        "without",
        "time",
        "zone",
        "unsigned",
        "signed",
    ];
    let mut at = 1;
    while let Some(token) = tokens.get(at) {
        let more = MORE.iter().any(|word| token.is(word));
        let rest = tokens.get(at..).unwrap_or_default();
        at += match token.text {
            "." => 2,
            "(" => group(rest).max(1),
            // `text[]`, `text[3]`
            "[" => rest
                .iter()
                .position(|token| token.is_mark("]"))
                .map_or(1, |end| end + 1),
            _ if more => 1,
            _ => return at,
        };
    }
    at
}
