//! `ALTER TABLE .. ADD`

use super::column::without_position;
use crate::Kind;
use crate::change::{Alteration, Column, NewKey};
use crate::ddl::columns::column;
use crate::ddl::constraints::{constraint, is_constraint};
use crate::ddl::cursor::{Cursor, Source};
use crate::sql::elements;
use crate::sql::lexer::Token;

/// From behind that word on.
pub(super) fn add(source: &Source<'_>, mut cursor: Cursor<'_, '_>) -> Option<Vec<Alteration>> {
    let dialect = source.dialect;
    if is_constraint(&cursor, dialect) {
        let start = cursor.rest().first()?.start;
        if let Some(alteration) = use_index(cursor, start) {
            return Some(vec![alteration]);
        }
        let (tokens, if_not_exists) = without_if_not_exists(cursor.rest());
        let tokens = tokens.as_slice();
        let tokens = tokens.strip_suffix_words(&["not", "valid"]);
        let keys = constraint(source, tokens)?;
        return Some(
            keys.into_iter()
                .map(|key| Alteration::AddKey { key, if_not_exists })
                .collect(),
        );
    }
    cursor.accept("column");
    let if_not_exists = cursor.accept("if not exists");
    let mut alterations = Vec::new();
    let many = cursor;
    if let Some(inside) = cursor.group() {
        for item in elements::split(inside) {
            if is_constraint(&Cursor::new(item, dialect), dialect) {
                let keys = constraint(source, item)?;
                alterations.extend(keys.into_iter().map(|key| Alteration::AddKey {
                    key,
                    if_not_exists: false,
                }));
            } else {
                let (column, keys) = column(source, item)?;
                alterations.extend(new_column(
                    column,
                    NewKey::in_order(keys, dialect),
                    if_not_exists,
                ));
            }
        }
    } else {
        let (column, keys) = column(source, without_position(many.rest()))?;
        alterations.extend(new_column(
            column,
            NewKey::in_order(keys, dialect),
            if_not_exists,
        ));
    }
    Some(alterations)
}

/// Its keys come with the other ones, whose names depend on their order; unless they come only if
/// the column does.
fn new_column(column: Column, keys: Vec<NewKey>, if_not_exists: bool) -> Vec<Alteration> {
    if if_not_exists {
        return vec![Alteration::AddColumn {
            column,
            keys,
            if_not_exists,
        }];
    }
    let keys = keys.into_iter().map(|key| Alteration::AddKey {
        key,
        if_not_exists: false,
    });
    let column = Alteration::AddColumn {
        column,
        keys: Vec::new(),
        if_not_exists,
    };
    std::iter::once(column).chain(keys).collect()
}

trait StripWords {
    fn strip_suffix_words(&self, words: &[&str]) -> &Self;
}

impl StripWords for [Token<'_>] {
    fn strip_suffix_words(&self, words: &[&str]) -> &Self {
        let Some((before, last)) = self
            .len()
            .checked_sub(words.len())
            .and_then(|at| self.split_at_checked(at))
        else {
            return self;
        };
        if last.iter().zip(words).all(|(token, word)| token.is(word)) {
            before
        } else {
            self
        }
    }
}

/// MariaDB's `ADD UNIQUE INDEX IF NOT EXISTS`: without these words, and whether they were there.
fn without_if_not_exists<'a>(tokens: &[Token<'a>]) -> (Vec<Token<'a>>, bool) {
    let found = tokens.windows(3).take(6).position(
        |words| matches!(words, [a, b, c] if a.is("if") && b.is("not") && c.is("exists")),
    );
    let Some(at) = found else {
        return (tokens.to_vec(), false);
    };
    let kept = tokens
        .iter()
        .enumerate()
        .filter(|(index, _)| !(at..at + 3).contains(index));
    (kept.map(|(_, token)| *token).collect(), true)
}

/// `[CONSTRAINT name] UNIQUE USING INDEX index`
fn use_index(mut cursor: Cursor<'_, '_>, start: usize) -> Option<Alteration> {
    let name = if cursor.accept("constraint") {
        Some(cursor.name()?)
    } else {
        None
    };
    let kind = if cursor.accept("unique using index") {
        Kind::Constraint
    } else if cursor.accept("primary key using index") {
        Kind::PrimaryKey
    } else {
        return None;
    };
    let index = cursor.name()?;
    let deferrable = cursor.sees("deferrable") || cursor.sees("initially");
    let key = NewKey {
        name,
        unique: !deferrable,
        ..NewKey::new(kind, Vec::new(), start)
    };
    Some(Alteration::UseIndex { index, key })
}
