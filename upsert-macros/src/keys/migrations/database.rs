//! The database as the migrations so far have made it.

use super::super::Dialect;
use super::super::server::Server;
use super::super::tokens::Token;
use super::change::Name;
use super::state::State;
use super::{Table, unread};

pub(super) struct Database {
    pub(super) dialect: Dialect,
    pub(super) server: Server,
    except: Vec<String>,
    pub(super) tables: Vec<State>,
    /// Views, sequences and whatever else has a table's name.
    pub(super) others: Vec<Name>,
    /// The schemas of names without one; `None` is the default schema.
    pub(super) path: Vec<Option<String>>,
    /// What the path is after the transaction.
    pub(super) outer_path: Option<Vec<Option<String>>>,
    /// Whether there may be tables and indexes that are not known, so that a name which is unknown is no mistake.
    pub(super) incomplete: bool,
    /// Whether any table may have a trigger that fills in what a row leaves out.
    pub(super) any_trigger: bool,
    /// Functions and procedures: their names, and the words of their bodies.
    routines: Vec<(String, Vec<String>)>,
    pub(super) next: u64,
}

impl Database {
    pub(super) fn new(dialect: Dialect, except: &[String]) -> Self {
        Self {
            dialect,
            server: Server::MYSQL,
            except: except.to_vec(),
            tables: Vec::new(),
            others: Vec::new(),
            path: vec![None],
            outer_path: None,
            incomplete: false,
            any_trigger: false,
            routines: Vec::new(),
            next: 0,
        }
    }

    pub(super) fn new_id(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    pub(super) fn excepted(&self, table: &str) -> bool {
        self.except.iter().any(|name| {
            let name = name.rsplit('.').next().unwrap_or(name);
            name.eq_ignore_ascii_case(table)
        })
    }

    pub(super) fn has_exceptions(&self) -> bool {
        !self.except.is_empty()
    }

    /// `None` for the default schema.
    pub(super) fn schema(&self, schema: &str) -> Option<String> {
        let default = match self.dialect {
            Dialect::Postgres => schema == "public",
            Dialect::Sqlite => schema.eq_ignore_ascii_case("main"),
            Dialect::Mysql => false,
        };
        (!default).then(|| schema.to_owned())
    }

    /// The schema in which something with this name is created.
    pub(super) fn schema_of(&self, name: &Name) -> Option<String> {
        match &name.schema {
            Some(schema) => self.schema(schema),
            None => self.path.first().cloned().flatten(),
        }
    }

    fn same_table(&self, a: &str, b: &str) -> bool {
        // MySQL's are case-sensitive on some systems; two that differ in nothing else are not to be mixed up.
        match self.dialect {
            Dialect::Mysql => {
                a == b
                    || a.eq_ignore_ascii_case(b) && !self.tables.iter().any(|table| table.name == b)
            }
            dialect => dialect.same(a, b),
        }
    }

    /// The table that `name` means.
    pub(super) fn find(&self, name: &Name) -> Option<usize> {
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
            Some(schema) if ["pg_temp", "temp"].contains(&schema.as_str()) => self.temporary(name),
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

    /// Table and index of what is called so; every table where the index's name has no schema of its own.
    pub(super) fn find_index(&self, name: &Name) -> Option<(usize, usize)> {
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
    pub(super) fn is_other(&self, name: &Name) -> bool {
        self.others
            .iter()
            .any(|other| self.dialect.same(&other.name, &name.name))
    }

    /// The names that PostgreSQL has in a schema.
    pub(super) fn taken(&self, schema: &Option<String>, name: &str) -> bool {
        let others = self
            .others
            .iter()
            .any(|other| other.name == name && self.schema_of(other) == *schema);
        others
            || self
                .tables
                .iter()
                .filter(|table| table.schema == *schema)
                .any(|table| {
                    table.name == name
                        || table
                            .keys
                            .iter()
                            .any(|held| held.key.name.as_deref() == Some(name))
                })
    }

    /// Remembers what a function or procedure does.
    pub(super) fn note_routine(&mut self, tokens: &[Token<'_>]) {
        let mut rest = tokens
            .iter()
            .skip_while(|token| !token.is("function") && !token.is("procedure"))
            .skip(1);
        let Some(name) =
            rest.find(|token| !["if", "not", "exists"].iter().any(|word| token.is(word)))
        else {
            return;
        };
        let name = match rest.next() {
            Some(dot) if dot.is_mark(".") => rest.next().unwrap_or(name),
            _ => name,
        };
        let mut words = Vec::new();
        unread::collect(tokens, &mut words);
        self.routines
            .push((name.text.trim_matches(['"', '`']).to_lowercase(), words));
    }

    fn called(&self, tokens: &[Token<'_>]) -> impl Iterator<Item = &(String, Vec<String>)> {
        let mut words = Vec::new();
        unread::collect(tokens, &mut words);
        self.routines
            .iter()
            .filter(move |(name, _)| words.contains(name))
    }

    /// Whether a statement calls something whose body is known.
    pub(super) fn runs_routine(&self, tokens: &[Token<'_>]) -> bool {
        self.called(tokens).next().is_some()
    }

    /// Adds the words of all routines that are called.
    pub(super) fn routine_words(&self, tokens: &[Token<'_>], words: &mut Vec<String>) {
        for (_, body) in self.called(tokens) {
            words.extend(body.iter().cloned());
        }
    }

    /// The table of which one of `words` is the name, or that of an index.
    pub(super) fn mentioned(&self, words: &[String]) -> Option<String> {
        let said = |name: &str| words.iter().any(|word| *word == name.to_lowercase());
        let keys = |table: &State| {
            table
                .keys
                .iter()
                .any(|held| held.key.name.as_deref().is_some_and(said))
        };
        let known = self
            .tables
            .iter()
            .filter(|table| !table.temporary && !self.excepted(&table.name));
        known
            .filter(|table| said(&table.name) || keys(table))
            .map(|table| table.name.clone())
            .next()
    }

    /// The transaction of a migration is over.
    pub(super) fn end_of_file(&mut self) {
        self.tables.retain(|table| !table.passing);
        if let Some(path) = self.outer_path.take() {
            self.path = path;
        }
    }

    pub(super) fn into_tables(self) -> Vec<Table> {
        let keep =
            |table: &State| !table.temporary && table.writable && !self.excepted(&table.name);
        let tables = self.tables.iter().filter(|table| keep(table));
        tables
            .map(|table| Table {
                schema: table.schema.clone(),
                name: table.name.clone(),
                at: table.at.clone(),
                keys: table.declared(self.dialect, self.any_trigger),
            })
            .collect()
    }
}
