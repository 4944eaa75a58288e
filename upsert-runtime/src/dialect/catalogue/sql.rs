//! The tokens of a SQL text, as far as three dialects agree on them.
//!
//! For comparing texts and taking lists apart. What a text means is the database's to say.

/// A token, as it stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
    /// Where it begins, in bytes.
    pub(crate) start: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A keyword, a name or a number.
    Word,
    /// `'..'`
    Text,
    /// `".."`, `` `..` `` or `[..]`
    Quoted,
    /// One character of anything else.
    Symbol,
}

impl<'a> Token<'a> {
    pub(crate) fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    pub(crate) fn is_symbol(&self, symbol: &str) -> bool {
        self.kind == Kind::Symbol && self.text == symbol
    }

    /// How many parentheses it opens: 1, 0 or -1.
    fn depth(&self) -> isize {
        isize::from(self.is_symbol("(")) - isize::from(self.is_symbol(")"))
    }

    /// Where it ends, in bytes.
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Itself in lower case without the quotes of a name; the case of a name is no difference here.
    fn normal(&self) -> String {
        match self.kind {
            Kind::Text | Kind::Symbol => self.text.to_owned(),
            Kind::Word => self.text.to_lowercase(),
            Kind::Quoted => {
                let mut name = self.text.chars();
                name.next();
                name.next_back();
                name.as_str().to_lowercase()
            }
        }
    }
}

/// The tokens of `sql`, without spaces and comments.
pub(crate) fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut start = 0;
    while let Some(first) = sql[start..].chars().next() {
        let rest = &sql[start..];
        let (kind, length) = match first {
            c if c.is_whitespace() => (None, c.len_utf8()),
            '-' if rest.starts_with("--") => (None, rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => {
                (None, rest.find("*/").map_or(rest.len(), |end| end + 2))
            }
            '\'' => (Some(Kind::Text), quoted(rest, '\'')),
            '"' | '`' => (Some(Kind::Quoted), quoted(rest, first)),
            // SQLite's quotes; behind a value or ARRAY it is PostgreSQL's `a[1]`.
            '[' if !found.last().is_some_and(|last| is_indexed(last, start)) => {
                (Some(Kind::Quoted), quoted(rest, ']'))
            }
            c if is_word(c) => {
                let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                (Some(Kind::Word), end)
            }
            c => (Some(Kind::Symbol), c.len_utf8()),
        };
        if let Some(kind) = kind {
            found.push(Token {
                kind,
                text: &rest[..length],
                start,
            });
        }
        start += length;
    }
    found
}

/// Whether `[` at `start` is the index of what stands right before it.
fn is_indexed(last: &Token<'_>, start: usize) -> bool {
    // Behind these there is no value.
    const KEYWORDS: [&str; 14] = [
        "where", "and", "or", "not", "on", "by", "in", "is", "like", "when", "then", "else",
        "case", "between",
    ];
    match last.kind {
        Kind::Word => last.end() == start && !KEYWORDS.iter().any(|word| last.is(word)),
        Kind::Symbol => last.end() == start && (last.text == ")" || last.text == "]"),
        Kind::Text | Kind::Quoted => false,
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// The length of what `text` begins with, up to the quote `end`; a doubled one is part of it.
fn quoted(text: &str, end: char) -> usize {
    let mut rest = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = rest.next() {
        if c == end && rest.next_if(|(_, next)| *next == end).is_none() {
            return at + c.len_utf8();
        }
    }
    text.len()
}

/// The tokens without the parentheses around all of them.
fn bare<'a, 't>(mut tokens: &'a [Token<'t>]) -> &'a [Token<'t>] {
    while let [first, inner @ .., last] = tokens {
        let mut depth = 1;
        let closed_early = inner.iter().any(|token| {
            depth += token.depth();
            depth == 0
        });
        if !first.is_symbol("(") || !last.is_symbol(")") || closed_early {
            break;
        }
        tokens = inner;
    }
    tokens
}

