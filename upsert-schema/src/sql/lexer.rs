//! SQL as tokens. Whatever is no SQL comes out as some token too: only a quote or a comment that
//! never ends is an error.

use crate::Dialect;
use crate::server::{Condition, Server};

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// A name without quotes, or a keyword.
    Word,
    /// A quoted identifier, with its quotes.
    Quoted,
    /// A string, with its quotes.
    Text,
    /// A number without a sign.
    Number,
    /// An operator or a punctuation mark.
    Mark,
}

/// A token, as it stands in the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token<'a> {
    /// What it is.
    pub shape: Shape,
    /// Its text.
    pub text: &'a str,
    /// Where it begins, in bytes.
    pub start: usize,
}

/// Something that begins at a byte and does not end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unclosed(pub usize);

/// The marks of more than one character; the longer ones of the same beginning come first.
const MARKS: [&str; 29] = [
    "<=>", "->>", "#>>", "!~~*", "!~~", "!~*", "~~*", "::", ":=", "<=", ">=", "<>", "!=", "==",
    "||", "->", "#>", "@>", "<@", "@@", "<<", ">>", "&&", "~*", "!~", "~~", "?|", "?&", "=>",
];

/// What PostgreSQL keeps of a name, in bytes.
const NAME_LENGTH: usize = 63;

impl Token<'_> {
    /// Where it ends, in bytes.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether it is this word, in whatever case.
    pub fn is(&self, word: &str) -> bool {
        self.shape == Shape::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is this operator or punctuation mark.
    pub fn is_mark(&self, mark: &str) -> bool {
        self.shape == Shape::Mark && self.text == mark
    }

    /// Whether it is a name with PostgreSQL's Unicode escapes, `U&"\0061"`, which is not read.
    pub(crate) fn is_escaped_name(&self) -> bool {
        let behind = self.text.get(..2).zip(self.text.get(2..));
        self.shape == Shape::Mark
            && behind.is_some_and(|(prefix, name)| {
                prefix.eq_ignore_ascii_case("u&") && name.starts_with('"')
            })
    }

    /// What it names, as the database knows it.
    pub fn name(&self, dialect: Dialect) -> Option<String> {
        match self.shape {
            Shape::Word if dialect == Dialect::Postgres => {
                Some(truncated(&self.text.to_ascii_lowercase()))
            }
            Shape::Word => Some(self.text.to_owned()),
            Shape::Quoted if dialect == Dialect::Postgres => Some(truncated(&self.unquoted())),
            Shape::Quoted => Some(self.unquoted()),
            // SQLite takes a string for a name where only a name can be.
            Shape::Text if dialect == Dialect::Sqlite && self.text.starts_with('\'') => {
                Some(self.unquoted())
            }
            // MySQL knows names that begin with a digit.
            Shape::Number if dialect == Dialect::Mysql && !is_number(self.text) => {
                Some(self.text.to_owned())
            }
            _ => None,
        }
    }

    fn unquoted(&self) -> String {
        let mut inside = self.text.chars();
        let (Some(_), Some(close)) = (inside.next(), inside.next_back()) else {
            return String::new();
        };
        let inside = inside.as_str();
        if close == ']' {
            inside.to_owned()
        } else {
            inside.replace(&format!("{close}{close}"), &close.to_string())
        }
    }
}

fn is_number(text: &str) -> bool {
    text.starts_with("0x")
        || text
            .chars()
            .all(|c| c.is_ascii_digit() || ".eE+-_".contains(c))
}

/// The beginning of a name that PostgreSQL keeps.
pub(crate) fn truncated(name: &str) -> String {
    let mut end = name.len().min(NAME_LENGTH);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name.get(..end).unwrap_or(name).to_owned()
}

/// The tokens of `text`. Comments are none, but for those that MySQL executes (`/*! .. */`).
///
/// # Errors
///
/// A quote or a comment that does not end.
pub fn tokens(text: &str, dialect: Dialect) -> Result<Vec<Token<'_>>, Unclosed> {
    Ok(scan(text, dialect, Server::MYSQL)?.0)
}

