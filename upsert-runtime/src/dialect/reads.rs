//! Which columns a SQL text may read, on a backend whose assignments see each other.
//!
//! Whatever has the name of the column is a read of it, but for what is known to be none: the list
//! is of what is harmless. The words are MySQL's, which is the only such backend:
//! <https://dev.mysql.com/doc/refman/8.4/en/identifiers.html>,
//! <https://dev.mysql.com/doc/refman/8.4/en/keywords.html>.

/// The tokens of a SQL text.
pub(crate) struct Sql<'a> {
    text: &'a str,
    /// `None` where they are not certain.
    tokens: Option<Vec<Token<'a>>>,
}

/// A column, as SQL names it.
#[derive(Debug)]
pub struct ColumnName {
    /// With its table.
    pub(crate) qualified: String,
    table: Option<String>,
    column: &'static str,
}

#[derive(Debug, PartialEq)]
enum Token<'a> {
    /// A name, a keyword or a number without a sign, as it is written.
    Word(&'a str),
    /// A name in quotes, without them: in double ones it may be a string, too.
    Quoted(String),
    /// A string, a bound value or a variable.
    Value,
    /// Anything else.
    Other(char),
}

/// Words that stand for no column on their own: each is reserved in all versions of MySQL and
/// MariaDB.
const RESERVED: [&str; 65] = [
    "all",
    "and",
    "as",
    "asc",
    "between",
    "binary",
    "both",
    "by",
    "case",
    "collate",
    "cross",
    "current_date",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "desc",
    "distinct",
    "div",
    "else",
    "exists",
    "false",
    "for",
    "from",
    "group",
    "having",
    "if",
    "in",
    "inner",
    "interval",
    "is",
    "join",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "match",
    "mod",
    "natural",
    "not",
    "null",
    "on",
    "or",
    "order",
    "outer",
    "regexp",
    "right",
    "rlike",
    "select",
    "separator",
    "then",
    "trailing",
    "true",
    "union",
    "using",
    "utc_date",
    "utc_time",
    "utc_timestamp",
    "values",
    "when",
    "where",
    "with",
    "xor",
];

/// Functions whose first argument is a word of its own. So it is in `extract(day from ..)`, but
/// `extract (day)` may be somebody's own function.
const OF_A_UNIT: [&str; 3] = ["get_format", "timestampadd", "timestampdiff"];

impl ColumnName {
    /// The column called `column`, as it is written with its table.
    pub(crate) fn new(column: &'static str, qualified: String) -> Self {
        let table = match tokens(&qualified).as_deref() {
            Some([.., table, Token::Other('.'), _]) => table.name().map(str::to_owned),
            _ => None,
        };
        Self {
            qualified,
            table,
            column,
        }
    }
}

impl<'a> Sql<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            tokens: tokens(text),
        }
    }

    /// Whether it may read `column`.
    pub(crate) fn may_read(&self, column: &ColumnName) -> bool {
        let Some(tokens) = &self.tokens else {
            return may_contain(self.text, column.column);
        };
        tokens.iter().enumerate().any(|(at, token)| {
            token.is_named(column.column) && !is_no_read(tokens, at, column.table.as_deref())
        })
    }
}

impl Token<'_> {
    fn name(&self) -> Option<&str> {
        match self {
            Self::Word(name) => Some(name),
            Self::Quoted(name) => Some(name),
            Self::Value | Self::Other(_) => None,
        }
    }

    fn is_named(&self, name: &str) -> bool {
        self.name().is_some_and(|token| may_be_same(token, name))
    }

    fn is_word_of(&self, words: &[&str]) -> bool {
        matches!(self, Self::Word(word) if words.iter().any(|w| w.eq_ignore_ascii_case(word)))
    }
}

