//! A place in the tokens of a statement.

use crate::Dialect;
use crate::change::Name;
use crate::complaint::Complaint;
use crate::server::Server;
use crate::sql::elements;
use crate::sql::lexer::{Token, verbatim};

/// The text of a file.
pub(crate) struct Source<'a> {
    pub(crate) text: &'a str,
    pub(crate) dialect: Dialect,
    pub(crate) server: Server,
}

impl Source<'_> {
    /// The line of a byte, from 1.
    pub(crate) fn line(&self, start: usize) -> usize {
        let before = self.text.as_bytes().get(..start).unwrap_or_default();
        1 + before.iter().filter(|byte| **byte == b'\n').count()
    }

    /// The beginning of a statement, for a message.
    pub(crate) fn first_words(&self, tokens: &[Token<'_>]) -> String {
        const MOST: usize = 8;
        let beginning = tokens.get(..MOST.min(tokens.len())).unwrap_or_default();
        let words = verbatim(self.text, beginning).split_whitespace();
        let mut text = words.collect::<Vec<_>>().join(" ");
        if text.chars().count() > 80 {
            text = text.chars().take(80).collect();
        } else if tokens.len() <= MOST {
            return text;
        }
        text + " .."
    }

    /// What is said of a statement that no database knows.
    pub(crate) fn unknown(&self, tokens: &[Token<'_>]) -> Complaint {
        Complaint::new(format!(
            "this SQL statement is not recognised: `{}`\n\
             help: a migration is the SQL that the backend understands",
            self.first_words(tokens)
        ))
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Cursor<'t, 'a> {
    rest: &'t [Token<'a>],
    dialect: Dialect,
}

impl<'t, 'a> Cursor<'t, 'a> {
    pub(crate) fn new(tokens: &'t [Token<'a>], dialect: Dialect) -> Self {
        Self {
            rest: tokens,
            dialect,
        }
    }

    /// What is left.
    pub(crate) fn rest(&self) -> &'t [Token<'a>] {
        self.rest
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Whether the next words are these.
    pub(crate) fn sees(&self, words: &str) -> bool {
        let mut tokens = self.rest.iter();
        words
            .split(' ')
            .all(|word| tokens.next().is_some_and(|token| token.is(word)))
    }

    /// Whether one of these is next.
    pub(crate) fn sees_one(&self, words: &[&str]) -> bool {
        words.iter().any(|words| self.sees(words))
    }

    /// The same of a list of words with blanks between them.
    pub(crate) fn sees_word_of(&self, list: &str) -> bool {
        list.split(' ').any(|word| self.sees(word))
    }

    pub(crate) fn sees_mark(&self, mark: &str) -> bool {
        self.rest.first().is_some_and(|token| token.is_mark(mark))
    }

    pub(crate) fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    /// Goes past `words` if they are next.
    pub(crate) fn accept(&mut self, words: &str) -> bool {
        let seen = self.sees(words);
        if seen {
            self.skip(words.split(' ').count());
        }
        seen
    }

    pub(crate) fn accept_one(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.accept(word))
    }

    /// How long MariaDB is to wait for a lock: `WAIT 5`, `NOWAIT`.
    pub(crate) fn accept_wait(&mut self) {
        if !self.accept("nowait") && self.accept("wait") {
            self.skip(1);
        }
    }

    pub(crate) fn accept_mark(&mut self, mark: &str) -> bool {
        let seen = self.sees_mark(mark);
        if seen {
            self.skip(1);
        }
        seen
    }

    /// A name without a schema.
    pub(crate) fn name(&mut self) -> Option<String> {
        let name = self.rest.first()?.name(self.dialect)?;
        self.skip(1);
        Some(name)
    }

    /// A name that may have a schema.
    pub(crate) fn qualified(&mut self) -> Option<Name> {
        let mut schema = None;
        let mut name = self.name()?;
        while self.accept_mark(".") {
            schema = Some(name);
            name = self.name()?;
        }
        Some(Name { schema, name })
    }

    /// Names between commas.
    pub(crate) fn list(&mut self) -> Option<Vec<Name>> {
        let mut names = vec![self.qualified()?];
        while self.accept_mark(",") {
            names.push(self.qualified()?);
        }
        Some(names)
    }

    /// What is between the parentheses that are next.
    pub(crate) fn group(&mut self) -> Option<&'t [Token<'a>]> {
        let length = elements::group(self.rest);
        let inside = self.rest.get(1..length.checked_sub(1)?)?;
        self.skip(length);
        Some(inside)
    }
}

/// Where outside of parentheses `words` stand first.
pub(crate) fn find(tokens: &[Token<'_>], words: &str, dialect: Dialect) -> Option<usize> {
    find_all(tokens, words, dialect).next()
}

/// Where outside of parentheses `words` stand.
pub(crate) fn find_all(
    tokens: &[Token<'_>],
    words: &str,
    dialect: Dialect,
) -> impl Iterator<Item = usize> {
    let mut parentheses = Parentheses::default();
    tokens.iter().enumerate().filter_map(move |(at, token)| {
        let rest = tokens.get(at..).unwrap_or_default();
        (parentheses.are_closed_at(token) && Cursor::new(rest, dialect).sees(words)).then_some(at)
    })
}

/// How many are open.
#[derive(Default)]
pub(crate) struct Parentheses(usize);

impl Parentheses {
    /// Goes on to `token`: whether it is outside of all.
    pub(crate) fn are_closed_at(&mut self, token: &Token<'_>) -> bool {
        if token.is_mark("(") {
            self.0 += 1;
        } else if token.is_mark(")") {
            self.0 = self.0.saturating_sub(1);
        }
        self.0 == 0
    }
}