/// The same for one server, and the versions for which there are comments that run.
pub(crate) fn scan(
    text: &str,
    dialect: Dialect,
    server: Server,
) -> Result<(Vec<Token<'_>>, Vec<u32>), Unclosed> {
    let mut scanner = Scanner {
        text,
        dialect,
        server,
        at: 0,
        executed: None,
        versions: Vec::new(),
        escapes: false,
    };
    let mut tokens = Vec::new();
    while let Some(token) = scanner.next()? {
        tokens.push(token);
    }
    match scanner.executed {
        Some(start) => Err(Unclosed(start)),
        None => Ok((tokens, scanner.versions)),
    }
}

/// The text from the first of `tokens` to the last, as it stands in `text`.
pub(crate) fn verbatim<'a>(text: &'a str, tokens: &[Token<'_>]) -> &'a str {
    let range = tokens.first().zip(tokens.last());
    range
        .and_then(|(first, last)| text.get(first.start..last.end()))
        .unwrap_or_default()
}

struct Scanner<'a> {
    text: &'a str,
    dialect: Dialect,
    server: Server,
    at: usize,
    /// Where the comment begins that MySQL executes.
    executed: Option<usize>,
    versions: Vec<u32>,
    /// Whether the last token was PostgreSQL's `E'..'`, or went on with one: what goes on with it
    /// on another line has its escapes too.
    /// <https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS>
    escapes: bool,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Whether a word stands right before this behind which there is no value yet.
    fn is_behind_keyword(&self) -> bool {
        const KEYWORDS: [&str; 14] = [
            "where", "and", "or", "not", "on", "by", "in", "is", "like", "when", "then", "else",
            "case", "between",
        ];
        let before = self.text.get(..self.at).unwrap_or_default();
        let word = before
            .rsplit(|c| !is_word_part(c))
            .next()
            .unwrap_or_default();
        KEYWORDS
            .iter()
            .any(|keyword| keyword.eq_ignore_ascii_case(word))
    }

    /// Whether something stands right before.
    fn continues(&self) -> bool {
        let before = self.text.get(..self.at).unwrap_or_default();
        before
            .chars()
            .next_back()
            .is_some_and(|c| is_word_part(c) || c == ')' || c == ']')
    }

    fn next(&mut self) -> Result<Option<Token<'a>>, Unclosed> {
        self.skip_blanks()?;
        let start = self.at;
        let Some(first) = self.rest().chars().next() else {
            return Ok(None);
        };
        let shape = self.token(first)?;
        let text = self.text.get(start..self.at).unwrap_or_default();
        self.escapes = self.dialect == Dialect::Postgres
            && shape == Shape::Text
            && (text.starts_with(['e', 'E']) || self.escapes && text.starts_with('\''));
        Ok(Some(Token { shape, text, start }))
    }

    /// Goes past one token that begins with `first`.
    fn token(&mut self, first: char) -> Result<Shape, Unclosed> {
        let rest = self.rest();
        let mysql = self.dialect == Dialect::Mysql;
        match first {
            '\'' => self.quoted('\'', mysql || self.escapes, Shape::Text),
            '"' if mysql => self.quoted('"', true, Shape::Text),
            '"' => self.quoted('"', false, Shape::Quoted),
            '`' if self.dialect != Dialect::Postgres => self.quoted('`', false, Shape::Quoted),
            // Behind a value or ARRAY it is PostgreSQL's: `tags[1]`.
            '[' if self.dialect == Dialect::Sqlite
                && (!self.continues() || self.is_behind_keyword()) =>
            {
                self.between("]", Shape::Quoted)
            }
            // MySQL 9 has them around the bodies of routines in another language.
            '$' if self.dialect != Dialect::Sqlite && dollar_tag(rest).is_some() => {
                self.between(dollar_tag(rest).unwrap_or_default(), Shape::Text)
            }
            // `U&"\0061"`: no name that is read here.
            'u' | 'U' if self.dialect == Dialect::Postgres && escaped(rest).is_some() => {
                self.at += 2;
                self.quoted(escaped(rest).unwrap_or('"'), false, Shape::Mark)
            }
            _ if is_word_start(first) => {
                let word = length(rest, is_word_part);
                let prefix = word == 1 && "bBeEnNxX".contains(first);
                self.at += word;
                if prefix && self.rest().starts_with('\'') {
                    return self.quoted('\'', mysql || "eE".contains(first), Shape::Text);
                }
                Ok(Shape::Word)
            }
            _ if first.is_ascii_digit() => {
                self.at += number(rest);
                Ok(Shape::Number)
            }
            _ => {
                let mark = MARKS.iter().find(|mark| rest.starts_with(**mark));
                self.at += mark.map_or(first.len_utf8(), |mark| mark.len());
                Ok(Shape::Mark)
            }
        }
    }

    /// Goes past something between two `quote`s; a doubled one stands for one.
    fn quoted(&mut self, quote: char, escapes: bool, shape: Shape) -> Result<Shape, Unclosed> {
        let start = self.at;
        let mut inside = self.rest().char_indices().skip(1).peekable();
        while let Some((at, c)) = inside.next() {
            if c == '\\' && escapes {
                inside.next();
            } else if c == quote {
                if inside.peek().is_some_and(|(_, next)| *next == quote) {
                    inside.next();
                } else {
                    self.at += at + c.len_utf8();
                    return Ok(shape);
                }
            }
        }
        Err(Unclosed(start))
    }

    /// Goes past something that ends with `end` and begins with as many characters.
    fn between(&mut self, end: &str, shape: Shape) -> Result<Shape, Unclosed> {
        let inside = self.rest().get(end.len()..).unwrap_or_default();
        let length = inside.find(end).ok_or(Unclosed(self.at))?;
        self.at += length + 2 * end.len();
        Ok(shape)
    }

    fn skip_blanks(&mut self) -> Result<(), Unclosed> {
        loop {
            let rest = self.rest();
            let blank = length(rest, |c| is_blank(c) || c == '\u{feff}');
            if blank > 0 {
                self.at += blank;
            } else if self.line_comment(rest) {
                // A lone carriage return ends it on PostgreSQL: `non_newline` in its `scan.l`.
                let ends = |c| c == '\n' || c == '\r' && self.dialect == Dialect::Postgres;
                self.at += rest.find(ends).unwrap_or(rest.len());
            } else if self.executed.is_some() && rest.starts_with("*/") {
                self.executed = None;
                self.at += 2;
            } else if rest.starts_with("/*") {
                self.comment(rest)?;
            } else {
                return Ok(());
            }
        }
    }

    fn line_comment(&self, rest: &str) -> bool {
        if self.dialect == Dialect::Mysql {
            // `5--1` is a difference there.
            let dashes = rest.strip_prefix("--");
            return rest.starts_with('#')
                || dashes.is_some_and(|rest| {
                    rest.is_empty() || rest.starts_with(|c: char| is_blank(c) || c.is_control())
                });
        }
        rest.starts_with("--")
    }

    fn comment(&mut self, rest: &str) -> Result<(), Unclosed> {
        let conditional = Condition::of(rest).filter(|_| self.dialect == Dialect::Mysql);
        if let Some((condition, length)) = conditional {
            self.versions.extend(condition.version);
            if self.server.runs(condition) {
                self.executed = Some(self.at);
                self.at += length;
                return Ok(());
            }
        }
        // What does not run may have a comment in it: `consume_comment` in MySQL's `sql_lex.cc`.
        let nests = self.dialect == Dialect::Postgres || conditional.is_some();
        let mut depth = 0_usize;
        let mut at = 0;
        while let Some(rest) = rest.get(at..).filter(|rest| !rest.is_empty()) {
            if rest.starts_with("*/") {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    self.at += at;
                    return Ok(());
                }
            } else if rest.starts_with("/*") && (depth == 0 || nests) {
                depth += 1;
                at += 2;
            } else {
                at += rest.chars().next().map_or(1, char::len_utf8);
            }
        }
        if self.dialect == Dialect::Sqlite {
            self.at = self.text.len();
            return Ok(());
        }
        Err(Unclosed(self.at))
    }
}