/// Whether the name at `at` is certainly not a column of the stored row.
fn is_no_read(tokens: &[Token<'_>], at: usize, table: Option<&str>) -> bool {
    let is = |at: Option<usize>, c| at.and_then(|at| tokens.get(at)) == Some(&Token::Other(c));
    let before = |n| at.checked_sub(n);
    // A table, a schema, or a function.
    if is(Some(at + 1), '.') || is(Some(at + 1), '(') {
        return true;
    }
    let start = first_part(tokens, at);
    let opened = start.checked_sub(1).filter(|&open| is(Some(open), '('));
    let called = opened.and_then(|open| called(tokens, open));
    // The proposed row.
    if called.is_some_and(|name| name.is_word_of(&["values"])) && is(Some(at + 1), ')') {
        return true;
    }
    if is(before(1), '.') {
        let qualifier = before(2).and_then(|at| tokens[at].name());
        return matches!((qualifier, table), (Some(q), Some(table)) if !may_be_same(q, table));
    }
    // Behind an operand there is an operator, a keyword or an alias.
    let previous = before(1);
    if previous.is_some_and(|at| ends_operand(tokens, at) || tokens[at].is_word_of(&["as"])) {
        return true;
    }
    let is_from = tokens
        .get(at + 1)
        .is_some_and(|next| next.is_word_of(&["from"]));
    let is_unit = called.is_some_and(|function| {
        function.is_word_of(&OF_A_UNIT) || is_from && function.is_word_of(&["extract"])
    });
    tokens[at].is_word_of(&RESERVED) || is_unit && matches!(tokens[at], Token::Word(_))
}

/// Where the name begins whose last part is at `at`: `schema.table.column`.
fn first_part(tokens: &[Token<'_>], at: usize) -> usize {
    match tokens[..at] {
        [.., ref part, Token::Other('.')] if part.name().is_some() => first_part(tokens, at - 2),
        _ => at,
    }
}

/// The function of no schema whose arguments begin with the parenthesis at `open`.
fn called<'t, 'a>(tokens: &'t [Token<'a>], open: usize) -> Option<&'t Token<'a>> {
    match &tokens[..open] {
        [.., Token::Other('.'), _] => None,
        [.., function] => Some(function),
        [] => None,
    }
}

/// Whether an operand certainly ends with the token at `at`.
fn ends_operand(tokens: &[Token<'_>], at: usize) -> bool {
    match &tokens[at] {
        Token::Value | Token::Quoted(_) | Token::Other(')') => true,
        Token::Other(_) => false,
        Token::Word(word) => {
            // Behind a period a reserved word is a name, which is an operand too.
            word.bytes().all(|byte| byte.is_ascii_digit())
                || tokens[at].is_word_of(&["null", "true", "false"])
                // That of `case`: where it is none, it is a column, unless an operand stands before
                // it.
                || tokens[at].is_word_of(&["end"]) && at > 0 && ends_operand(tokens, at - 1)
        }
    }
}

/// Whether two names may be the same to MySQL, which ignores case: in ASCII that is certain, in all
/// else it has tables of its own.
fn may_be_same(a: &str, b: &str) -> bool {
    a.chars().count() == b.chars().count() && a.chars().zip(b.chars()).all(may_be_same_char)
}

fn may_be_same_char((a, b): (char, char)) -> bool {
    a.eq_ignore_ascii_case(&b) || !a.is_ascii() || !b.is_ascii()
}

/// Whether `name` may be anywhere in `text`.
fn may_contain(text: &str, name: &str) -> bool {
    // In quotes it is doubled.
    name.contains(['`', '"'])
        || text.char_indices().any(|(at, _)| {
            let mut rest = text[at..].chars();
            name.chars()
                .all(|c| rest.next().is_some_and(|r| may_be_same_char((c, r))))
        })
}

/// The tokens of `sql`; `None` where there is a comment, which may be one that runs, a string that
/// may end elsewhere in another `sql_mode`, or a brace, in which an operand stands behind a name:
/// `{ts a}`.
fn tokens(sql: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '#' | '\\' | '\0' | '{' => return None,
            '-' if rest.starts_with("--") => return None,
            '/' if rest.starts_with("/*") => return None,
            '\'' => {
                tokens.push(Token::Value);
                quoted(rest)?.1
            }
            '`' | '"' => {
                let (name, length) = quoted(rest)?;
                tokens.push(Token::Quoted(name));
                length
            }
            '@' => {
                tokens.push(Token::Value);
                let signs = rest.len() - rest.trim_start_matches('@').len();
                signs
                    + match rest[signs..].chars().next() {
                        Some('`' | '"' | '\'') => quoted(&rest[signs..])?.1,
                        _ => word(&rest[signs..]),
                    }
            }
            _ => match word(rest) {
                0 => {
                    match first {
                        '?' => tokens.push(Token::Value),
                        c if c.is_whitespace() => {}
                        c => tokens.push(Token::Other(c)),
                    }
                    first.len_utf8()
                }
                length => {
                    tokens.push(Token::Word(&rest[..length]));
                    length
                }
            },
        };
        rest = &rest[length..];
    }
    Some(tokens)
}

/// How many bytes at the start of `sql` are a name without quotes, or a number.
fn word(sql: &str) -> usize {
    sql.find(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, '_' | '$'))
        .unwrap_or(sql.len())
}