/// `sql` without the parentheses around all of it.
pub(crate) fn without_parentheses(sql: &str) -> &str {
    let all = tokens(sql);
    match bare(&all) {
        [first, .., last] => &sql[first.start..last.end()],
        [only] => only.text,
        [] => "",
    }
}

/// The parts of `tokens` between the separators that stand in no parentheses.
pub(crate) fn split<'a, 't>(
    tokens: &'a [Token<'t>],
    is_separator: impl Fn(&Token<'t>) -> bool,
) -> Vec<&'a [Token<'t>]> {
    let mut depth = 0;
    tokens
        .split(|token| {
            depth += token.depth();
            depth == 0 && is_separator(token)
        })
        .collect()
}

fn normal(tokens: &[Token<'_>]) -> Vec<String> {
    bare(tokens).iter().map(Token::normal).collect()
}

/// Whether two texts are the same but for case, spaces, comments, quotes of names, parentheses
/// around all of it, and the order of what is joined by AND.
pub(crate) fn same_condition(one: &str, other: &str) -> bool {
    conditions(one) == conditions(other)
}

fn conditions(sql: &str) -> Vec<Vec<String>> {
    let tokens = tokens(sql);
    let mut conditions: Vec<_> = split(bare(&tokens), |token| token.is("and"))
        .into_iter()
        .map(normal)
        .collect();
    conditions.sort();
    conditions
}

/// Whether two lists of texts are the same in some order, but for case, spaces, comments, quotes of
/// names and parentheses around all of one.
pub(crate) fn same_expressions(one: &[&str], other: &[&str]) -> bool {
    let sorted = |list: &[&str]| {
        let mut list: Vec<_> = list.iter().map(|sql| normal(&tokens(sql))).collect();
        list.sort();
        list
    };
    sorted(one) == sorted(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_comments_quotes_case_and_outer_parentheses_are_no_difference() {
        let same = |one, other| same_expressions(&[one], &[other]);
        assert!(same("lower(name)", "( LOWER ( `name` /* x ) */ ) ) -- )"));
        assert!(same("lower(\"Name\")", "lower(name)"));
        assert!(!same("status = 'A'", "status = 'a'"));
        assert!(!same("(a) + (b)", "a) + (b"));
        assert!(!same("a + b", "b + a"));
        assert!(same_expressions(&["a", "(b)"], &["b", "a"]));
        assert!(!same_expressions(&["a", "b"], &["a", "a"]));
    }

    #[test]
    fn the_order_of_conditions_is_no_difference() {
        assert!(same_condition("a and (b or c)", "((b OR c) AND (a))"));
        assert!(!same_condition("(a and b) or c", "(b and a) or c"));
        assert!(!same_condition("a and b", "a or b"));
        assert!(!same_condition("a = 'x and y'", "y and a = 'x'"));
    }

    #[test]
    fn parentheses_that_are_not_around_all_of_it_stay() {
        assert_eq!(without_parentheses("((a) = (b))"), "(a) = (b)");
        assert_eq!(without_parentheses("(a) = (b)"), "(a) = (b)");
        assert_eq!(without_parentheses("(')')"), "')'");
        assert_eq!(without_parentheses(" () "), "");
    }

    #[test]
    fn any_text_is_read_to_its_end() {
        for sql in [
            "'", "\"", "[", "/*", "--", "((", "))", "'it''s", "é€", "a--b\nc",
        ] {
            let found = tokens(sql);
            assert!(
                found
                    .iter()
                    .all(|token| sql[token.start..].starts_with(token.text))
            );
            without_parentheses(sql);
            same_condition(sql, sql);
        }
        assert_eq!(tokens("a--b\nc").len(), 2);
        let texts = |sql| {
            tokens(sql)
                .iter()
                .map(|token| token.text)
                .collect::<Vec<_>>()
        };
        assert_eq!(texts("where[a--b]>[c]"), ["where", "[a--b]", ">", "[c]"]);
        assert_eq!(
            texts("ARRAY[a][1]"),
            ["ARRAY", "[", "a", "]", "[", "1", "]"]
        );
    }
}