fn length(text: &str, part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !part(c)).unwrap_or(text.len())
}

/// What is beyond ASCII is a part of names, blanks too.
fn is_blank(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\u{b}'
}

/// The quote behind PostgreSQL's `U&`.
fn escaped(text: &str) -> Option<char> {
    let quote = text.get(1..)?.strip_prefix('&')?.chars().next()?;
    ['"', '\''].contains(&quote).then_some(quote)
}

fn is_word_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()
}

fn is_word_part(c: char) -> bool {
    is_word_start(c) || c.is_ascii_digit() || c == '$'
}

/// The length of a number, or of a name that begins like one.
fn number(text: &str) -> usize {
    let whole = length(text, is_word_part);
    let fraction = text.get(whole..).and_then(|rest| rest.strip_prefix('.'));
    match fraction {
        Some(fraction) if fraction.starts_with(|c: char| c.is_ascii_digit()) => {
            whole + 1 + length(fraction, is_word_part)
        }
        _ => whole,
    }
}

/// `$tag$` at the beginning of `text`.
fn dollar_tag(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('$')?;
    let end = inside.find('$')?;
    let tag = inside.get(..end)?;
    let named = tag.is_empty() || tag.starts_with(is_word_start) && tag.chars().all(is_word_part);
    named.then(|| text.get(..end + 2))?
}

