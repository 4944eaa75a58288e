//! The database as the migrations so far have made it.

mod alter;
mod apply;
mod cascade;
mod columns;
mod create;
mod naming;
mod nullable;
mod partitions;
pub(crate) mod refusal;
pub(crate) mod table;
mod triggers;

use std::path::PathBuf;

use self::table::TableState;
use crate::change::{Change, Name};
use crate::server::Server;
use crate::sql::lexer::{self, Token};
use crate::{Dialect, Error, Position, Table, names};

pub(crate) struct Database {
    pub(crate) dialect: Dialect,
    pub(crate) server: Server,
    except: Vec<String>,
    pub(crate) tables: Vec<TableState>,
    /// Views, sequences and whatever else has a table's name, each with its schema.
    pub(crate) others: Vec<Name>,
    /// The schemas of names without one; `None` is the default schema.
    pub(crate) path: Vec<Option<String>>,
    /// What the path is after the transaction.
    pub(crate) outer_path: Option<Vec<Option<String>>>,
    /// Whether an earlier migration has left the path set: another session does not have it.
    pub(crate) left_path: bool,
    /// Whether the sessions that come begin with another path.
    pub(crate) other_path: bool,
    /// Whether there may be tables and indexes that are not known, so that a name which is unknown
    /// is no mistake.
    pub(crate) incomplete: bool,
    /// Whether there has been a temporary table, whose names PostgreSQL has in another schema.
    pub(crate) has_temporary: bool,
    /// Whether any table may have a trigger that fills in what a row leaves out.
    pub(crate) any_trigger: bool,
    /// Functions and procedures: their names, and the words of their bodies.
    pub(crate) routines: Vec<(String, Vec<String>)>,
    /// Types and whatever else may be in the definition of a column: the same.
    pub(crate) definitions: Vec<(String, Vec<String>)>,
    /// Functions, operators and casts, by names that PostgreSQL may have too: for a cast that is
    /// `cast`.
    pub(crate) overloads: Vec<String>,
    /// The words of what could not be read and creates something.
    pub(crate) unread: Vec<String>,
    /// Tables that were dropped; some may be there again.
    pub(crate) dropped: Vec<(Option<String>, String, Position)>,
    pub(crate) next: u64,
}

impl Database {
    pub(crate) fn new(dialect: Dialect, except: &[String]) -> Self {
        Self {
            dialect,
            server: Server::MYSQL,
            except: except.to_vec(),
            tables: Vec::new(),
            others: Vec::new(),
            path: vec![None],
            outer_path: None,
            left_path: false,
            other_path: false,
            incomplete: false,
            has_temporary: false,
            any_trigger: false,
            routines: Vec::new(),
            definitions: Vec::new(),
            overloads: Vec::new(),
            unread: Vec::new(),
            dropped: Vec::new(),
            next: 0,
        }
    }

