//! A unique key.

use crate::sql::{Null, Scope, Sql};

/// A unique key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    /// The name of its index or constraint; `None` where it has none that a statement could use.
    pub name: Option<String>,
    /// How it was made.
    pub kind: Kind,
    /// Its parts, in the order of the index.
    pub elements: Vec<Element>,
    /// Of a partial index.
    pub predicate: Option<Sql>,
    /// PostgreSQL's `NULLS NOT DISTINCT`
    pub nulls_not_distinct: bool,
    /// Its columns that have a DEFAULT which may be the same twice. A row that leaves such a column
    /// out can meet another one, unlike one that leaves out an AUTO_INCREMENT column or gets NULL.
    pub defaults: Vec<String>,
    /// Its columns that are AUTO_INCREMENT on MySQL, with numbers that nobody uses up.
    pub increments: Vec<String>,
    /// Those whose numbers can be used up.
    pub run_out: Vec<String>,
    /// Those that have a DEFAULT which is new each time.
    pub new: Vec<String>,
    /// Those that each update of the row changes.
    pub set_at_update: Vec<String>,
    /// Whether its columns can be NULL, whatever `table!` says; `None` where nobody knows.
    pub nullable: Vec<(String, Option<bool>)>,
    /// Those that the database computes, so that no row can name them, and from which columns.
    pub computed: Vec<(String, Vec<String>)>,
    /// By which names its only column is found too, if that is SQLite's [rowid](crate::sql::ROWID).
    pub other_names: Vec<String>,
    /// What all of it reads.
    pub reads: Reads,
}

/// What a key reads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reads {
    /// For each element its columns, by their SQL names, and what makes it NULL.
    pub elements: Vec<(Vec<String>, Null)>,
    /// The columns in the predicate.
    pub predicate: Vec<String>,
    /// Those that the predicate rules NULL out of.
    pub never_null: Vec<String>,
}

impl Reads {
    /// What these read.
    pub fn new(elements: &[Element], predicate: Option<&Sql>, scope: &Scope) -> Self {
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

/// How it was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `PRIMARY KEY`
    PrimaryKey,
    /// `UNIQUE` in a table: on PostgreSQL it can be a target by its name.
    Constraint,
    /// `CREATE UNIQUE INDEX`
    Index,
}

/// A part of a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Element {
    /// A column, by its SQL name.
    Column(String),
    /// The first characters of a column (MySQL), which are no key on the column.
    Prefix(String, u64),
    /// Anything else.
    Expression(Sql),
}

impl Element {
    /// The columns that it reads.
    pub fn columns(&self, scope: &Scope) -> Vec<String> {
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