/// The words of `tokens`, those in strings and names too, in lower case.
pub(crate) fn words(tokens: &[Token<'_>]) -> Vec<String> {
    let mut words = Vec::new();
    for token in tokens {
        match token.shape {
            Shape::Word => words.push(token.text.to_lowercase()),
            Shape::Text | Shape::Quoted => {
                let inside = token
                    .text
                    .split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$');
                words.extend(
                    inside
                        .filter(|word| !word.is_empty())
                        .map(str::to_lowercase),
                );
                // A name in quotes may have anything in it.
                let whole = token.text.trim_matches(['"', '\'', '`', '[', ']', '$']);
                words.push(whole.to_lowercase());
            }
            Shape::Number | Shape::Mark => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use crate::server::Server;
    use crate::sql::lexer::{Dialect, Shape, Unclosed, scan, tokens};

    fn texts(text: &str, dialect: Dialect) -> Vec<&str> {
        tokens(text, dialect)
            .unwrap()
            .into_iter()
            .map(|token| token.text)
            .collect()
    }

    fn names(text: &str, dialect: Dialect) -> Vec<Option<String>> {
        tokens(text, dialect)
            .unwrap()
            .iter()
            .map(|token| token.name(dialect))
            .collect()
    }

    #[test]
    fn words_numbers_and_marks_are_told_apart() {
        let shapes: Vec<_> = tokens("a.b2>=1.5e3::int", Dialect::Postgres)
            .unwrap()
            .into_iter()
            .map(|token| (token.shape, token.text))
            .collect();
        use Shape::Mark;
        use Shape::Number;
        use Shape::Word;
        assert_eq!(
            shapes,
            [
                (Word, "a"),
                (Mark, "."),
                (Word, "b2"),
                (Mark, ">="),
                (Number, "1.5e3"),
                (Mark, "::"),
                (Word, "int")
            ]
        );
    }

    #[test]
    fn each_dialect_has_its_own_quotes() {
        let text = "\"a\"\"b\" [c d] `e``f` 'g''h'";
        assert_eq!(
            names(text, Dialect::Sqlite),
            ["a\"b", "c d", "e`f", "g'h"].map(|name| Some(name.to_owned()))
        );
        assert_eq!(
            texts("\"a\\\"b\" 'c\\'d'", Dialect::Mysql),
            ["\"a\\\"b\"", "'c\\'d'"]
        );
        assert_eq!(
            texts("'a\\' E'b\\'c' $x$ ' $$ ; $x$ a[1]", Dialect::Postgres),
            ["'a\\'", "E'b\\'c'", "$x$ ' $$ ; $x$", "a", "[", "1", "]"]
        );
    }

    #[test]
    fn a_string_that_goes_on_has_the_escapes_of_its_beginning() {
        assert_eq!(
            texts("E'a'\n'\\'; b' -- c\n'\\'d', '\\' e", Dialect::Postgres),
            ["E'a'", "'\\'; b'", "'\\'d'", ",", "'\\'", "e"]
        );
        assert_eq!(
            texts("'a'\n'\\' b", Dialect::Postgres),
            ["'a'", "'\\'", "b"]
        );
    }

    #[test]
    fn postgres_folds_and_shortens_names() {
        let long = "x".repeat(70);
        assert_eq!(
            names("Users \"Users\"", Dialect::Postgres),
            [Some("users".to_owned()), Some("Users".to_owned())]
        );
        assert_eq!(names(&long, Dialect::Postgres), [Some("x".repeat(63))]);
        assert_eq!(
            names(&"ä".repeat(40), Dialect::Postgres),
            [Some("ä".repeat(31))]
        );
    }

    #[test]
    fn comments_are_no_tokens_but_those_that_mysql_executes() {
        assert_eq!(
            texts("a -- b ' \n/* c /* d */ e */ f", Dialect::Postgres),
            ["a", "f"]
        );
        assert_eq!(texts("a /* c /* d */ e", Dialect::Sqlite), ["a", "e"]);
        assert_eq!(
            texts("a # b\n/*!40101 c */ d --e\n-- f", Dialect::Mysql),
            ["a", "c", "d", "-", "-", "e"]
        );
    }

    #[test]
    fn a_comment_that_runs_is_what_a_server_makes_of_it() {
        let text = "a /*! b */ /*!50699 c */ /*!50700 d */ /*!80023 e */ /*!100100 f */ /*M! g */ \
                    /*M!100500 h /* i */ j */ /*!999999 k */ /*!4 l */ m";
        let on = |server| {
            let (tokens, versions) = scan(text, Dialect::Mysql, server).unwrap();
            assert_eq!(versions, [50699, 50700, 80023, 100_100, 100_500, 999_999]);
            let texts: Vec<_> = tokens.iter().map(|token| token.text).collect();
            texts.join(" ")
        };
        assert_eq!(on(Server::MYSQL), "a b c d 4 l m");
        assert_eq!(
            on(Server {
                version: 90_700,
                ..Server::MYSQL
            }),
            "a b c d e 4 l m"
        );
        assert_eq!(on(Server::MARIADB), "a b c f g 4 l m");
        assert_eq!(
            on(Server {
                version: 101_100,
                ..Server::MARIADB
            }),
            "a b c f g h j 4 l m"
        );
        assert_eq!(tokens("a /*! b", Dialect::Mysql), Err(Unclosed(2)));
    }

    #[test]
    fn a_line_comment_ends_where_the_database_ends_it() {
        let text = "a -- b\rc\nd";
        assert_eq!(texts(text, Dialect::Postgres), ["a", "c", "d"]);
        assert_eq!(texts(text, Dialect::Sqlite), ["a", "d"]);
        assert_eq!(texts(text, Dialect::Mysql), ["a", "d"]);
        // A blank that is none of ASCII is a part of a name.
        assert_eq!(
            texts("a\u{a0}b --\u{a0}c", Dialect::Mysql),
            ["a\u{a0}b", "-", "-", "\u{a0}c"]
        );
        assert_eq!(texts("# a", Dialect::Postgres), ["#", "a"]);
    }

    #[test]
    fn a_name_with_escapes_is_no_name() {
        assert_eq!(
            names("U&\"a\" u&'b' u", Dialect::Postgres),
            [None, None, Some("u".to_owned())]
        );
    }

    #[test]
    fn what_does_not_end_is_named_by_its_beginning() {
        assert_eq!(tokens("a 'b", Dialect::Sqlite), Err(Unclosed(2)));
        assert_eq!(tokens("a $$b", Dialect::Postgres), Err(Unclosed(2)));
        assert_eq!(tokens("/* b", Dialect::Mysql), Err(Unclosed(0)));
        assert_eq!(tokens("a \"b", Dialect::Postgres), Err(Unclosed(2)));
    }
}
