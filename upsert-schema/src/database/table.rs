//! A table as the migrations so far have made it.

use crate::change::{Column, Name, NewKey};
use crate::database::{Database, naming};
use crate::sql::ROWID;
use crate::{Dialect, Element, Found, Key, Kind, Position, Reads, Scope, Sql};

/// A table.
#[derive(Clone)]
pub(crate) struct TableState {
    pub(crate) id: u64,
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
    pub(crate) temporary: bool,
    pub(crate) passing: bool,
    pub(crate) at: Position,
    pub(crate) columns: Vec<Column>,
    /// Whether these are all columns.
    pub(crate) whole: bool,
    pub(crate) keys: Vec<HeldKey>,
    /// The table whose partition it is.
    pub(crate) parent: Option<u64>,
    /// The tables from which it inherits columns.
    pub(crate) inherits: Vec<u64>,
    /// The type that it is of.
    pub(crate) of: Option<String>,
    pub(crate) writable: bool,
    /// Those that may fill in what a row leaves out.
    pub(crate) triggers: Vec<String>,
    /// `WITHOUT ROWID` (SQLite).
    pub(crate) without_rowid: bool,
    /// `STRICT` (SQLite).
    pub(crate) strict: bool,
    /// Whether a constraint that stands by itself overrides statements.
    pub(crate) overrides: bool,
}

/// A key, an index or a constraint of a table.
#[derive(Clone)]
pub(crate) struct HeldKey {
    pub(crate) key: NewKey,
    pub(crate) at: Position,
    pub(crate) id: u64,
    /// The key of the parent that it is part of.
    pub(crate) parent: Option<u64>,
}

impl TableState {
    /// `schema.name`, or `name` in the default schema.
    pub(crate) fn shown(&self) -> String {
        Name::shown(&self.schema, &self.name)
    }

    /// Whether a constraint overrides what a statement says of a row in its way.
    pub(crate) fn overrides(&self, dialect: Dialect) -> bool {
        let of_column = |column: &Column| column.sqlite.overrides;
        dialect == Dialect::Sqlite && (self.overrides || self.columns.iter().any(of_column))
    }

    /// The index or constraint of this name.
    pub(crate) fn key(&self, name: &str, dialect: Dialect) -> Option<usize> {
        let mut keys = self.keys.iter();
        keys.position(|held| held.is_called(name, dialect))
    }

    /// The index of this name. On SQLite constraints have names too, but no statement can use them.
    pub(crate) fn index(&self, name: &str, dialect: Dialect) -> Option<usize> {
        let mut keys = self.keys.iter();
        keys.position(|held| held.is_index(dialect) && held.is_called(name, dialect))
    }

    pub(crate) fn column(&self, name: &str, dialect: Dialect) -> Option<usize> {
        self.columns
            .iter()
            .position(|column| dialect.same(&column.name, name))
    }

    /// What is known of its columns.
    pub(crate) fn scope(&self, dialect: Dialect) -> Scope {
        let columns = self.columns.iter();
        let columns = columns.map(|column| (column.name.clone(), column.kind));
        Scope::new(dialect, columns.collect(), self.whole)
    }

    /// Whether the rowid is in the key, beside other elements: SQLite takes no such one for a
    /// conflict target.
    fn has_rowid(&self, key: &NewKey, dialect: Dialect) -> bool {
        let Some(rowid) = self.rowid(dialect) else {
            return false;
        };
        let is_rowid = |element: &Element| matches!(element, Element::Column(name) if dialect.same(name, rowid));
        key.elements.len() > 1 && key.elements.iter().any(is_rowid)
    }

    /// The column that is the rowid: SQLite's `INTEGER PRIMARY KEY`.
    fn rowid(&self, dialect: Dialect) -> Option<&str> {
        if dialect != Dialect::Sqlite || self.without_rowid {
            return None;
        }
        let primary = self
            .keys
            .iter()
            .find(|held| held.key.kind == Kind::PrimaryKey);
        match primary.map(|held| &held.key.elements[..]) {
            Some([Element::Column(name)]) if self.is_rowid(name) => Some(name),
            _ => None,
        }
    }

