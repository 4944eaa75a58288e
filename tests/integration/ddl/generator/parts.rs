//! Columns, constraints and the lists of an index.

use upsert_schema::Dialect;

use super::{COLUMNS, Generator};
use crate::ddl::live::Table;

impl Generator<'_> {
    /// The definition of a column whose name is given, as it is quoted.
    pub(super) fn definition(&mut self, name: &str) -> String {
        let mut parts = vec![
            match self.dialect {
                Dialect::Mysql => "varchar(20)",
                Dialect::Postgres | Dialect::Sqlite => "text",
            }
            .to_owned(),
        ];
        let mut options = Vec::new();
        if self.random.percent(20) {
            options.push(
                self.random
                    .one(&["default 'x'", "default null", "default ('y')"])
                    .to_owned(),
            );
        }
        if self.random.percent(15) {
            let not_null = self.condition("not null");
            options.push(not_null);
        }
        if self.dialect != Dialect::Mysql && self.random.percent(5) {
            let check = self.condition(&format!("check ({name} <> 'unique')"));
            options.push(check);
        }
        if self.random.percent(20) {
            options.push(self.column_key("unique"));
        }
        if self.random.percent(5) {
            options.push(self.column_key("primary key"));
        }
        if self.dialect == Dialect::Mysql && self.random.percent(4) {
            options.push(
                self.random
                    .one(&["unique primary key", "unique key key", "unique unique"])
                    .to_owned(),
            );
        }
        // A column that is NULL by default cannot be in a primary key.
        options.retain(|option| option != "default null" || self.dialect != Dialect::Postgres);
        let count = options.len();
        parts.extend(self.random.some(options, count));
        format!("{name} {}", parts.join(" "))
    }

    /// Not one that PostgreSQL could give to a key: whether it then takes another one depends on
    /// its version.
    pub(super) fn condition_name(&mut self) -> &'static str {
        self.random.one(&["is_a", "\"Is B\"", "is_c", "IS_D"])
    }

    /// What a column must be, with a name or without.
    fn condition(&mut self, condition: &str) -> String {
        if self.dialect == Dialect::Postgres && self.random.percent(30) {
            let name = self.condition_name();
            format!("constraint {name} {condition}")
        } else {
            condition.to_owned()
        }
    }

    fn column_key(&mut self, key: &str) -> String {
        let mut text = key.to_owned();
        match self.dialect {
            Dialect::Postgres => {
                if key == "unique" {
                    text += self.maybe(15, " nulls not distinct");
                }
                text += self.maybe(5, " deferrable");
                text += self.maybe(3, " initially deferred");
            }
            Dialect::Sqlite => text += self.maybe(10, " on conflict fail"),
            Dialect::Mysql => {
                text += if key == "unique" {
                    self.maybe(20, " key")
                } else {
                    ""
                }
            }
        }
        if self.dialect != Dialect::Mysql && self.random.percent(20) {
            format!("constraint {} {text}", self.free_name())
        } else {
            text
        }
    }

    /// `UNIQUE (..)` or `PRIMARY KEY (..)`, with all that may be around it.
    pub(super) fn constraint(&mut self, columns: &[String], primary: usize) -> String {
        let is_primary = self.random.percent(primary);
        let mut text = String::new();
        if self.random.percent(40) {
            text = format!("constraint {} ", self.free_name());
        }
        text += match is_primary {
            true => "primary key",
            false => "unique",
        };
        if self.dialect == Dialect::Mysql && !is_primary {
            text += self.random.one(&["", "", " key", " index"]);
            if self.random.percent(25) {
                text = format!("{text} {}", self.free_name());
            }
            text += self.maybe(10, " using btree");
        }
        if self.dialect == Dialect::Postgres && !is_primary {
            text += self.maybe(15, " nulls not distinct");
        }
        let elements = self.elements(columns, false);
        text = format!("{text} ({elements})");
        match self.dialect {
            Dialect::Postgres => {
                if self.random.percent(10) {
                    text = format!("{text} include ({})", self.one_of(columns));
                }
                text += self.maybe(7, " deferrable initially immediate");
            }
            Dialect::Sqlite => text += self.maybe(10, " on conflict fail"),
            Dialect::Mysql => text += self.maybe(5, " comment 'primary key (x)'"),
        }
        text
    }

    fn one_of(&mut self, columns: &[String]) -> String {
        let name = self.random.pick(columns).cloned().unwrap_or_default();
        self.quoted(&name)
    }

    /// What is between the parentheses of an index, or of a constraint.
    pub(super) fn elements(&mut self, columns: &[String], index: bool) -> String {
        let count = self.random.one(&[1, 1, 1, 2, 2, 3]);
        let columns = self.random.some(columns.to_vec(), count);
        // MySQL has no key that says a column twice, and PostgreSQL no constraint.
        let may = match self.dialect {
            Dialect::Postgres => index,
            Dialect::Sqlite => true,
            Dialect::Mysql => false,
        };
        let twice = columns
            .first()
            .filter(|_| may && self.random.percent(4))
            .cloned();
        let twice = twice.map(|column| self.quoted(&column));
        let elements: Vec<_> = columns
            .iter()
            .map(|column| self.element(column, index))
            .chain(twice)
            .collect();
        elements.join(", ")
    }

    fn element(&mut self, column: &str, index: bool) -> String {
        let column = self.quoted(column);
        let mut element = column.clone();
        match self.dialect {
            Dialect::Mysql if self.random.percent(15) => element += "(3)",
            Dialect::Postgres | Dialect::Sqlite if index && self.random.percent(20) => {
                element = match self.random.below(4) {
                    0 => format!("lower({column})"),
                    1 => format!("coalesce({column}, 'unique (y)')"),
                    2 => format!("({column} || {column})"),
                    _ => format!("upper( lower({column}) )"),
                };
            }
            _ => {}
        }
        let collates =
            self.dialect == Dialect::Sqlite || self.dialect == Dialect::Postgres && index;
        // The reader does not know collations, by which PostgreSQL tells the indexes of a partition
        // apart.
        let partitions = self.tables.iter().any(|table| table.partitioned);
        if collates && !partitions && self.random.percent(7) {
            element += match self.dialect {
                Dialect::Postgres => " collate \"C\"",
                Dialect::Sqlite | Dialect::Mysql => " collate nocase",
            };
        }
        if index || self.dialect != Dialect::Postgres {
            element += self.random.one(&["", "", "", "", " desc", " asc"]);
        }
        element
    }

    /// ` WHERE ..`
    pub(super) fn predicate(&mut self, table: &Table) -> String {
        if self.dialect == Dialect::Mysql || !self.random.percent(25) {
            return String::new();
        }
        let (Some(a), Some(b)) = (self.column(table), self.column(table)) else {
            return String::new();
        };
        let predicate = match self.random.below(4) {
            0 => format!("{a} is not null"),
            1 => format!("({a} > 'm')"),
            2 => format!("{a} is null and {b} = 'where'"),
            _ => format!("lower({a}) <> 'x' OR {b} IS NULL"),
        };
        format!(" where {predicate}")
    }

    /// Names for the columns of a new table.
    pub(super) fn new_columns(&mut self) -> Vec<String> {
        let count = 2 + self.random.below(4);
        let columns = COLUMNS.map(str::to_owned).to_vec();
        self.random.some(columns, count)
    }

    /// Columns and constraints of a new table.
    pub(super) fn body(&mut self, columns: &[String]) -> Vec<String> {
        let mut items = Vec::new();
        for column in columns {
            let column = self.quoted(column);
            items.push(self.definition(&column));
        }
        for _ in 0..self.random.one(&[0, 0, 1, 1, 2]) {
            items.push(self.constraint(columns, 35));
        }
        // Two primary keys are refused.
        let mut primary = false;
        items.retain(|item| {
            let repeated = primary && item.contains("primary key");
            primary |= item.contains("primary key");
            !repeated
        });
        items
    }
}