/// What stands in the quotes that `sql` begins with, and how many bytes it is with them.
fn quoted(sql: &str) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut chars = sql.char_indices();
    let (_, quote) = chars.next()?;
    let mut chars = chars.peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            // An escape in some modes, and in names in none.
            '\\' => return None,
            c if c == quote => match chars.next_if(|(_, next)| *next == quote) {
                Some(_) => text.push(quote),
                None => return Some((text, at + c.len_utf8())),
            },
            c => text.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{ColumnName, Sql};

    fn may_read(sql: &str, column: &'static str) -> bool {
        let column = ColumnName::new(column, format!("`o`.`{column}`"));
        Sql::new(sql).may_read(&column)
    }

    #[test]
    fn a_read_is_found_in_every_spelling() {
        for sql in [
            "`o`.`a`",
            "(`o`.`a` + ?)",
            "o.`a`",
            "O.A",
            "`o`.a",
            "o . a",
            "o.\n`a`",
            "shop.o.`a`",
            "`shop`.`o`.`a`",
            ".o.a",
            "a",
            "A + 1",
            "(1+`a`)",
            "\"a\"",
            "abs(`a`)",
            "my_values(`a`)",
            "shop.values(a)",
            "`values`(a)",
            "VALUES(`a` + 1)",
            "coalesce(a,0)",
            "if(`b` > 0, `o`.`a`, 0)",
            "case when a then 1 end",
            "not a",
            "interval a day",
            "? div a",
            "`b` escape a",
            "date_add(`b`, interval ? day) + a",
            "(select max(u.b) from u where u.c = a)",
            "@x := a",
            "'it''s' like a",
            "default(a)",
            "/*! a */",
            "0 -- x\n + a",
            "'\\' ' + a + '",
            "`b` sounds like a",
        ] {
            assert!(may_read(sql, "a"), "{sql}");
        }
        assert!(may_read("case when 1 then end end", "end"));
        assert!(may_read("case when x then end", "end"), "x may be an alias");
        assert!(may_read("o.end", "end"));
        assert!(may_read("o.values", "values"));
        assert!(may_read("`values`", "values"));
        assert!(may_read("day", "day"));
        assert!(may_read("abs(day)", "day"));
        assert!(may_read("extract (day)", "day"));
        assert!(may_read("trim(day from ?)", "day"));
        assert!(may_read("{`x` day}", "day"));
        assert!(may_read("\u{e9}t\u{e9}", "\u{c9}T\u{c9}"));
        assert!(may_read("\u{212a}", "k"));
        assert!(may_read("`a``b`", "a`b"));
        assert!(may_read("1a", "1a"));
    }

    #[test]
    fn what_is_no_read_is_let_through() {
        for sql in [
            "?",
            "VALUES(`a`)",
            "values ( a )",
            "VALUES(`o`.`a`)",
            "`o`.`aa`",
            "`o`.`b`",
            "`u`.`a`",
            "u.a",
            "(select u.a from u where u.b = `o`.`b`)",
            "a(1)",
            "`a`(1)",
            "'a'",
            "'it''s a'",
            "@a",
            "@`a`",
            "@@a",
            "cast(? as a)",
            "next",
            "a.b",
        ] {
            assert!(!may_read(sql, "a"), "{sql}");
        }
        for (sql, column) in [
            (
                "CASE WHEN (`o`.`b` > ?) THEN `o`.`b` ELSE VALUES(`b`) END",
                "end",
            ),
            ("case when ? then case when 1 then ? end end", "end"),
            ("VALUES(`b`)", "values"),
            ("(`o`.`b` IS NOT NULL)", "null"),
            ("`o`.`b` + interval ? day", "day"),
            ("`o`.`b` + interval 1 day", "day"),
            ("extract(day from `o`.`b`)", "day"),
            ("timestampdiff(minute, `o`.`b`, VALUES(`b`))", "minute"),
            ("(`o`.`b` LIKE ? ESCAPE '!')", "escape"),
            ("(`o`.`b` AND NOT (`o`.`c`))", "and"),
            ("(SELECT `u`.`b` FROM `u` LIMIT ? OFFSET ?)", "offset"),
            ("CAST(`o`.`b` AS date)", "date"),
            ("date(`o`.`b`)", "date"),
            ("/* none */ `o`.`b`", "a"),
            ("`o`.`stra\u{df}e`", "stra\u{df}en"),
        ] {
            assert!(!may_read(sql, column), "{sql}: {column}");
        }
    }
}