    /// By which names statements find the column of a key too, if it is the rowid: those that no
    /// other column has.
    fn other_names(&self, key: &NewKey, dialect: Dialect) -> Vec<String> {
        match (&key.elements[..], self.rowid(dialect)) {
            ([Element::Column(name)], Some(rowid)) if dialect.same(name, rowid) => {
                let names = ROWID.into_iter();
                let free = names.filter(|name| self.column(name, dialect).is_none());
                free.map(str::to_owned).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether the column is the rowid where it is the primary key.
    pub(crate) fn is_rowid(&self, name: &str) -> bool {
        let mut columns = self.columns.iter();
        columns.any(|column| column.sqlite.rowid && Dialect::Sqlite.same(&column.name, name))
    }

    pub(crate) fn hold(&mut self, held: HeldKey, dialect: Dialect) {
        self.note_not_null(&held.key, dialect);
        self.keys.push(held);
    }

    /// The columns that a column is computed from in the end.
    fn sources(&self, name: &str, scope: &Scope) -> Vec<String> {
        let same = |a: &str, b: &str| scope.dialect().same(a, b);
        let mut all = vec![name.to_owned()];
        let mut plain = Vec::new();
        let mut next = 0;
        while let Some(name) = all.get(next).cloned() {
            let is = |column: &&Column| same(&column.name, &name);
            let columns = self.columns.iter().filter(is);
            let mut computed = columns
                .filter_map(|column| column.computed.as_ref())
                .peekable();
            if computed.peek().is_none() {
                plain.push(name.clone());
            }
            for source in computed.flat_map(|sql| sql.columns(scope)) {
                if !all.iter().any(|known| same(known, &source)) {
                    all.push(source);
                }
            }
            next += 1;
        }
        plain
    }

    /// The keys that are there for a conflict target.
    pub(crate) fn declared(&self, database: &Database) -> Vec<Found> {
        let dialect = database.dialect;
        // What it fills in may be the same twice, AUTO_INCREMENT or not.
        let filled = database.any_trigger || !self.triggers.is_empty();
        let scope = self.scope(dialect).with(&database.overloads);
        let is_key = |held: &&HeldKey| {
            held.key.unique && !held.key.only && !self.has_rowid(&held.key, dialect)
        };
        let keys = self.keys.iter().filter(is_key);
        keys.map(|held| {
            let key = &held.key;
            let columns: Vec<_> = key
                .elements
                .iter()
                .flat_map(|element| element.columns(&scope))
                .collect();
            // By the names that the key has for them: the case may be another one.
            let those = |is: &dyn Fn(&str) -> bool| {
                let mut names: Vec<String> = Vec::new();
                for name in columns.iter().filter(|name| is(name)) {
                    if !names.contains(name) {
                        names.push(name.clone());
                    }
                }
                names
            };
            let has = |name: &str, is: fn(&Column) -> bool| {
                let mut all = self.columns.iter();
                all.any(|column| is(column) && dialect.same(name, &column.name))
            };
            // What is not known of a column that a SELECT has made may be the same twice.
            let may_repeat = |name: &str| {
                has(name, |column| column.default)
                    || dialect == Dialect::Mysql && !has(name, |_| true)
            };
            let on_mysql = |is: fn(&Column) -> bool| match dialect {
                Dialect::Mysql => those(&|name| has(name, is)),
                _ => Vec::new(),
            };
            Found {
                key: Key {
                    name: key.name.clone(),
                    kind: key.kind,
                    elements: key.elements.clone(),
                    predicate: key.predicate.clone(),
                    nulls_not_distinct: key.nulls_not_distinct,
                    defaults: those(&|name| filled || may_repeat(name)),
                    increments: on_mysql(|column| column.mysql.increments && column.mysql.lasts),
                    run_out: on_mysql(|column| column.mysql.increments && !column.mysql.lasts),
                    new: on_mysql(|column| column.mysql.new),
                    set_at_update: on_mysql(|column| column.mysql.set_at_update),
                    nullable: those(&|_| true)
                        .into_iter()
                        .map(|name| (self.nullable(&name, &scope), name))
                        .map(|(nullable, name)| (name, nullable))
                        .collect(),
                    computed: those(&|name| has(name, |column| column.computed.is_some()))
                        .into_iter()
                        .map(|name| (self.sources(&name, &scope), name))
                        .map(|(sources, name)| (name, sources))
                        .collect(),
                    other_names: self.other_names(key, dialect),
                    reads: Reads::new(&key.elements, key.predicate.as_ref(), &scope),
                },
                at: held.at.clone(),
            }
        })
        .collect()
    }
}

impl HeldKey {
    pub(crate) fn is_index(&self, dialect: Dialect) -> bool {
        self.key.index && (dialect != Dialect::Sqlite || self.key.kind == Kind::Index)
    }

    pub(crate) fn is_called(&self, name: &str, dialect: Dialect) -> bool {
        let own = self.key.name.as_deref();
        own.is_some_and(|own| dialect.same(own, name))
    }

    /// Its columns, also those in an expression and those that it carries along.
    pub(crate) fn columns(&self, scope: &Scope) -> Vec<String> {
        let predicate = self.key.predicate.iter().flat_map(|sql| sql.columns(scope));
        let elements = self
            .key
            .elements
            .iter()
            .flat_map(|element| element.columns(scope));
        predicate
            .chain(elements)
            .chain(self.key.include.iter().cloned())
            .collect()
    }

    pub(crate) fn reads(&self, column: &str, scope: &Scope) -> bool {
        self.columns(scope)
            .iter()
            .any(|name| scope.dialect().same(name, column))
    }

    pub(crate) fn rename_column(&mut self, old: &str, new: &str, scope: &Scope) {
        let dialect = scope.dialect();
        if dialect == Dialect::Postgres && self.key.called.is_none() {
            self.key.called = naming::column_names(&self.key);
        }
        let rename = |name: &mut String| {
            if dialect.same(name, old) {
                new.clone_into(name);
            }
        };
        let rename_in = |sql: &mut Sql| *sql = sql.rename_column(old, new, scope);
        for element in &mut self.key.elements {
            match element {
                Element::Column(name) | Element::Prefix(name, _) => rename(name),
                Element::Expression(sql) => rename_in(sql),
            }
        }
        self.key.include.iter_mut().for_each(rename);
        self.key.predicate.iter_mut().for_each(rename_in);
    }
}
