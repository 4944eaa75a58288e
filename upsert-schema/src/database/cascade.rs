//! What goes with something else on PostgreSQL, when that is dropped with CASCADE. Where it is not
//! certain, a key that is there is forgotten: a statement names its target there, and is refused.

use crate::change::{Column, Goes};
use crate::database::Database;
use crate::database::table::{HeldKey, TableState};
use crate::sql::lexer::{Shape, tokens};
use crate::{Dialect, Sql};

/// Types that nothing takes away.
const TYPES: &str = "bigint bigserial bit bool boolean bytea char character cidr date decimal double float float4 float8 \
    inet int int2 int4 int8 integer interval json jsonb macaddr macaddr8 money name numeric oid pg_lsn real serial serial2 \
    serial4 serial8 smallint smallserial text time timestamp timestamptz timetz tsquery tsvector uuid varchar xml";

/// Words of expressions that nothing takes away either.
const WORDS: &str = "abs and btrim coalesce date_trunc false is length lower ltrim md5 not null or rtrim trim true upper";

impl Database {
    pub(crate) fn drop_cascade(&mut self, names: &[String], goes: Goes) {
        let names = self.needing(names);
        // A table that is of a type goes with it.
        let of = |table: &TableState| table.of.as_ref().is_some_and(|of| names.contains(of));
        while let Some(at) = self.tables.iter().position(of) {
            self.remove_table(at);
        }
        let dialect = self.dialect;
        let before = self.held();
        for table in &mut self.tables {
            let gone = |column: &Column| match goes {
                Goes::Type => column.words.iter().any(|word| names.contains(word)),
                // A DEFAULT that calls a function goes alone.
                Goes::Function => {
                    let generated = column.words.iter().any(|word| word == "generated");
                    generated && column.words.iter().any(|word| names.contains(word))
                }
                Goes::Anything => !is_built_in(column),
            };
            let columns: Vec<String> = table
                .columns
                .iter()
                .filter(|column| gone(column))
                .map(|column| column.name.clone())
                .collect();
            table.whole &= columns.is_empty();
            let scope = table.scope(dialect);
            let is_known = |name: &String| table.columns.iter().any(|known| known.name == *name);
            table.keys.retain(|held| {
                let read = held.columns(&scope);
                let unknown = goes == Goes::Anything && !read.iter().all(is_known);
                !unknown
                    && !read.iter().any(|name| columns.contains(name))
                    && !needs(held, &names, goes, &read)
            });
        }
        // It may be there all the same, and be dropped later.
        self.incomplete |= self.held() < before;
    }

    fn held(&self) -> usize {
        self.tables.iter().map(|table| table.keys.len()).sum()
    }

    /// `names`, and what is defined by one of them: a domain of a type, a function that calls
    /// another one.
    fn needing(&self, names: &[String]) -> Vec<String> {
        let mut all = names.to_vec();
        let mut before = 0;
        while before < all.len() {
            before = all.len();
            for (name, words) in self.definitions.iter().chain(&self.routines) {
                if !all.contains(name) && words.iter().any(|word| all.contains(word)) {
                    all.push(name.clone());
                }
            }
        }
        all
    }

    /// The text of an index that has the old name says something else now.
    pub(crate) fn rename_definition(&mut self, old: &str, new: &str) {
        let dialect = self.dialect;
        let (old, new) = (old.to_lowercase(), new.to_lowercase());
        let before = self.held();
        for table in &mut self.tables {
            table.keys.retain(|held| {
                let mut words = held.key.expressions().flat_map(|sql| sql.words(dialect));
                !words.any(|word| word == old)
            });
            if table.of.as_ref() == Some(&old) {
                table.of = Some(new.clone());
            }
        }
        self.incomplete |= self.held() < before;
        let routine = self.routines.iter().find(|(name, _)| *name == old);
        let routine = routine.map(|(_, words)| (new.clone(), words.clone()));
        self.routines.extend(routine);
        // Whatever had the old one in it goes with the new one.
        self.definitions.push((old, vec![new]));
    }
}

/// Whether an index needs one of `names`, in its expressions or operator classes.
fn needs(held: &HeldKey, names: &[String], goes: Goes, columns: &[String]) -> bool {
    let words: Vec<String> = held
        .key
        .expressions()
        .flat_map(|sql| sql.words(Dialect::Postgres))
        .chain(held.key.words.iter().cloned())
        .collect();
    match goes {
        Goes::Anything => {
            let known = |word: &String| {
                is_in(WORDS, word)
                    || is_in(TYPES, word)
                    || columns.iter().any(|column| column.to_lowercase() == *word)
            };
            !words.iter().all(known) || held.key.expressions().any(has_other_marks)
        }
        Goes::Type | Goes::Function => words.iter().any(|word| names.contains(word)),
    }
}

fn is_in(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known == word)
}

/// Whether there is an operator in it that somebody may have made.
fn has_other_marks(sql: &Sql) -> bool {
    const MARKS: &str = "( ) , || = <> != < > <= >= + - * ::";
    let tokens = tokens(&sql.0, Dialect::Postgres).unwrap_or_default();
    // `===` is two tokens that have nothing between them.
    let joined = tokens.windows(2).any(|pair| {
        matches!(pair, [a, b] if a.end() == b.start
            && [a, b].iter().all(|token| token.shape == Shape::Mark && !["(", ")", ","].contains(&token.text)))
    });
    joined
        || tokens
            .iter()
            .any(|token| token.shape == Shape::Mark && !is_in(MARKS, token.text))
}

/// Whether nothing but PostgreSQL itself is in the definition of a column.
fn is_built_in(column: &Column) -> bool {
    let kind = column.words.first();
    let built_in = kind.is_some_and(|kind| is_in(TYPES, kind));
    built_in
        && !["collate", "generated"]
            .iter()
            .any(|word| column.words.iter().any(|own| own == word))
}
