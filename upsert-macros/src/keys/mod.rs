//! The unique keys of a schema: what `unique_keys!` declares, wherever it comes from.
//!
//! Nothing here knows of Rust's tokens, so that the integration tests hold it against real databases.

mod elements;
mod functions;
pub(crate) mod names;
mod never_null;
mod nulls;
mod positions;
mod scope;
mod server;
pub(crate) mod sql;
#[cfg(test)]
mod sql_tests;
mod tokens;

pub(crate) mod migrations;

pub(crate) use self::nulls::Null;
pub(crate) use self::scope::{Scope, Type};
pub(crate) use self::sql::Sql;

/// Whose SQL it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Dialect {
    Postgres,
    Sqlite,
    Mysql,
}

impl Dialect {
    /// Whether two names, as [`tokens::Token::name`] gives them, are those of one column or index.
    pub(crate) fn same(self, a: &str, b: &str) -> bool {
        match self {
            Self::Postgres => a == b,
            Self::Sqlite => a.eq_ignore_ascii_case(b),
            Self::Mysql => a == b || a.to_lowercase() == b.to_lowercase(),
        }
    }
}

/// A unique key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Key {
    /// The name of its index or constraint; `None` where it has none that a statement could use.
    pub(crate) name: Option<String>,
    pub(crate) kind: Kind,
    pub(crate) elements: Vec<Element>,
    /// Of a partial index.
    pub(crate) predicate: Option<Sql>,
    /// PostgreSQL's `NULLS NOT DISTINCT`
    pub(crate) nulls_not_distinct: bool,
    /// Its columns that have a DEFAULT which may be the same twice. A row that leaves such a column out can
    /// meet another one, unlike one that leaves out an AUTO_INCREMENT column or gets NULL.
    pub(crate) defaults: Vec<String>,
    /// Its columns that are AUTO_INCREMENT on MySQL, with numbers that nobody uses up.
    pub(crate) increments: Vec<String>,
    /// Those whose numbers can be used up.
    pub(crate) run_out: Vec<String>,
    /// Those that have a DEFAULT which is new each time.
    pub(crate) new: Vec<String>,
    /// Those that each update of the row changes.
    pub(crate) set_at_update: Vec<String>,
    /// Whether its columns can be NULL, whatever `table!` says; `None` where nobody knows.
    pub(crate) nullable: Vec<(String, Option<bool>)>,
    /// Those that the database computes, so that no row can name them, and from which columns.
    pub(crate) computed: Vec<(String, Vec<String>)>,
    pub(crate) reads: Reads,
}

/// What a key reads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Reads {
    /// For each element its columns, by their SQL names, and what makes it NULL.
    pub(crate) elements: Vec<(Vec<String>, Null)>,
    /// The columns in the predicate.
    pub(crate) predicate: Vec<String>,
    /// Those that the predicate rules NULL out of.
    pub(crate) never_null: Vec<String>,
}

impl Reads {
    pub(crate) fn new(elements: &[Element], predicate: Option<&Sql>, scope: &Scope) -> Self {
        let columns = |predicate: &Sql| predicate.columns(scope);
        Self {
            elements: elements
                .iter()
                .map(|element| (element.columns(scope), element.null(scope)))
                .collect(),
            predicate: predicate.map(columns).unwrap_or_default(),
            never_null: predicate
                .map(|predicate| predicate.never_null_columns(scope))
                .unwrap_or_default(),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    PrimaryKey,
    /// `UNIQUE` in a table: on PostgreSQL it can be a target by its name.
    Constraint,
    /// `CREATE UNIQUE INDEX`
    Index,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Element {
    /// A column, by its SQL name.
    Column(String),
    /// The first characters of a column (MySQL), which are no key on the column.
    Prefix(String, u64),
    Expression(Sql),
}

impl Element {
    /// The columns that it reads.
    pub(crate) fn columns(&self, scope: &Scope) -> Vec<String> {
        match self {
            Self::Column(name) | Self::Prefix(name, _) => vec![name.clone()],
            Self::Expression(sql) => sql.columns(scope),
        }
    }

    fn null(&self, scope: &Scope) -> Null {
        match self {
            Self::Column(name) | Self::Prefix(name, _) => Null::Of(vec![name.clone()]),
            Self::Expression(sql) => sql.null(scope),
        }
    }
}
