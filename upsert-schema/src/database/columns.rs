//! What becomes of a table's columns, and of what reads them.

use crate::change::Column;
use crate::database::table::TableState;
use crate::{Dialect, Element, Sql, Type};

impl TableState {
    fn columns_called(
        &mut self,
        name: &str,
        dialect: Dialect,
    ) -> impl Iterator<Item = &mut Column> {
        self.columns
            .iter_mut()
            .filter(move |column| dialect.same(&column.name, name))
    }

    /// Whether it has a column from two tables, or from one and itself.
    pub(crate) fn has_column_twice(&self, name: &str, dialect: Dialect) -> bool {
        let mut same = self
            .columns
            .iter()
            .filter(|known| dialect.same(&known.name, name));
        same.nth(1).is_some()
    }

    /// Drops one of those that are merged into one.
    pub(crate) fn drop_one_column(&mut self, name: &str, dialect: Dialect) {
        if let Some(one) = self.column(name, dialect) {
            let gone = self.columns.remove(one);
            // Its default was that of both.
            for column in self.columns_called(name, dialect) {
                column.default |= gone.default;
            }
        }
    }

    /// PostgreSQL drops each index that has the column; MySQL takes the column out of it, and drops
    /// it when nothing is left.
    pub(crate) fn drop_column(&mut self, name: &str, dialect: Dialect) {
        let scope = self.scope(dialect);
        self.columns
            .retain(|known| !dialect.same(&known.name, name));
        if dialect != Dialect::Mysql {
            self.keys
                .retain(|held| !held.key.index || !held.reads(name, &scope));
            return;
        }
        self.keys.retain_mut(|held| {
            let had = held.key.elements.len();
            held.key.elements.retain(|element| match element {
                Element::Column(own) | Element::Prefix(own, _) => !dialect.same(own, name),
                Element::Expression(_) => true,
            });
            had == 0 || !held.key.elements.is_empty()
        });
    }

    pub(crate) fn rename_column(&mut self, old: &str, new: &str, dialect: Dialect) {
        let scope = self.scope(dialect);
        for column in self.columns_called(old, dialect) {
            new.clone_into(&mut column.name);
        }
        for held in &mut self.keys {
            held.rename_column(old, new, &scope);
        }
        for computed in self
            .columns
            .iter_mut()
            .filter_map(|column| column.computed.as_mut())
        {
            *computed = computed.rename_column(old, new, &scope);
        }
    }

    /// Gives the column of the same name this definition.
    pub(crate) fn redefine_column(&mut self, column: &Column, dialect: Dialect) {
        let in_primary_key = self.is_never_null_by_its_key(&column.name, dialect);
        self.set_default(
            &column.name,
            column.default,
            column.computed.as_ref(),
            dialect,
        );
        self.columns
            .iter_mut()
            .filter(|known| known.name == column.name)
            .for_each(|known| {
                known.kind = column.kind;
                known.nullable = column.nullable.map(|nullable| nullable && !in_primary_key);
                known.words.clone_from(&column.words);
                known.mysql = column.mysql;
            });
    }

    /// A key keeps the length that it had on the column of this name that goes: where the new one
    /// is longer, it is on its first characters only. Their lengths are not known, but numbers have
    /// but one.
    pub(crate) fn shorten_keys(&mut self, column: &Column, dialect: Dialect) {
        let old = self
            .column(&column.name, dialect)
            .and_then(|at| self.columns.get(at)?.words.first());
        let kept = old == column.words.first()
            && old.is_some_and(|kind| {
                !["char", "binary", "text", "blob"]
                    .iter()
                    .any(|text| kind.contains(text))
            });
        if kept {
            return;
        }
        for element in self.keys.iter_mut().flat_map(|held| &mut held.key.elements) {
            // An upsert on another key can still hit it.
            match element {
                Element::Column(name) if dialect.same(name, &column.name) => {
                    *element = Element::Prefix(std::mem::take(name), 0);
                }
                _ => {}
            }
        }
    }

    pub(crate) fn set_default(
        &mut self,
        name: &str,
        default: bool,
        computed: Option<&Sql>,
        dialect: Dialect,
    ) {
        if !self.whole && self.column(name, dialect).is_none() {
            self.columns.push(Column::unknown(name.to_owned(), default));
        }
        for column in self.columns_called(name, dialect) {
            column.default = default;
            column.computed = computed.cloned();
        }
    }

    pub(crate) fn set_type(&mut self, name: &str, kind: Type, words: &[String], dialect: Dialect) {
        for column in self.columns_called(name, dialect) {
            column.kind = kind;
            column.words.extend(words.iter().cloned());
        }
        let scope = self.scope(dialect);
        // Its indexes are made anew.
        for held in &mut self.keys {
            if held.reads(name, &scope) {
                held.key.called = None;
            }
        }
    }

    pub(crate) fn set_nullable(&mut self, name: &str, nullable: Option<bool>, dialect: Dialect) {
        for column in self.columns_called(name, dialect) {
            column.nullable = nullable;
        }
    }
}