    pub(crate) fn new_id(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Whether the table of this name in this schema is left out: `t` is that of the default schema
    /// and no other.
    pub(crate) fn is_excepted(&self, schema: &Option<String>, table: &str) -> bool {
        let shown = Name::shown(schema, table);
        self.except.iter().any(|name| match self.dialect {
            Dialect::Postgres => *name == shown,
            Dialect::Sqlite | Dialect::Mysql => name.eq_ignore_ascii_case(&shown),
        })
    }

    /// Whether a statement with this name may be about a table that is left out.
    pub(crate) fn excepted(&self, name: &Name) -> bool {
        let mut schemas = match &name.schema {
            Some(schema) => vec![self.schema(schema)],
            None => self.path.clone(),
        };
        // What the database is called that the application connects to is not known on MySQL.
        if name.schema.is_none() || self.dialect == Dialect::Mysql {
            schemas.push(None);
        }
        for schema in &schemas {
            if self.is_excepted(schema, &name.name) {
                return true;
            }
            let is = |table: &TableState| {
                table.schema == *schema && self.same_table(&table.name, &name.name)
            };
            if self.tables.iter().any(is) {
                return false;
            }
        }
        false
    }

    fn leaves_out(&self, table: &TableState) -> bool {
        self.is_excepted(&table.schema, &table.name)
    }

    pub(crate) fn has_exceptions(&self) -> bool {
        !self.except.is_empty()
    }

    /// `None` for the default schema.
    pub(crate) fn schema(&self, schema: &str) -> Option<String> {
        let default = match self.dialect {
            Dialect::Postgres => schema == "public",
            Dialect::Sqlite => schema.eq_ignore_ascii_case("main"),
            Dialect::Mysql => false,
        };
        (!default).then(|| schema.to_owned())
    }

    /// The schema in which something with this name is created.
    pub(crate) fn schema_of(&self, name: &Name) -> Option<String> {
        match &name.schema {
            Some(schema) => self.schema(schema),
            None => self.path.first().cloned().flatten(),
        }
    }

    fn same_table(&self, a: &str, b: &str) -> bool {
        // MySQL's are case-sensitive on some systems; two that differ in nothing else are not to be
        // mixed up.
        match self.dialect {
            Dialect::Mysql => {
                a == b
                    || a.eq_ignore_ascii_case(b) && !self.tables.iter().any(|table| table.name == b)
            }
            dialect => dialect.same(a, b),
        }
    }

    /// The table that `name` means.
    pub(crate) fn find(&self, name: &Name) -> Option<usize> {
        let at = |schema: &Option<String>| {
            self.tables.iter().position(|table| {
                !table.temporary
                    && table.schema == *schema
                    && self.same_table(&table.name, &name.name)
            })
        };
        let any = || {
            let mut all = self
                .tables
                .iter()
                .enumerate()
                .filter(|(_, table)| self.same_table(&table.name, &name.name));
            all.next()
                .map(|(at, _)| at)
                .filter(|_| all.next().is_none())
        };
        let mysql = self.dialect == Dialect::Mysql;
        match &name.schema {
            Some(_) if name.is_temporary() => self.temporary(name),
            // What the database is called that the application connects to is not known.
            Some(schema) => at(&self.schema(schema)).or_else(|| if mysql { any() } else { None }),
            None => self
                .temporary(name)
                .or_else(|| self.path.iter().find_map(at))
                .or_else(|| at(&None))
                .or_else(|| if mysql { any() } else { None }),
        }
    }

    fn temporary(&self, name: &Name) -> Option<usize> {
        self.tables
            .iter()
            .position(|table| table.temporary && self.same_table(&table.name, &name.name))
    }

    /// Table and index of what is called so; every table where the index's name has no schema of
    /// its own.
    pub(crate) fn find_index(&self, name: &Name) -> Option<(usize, usize)> {
        let schema = name.schema.as_ref().map(|schema| self.schema(schema));
        let found = |wanted: Option<&Option<String>>| {
            self.tables.iter().enumerate().find_map(|(at, table)| {
                if wanted.is_some_and(|wanted| table.schema != *wanted) {
                    return None;
                }
                table
                    .index(&name.name, self.dialect)
                    .map(|index| (at, index))
            })
        };
        match &schema {
            Some(schema) => found(Some(schema)),
            None => self
                .path
                .iter()
                .find_map(|schema| found(Some(schema)))
                .or_else(|| found(None)),
        }
    }

    /// Whether something with a table's name is called so.
    pub(crate) fn is_other(&self, name: &Name) -> bool {
        self.others
            .iter()
            .any(|other| self.dialect.same(&other.name, &name.name))
    }

    /// Whether a table, an index or another relation has the name in a schema of PostgreSQL's. A
    /// constraint without an index is none.
    pub(crate) fn is_relation(&self, schema: &Option<String>, name: &str) -> bool {
        let other = |other: &Name| other.name == name && other.schema == *schema;
        let has = |table: &TableState| {
            table.schema == *schema
                && (table.name == name || table.index(name, self.dialect).is_some())
        };
        self.others.iter().any(other) || self.tables.iter().any(has)
    }

    /// The names that PostgreSQL has in a schema, those of constraints among them.
    pub(crate) fn taken(&self, schema: &Option<String>, name: &str) -> bool {
        let named = |table: &TableState| table.name == name && table.schema == *schema;
        self.is_taken_by_another(schema, name) || self.tables.iter().any(named)
    }

    /// The same without the tables. Indexes are among tables and views on PostgreSQL alone: SQLite
    /// refuses a table with the name of one, whatever it says.
    pub(crate) fn is_taken_by_another(&self, schema: &Option<String>, name: &str) -> bool {
        let dialect = self.dialect;
        let other = |other: &Name| dialect.same(&other.name, name) && other.schema == *schema;
        let held =
            |table: &TableState| table.schema == *schema && table.key(name, dialect).is_some();
        self.others.iter().any(other)
            || dialect == Dialect::Postgres && self.tables.iter().any(held)
    }

    /// Whether there may be something of this name that was not read: PostgreSQL makes sequences by
    /// itself.
    pub(crate) fn may_be_taken(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        let number = name.trim_end_matches(|c: char| c.is_ascii_digit());
        self.unread.contains(&name) || self.dialect == Dialect::Postgres && number.ends_with("_seq")
    }

    /// Something with a table's name.
    pub(crate) fn create_other(&mut self, name: &Name) {
        let schema = self.schema_of(name);
        let table = |table: &TableState| table.schema == schema && table.name == name.name;
        let name = Name {
            schema: schema.clone(),
            name: name.name.clone(),
        };
        if !self.others.contains(&name) && !self.tables.iter().any(table) {
            self.others.push(name);
        }
    }

    fn other(&self, name: &Name) -> Option<usize> {
        let at = |schema: &Option<String>| {
            self.others.iter().position(|other| {
                self.dialect.same(&other.name, &name.name) && other.schema == *schema
            })
        };
        match &name.schema {
            Some(schema) => at(&self.schema(schema)),
            None => self.path.iter().find_map(at),
        }
    }

    pub(crate) fn drop_other(&mut self, name: &Name) {
        if let Some(at) = self.other(name) {
            self.others.remove(at);
        }
    }

    pub(crate) fn rename_other(&mut self, old: &Name, new: &Name) {
        let Some(at) = self.other(old) else {
            return;
        };
        let schema = new.schema.as_ref().map(|schema| self.schema(schema));
        if let Some(other) = self.others.get_mut(at) {
            other.name.clone_from(&new.name);
            if let Some(schema) = schema {
                other.schema = schema;
            }
        }
    }

    /// Whether a statement calls something whose body is known.
    pub(crate) fn runs_routine(&self, change: &Change) -> bool {
        let Change::Run(words) = change else {
            return false;
        };
        self.routines.iter().any(|(name, _)| words.contains(name))
    }

    /// Adds the words of all routines that are called, by others too. Whether there are any.
    pub(crate) fn routine_words(&self, tokens: &[Token<'_>], words: &mut Vec<String>) -> bool {
        let mut called: Vec<usize> = Vec::new();
        let mut own = lexer::words(tokens);
        loop {
            let next = self
                .routines
                .iter()
                .enumerate()
                .find(|(at, (name, _))| !called.contains(at) && own.contains(name));
            let Some((at, (_, body))) = next else {
                break;
            };
            called.push(at);
            own.extend(body.iter().cloned());
            words.extend(body.iter().cloned());
        }
        !called.is_empty()
    }

    /// The tables that are known.
    pub(crate) fn known_tables(&self) -> impl Iterator<Item = &TableState> {
        let tables = self.tables.iter();
        tables.filter(|table| !table.temporary && !self.leaves_out(table))
    }

    /// The tables of which one of `words` is the name, or that of an index.
    pub(crate) fn mentioned(&self, words: &[String]) -> impl Iterator<Item = &TableState> {
        let said = |name: &str| words.iter().any(|word| *word == name.to_lowercase());
        self.known_tables().filter(move |table| {
            let mut keys = table.keys.iter();
            said(&table.name) || keys.any(|held| held.key.name.as_deref().is_some_and(&said))
        })
    }

    /// The transaction of a migration is over.
    pub(crate) fn end_of_file(&mut self) {
        self.tables.retain(|table| !table.passing);
        if let Some(path) = self.outer_path.take() {
            self.path = path;
        }
        // Diesel runs all that is pending in one session, and nobody knows what that was. With no
        // schema at all nothing can be created: it was another one.
        self.left_path |= self.other_path || self.path != [None] && !self.path.is_empty();
        if self.path.is_empty() || self.left_path {
            self.path = vec![None];
        }
    }

    /// What is left behind and makes every upsert of a table wrong.
    pub(crate) fn wrong(&self) -> Vec<Error> {
        let overriding = self
            .known_tables()
            .filter(|table| table.overrides(self.dialect));
        let error = |table: &TableState| Error {
            at: Some(table.at.clone()),
            message: format!(
                "a constraint of `{}` is ON CONFLICT REPLACE, IGNORE or ROLLBACK: an upsert that meets it by another key \
                 deletes that row in silence, loses its own, or undoes the transaction\n\
                 help: make the table again without that clause, or leave the table out: {}",
                table.name,
                names::except(&[table.shown()])
            ),
        };
        overriding.map(error).collect()
    }

    pub(crate) fn into_tables(self) -> Vec<Table> {
        let mut tables: Vec<Table> = self
            .known_tables()
            .map(|table| Table {
                schema: table.schema.clone(),
                name: table.name.clone(),
                at: table.at.clone(),
                keys: match table.writable {
                    true => table.declared(&self),
                    false => Vec::new(),
                },
                absent: !table.writable,
            })
            .collect();
        let nowhere = Position {
            file: PathBuf::new(),
            line: 0,
        };
        let others = self.others.iter();
        let others = others.map(|other| (&other.schema, &other.name, &nowhere));
        let dropped = self.dropped.iter();
        let dropped = dropped.map(|(schema, name, at)| (schema, name, at));
        for (schema, name, at) in others.chain(dropped) {
            let is = |table: &Table| table.schema == *schema && table.name == *name;
            if !self.is_excepted(schema, name) && !tables.iter().any(is) {
                tables.push(Table {
                    schema: schema.clone(),
                    name: name.clone(),
                    at: at.clone(),
                    keys: Vec::new(),
                    absent: true,
                });
            }
        }
        tables
    }
}
