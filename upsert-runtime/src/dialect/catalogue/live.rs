//! A table and its indexes, as a live database has them.

use diesel::QueryResult;
use diesel::associations::HasTable;
use diesel::query_builder::{QueryBuilder, QueryFragment};

use super::sql;
use crate::dialect::Catalogue;

/// The name of a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableName {
    /// Its schema (PostgreSQL), database (MySQL) or attached database (SQLite), where one was
    /// given.
    pub schema: Option<String>,
    /// The name itself.
    pub name: String,
    /// Both, quoted as the backend quotes them.
    pub sql: String,
}

impl TableName {
    /// The table `name` of `schema`, quoted for `DB`.
    ///
    /// # Errors
    ///
    /// If the names cannot be quoted, which none of the three backends says of any name.
    pub fn new<DB: Catalogue>(schema: Option<String>, name: String) -> QueryResult<Self> {
        let mut sql = DB::QueryBuilder::default();
        if let Some(schema) = &schema {
            sql.push_identifier(schema)?;
            sql.push_sql(".");
        }
        sql.push_identifier(&name)?;
        let sql = sql.finish();
        Ok(Self { schema, name, sql })
    }
}

/// Backends whose catalogue knows the table `T`: every [`Catalogue`], for every table of `table!`.
#[diagnostic::on_unimplemented(
    message = "the unique keys of `{T}` cannot be looked up on `{Self}`",
    note = "enable the feature `postgres`, `sqlite` or `mysql` of `upsert-runtime`, or implement `Catalogue` for a backend of your own"
)]
pub trait CatalogueOf<T>: Catalogue {
    /// The name of the table, as `table!` has it.
    ///
    /// # Errors
    ///
    /// If it cannot be rendered.
    fn table_name() -> QueryResult<TableName>;
}

#[diagnostic::do_not_recommend]
impl<T, DB> CatalogueOf<T> for DB
where
    DB: Catalogue,
    T: HasTable<Table = T> + diesel::Table,
    T::FromClause: QueryFragment<DB>,
{
    fn table_name() -> QueryResult<TableName> {
        let mut builder = DB::QueryBuilder::default();
        T::table()
            .from_clause()
            .to_sql(&mut builder, &DB::default())?;
        let text = builder.finish();
        let dialect = sql::dialect(DB::BACKEND);
        let mut names = sql::tokens(&text, dialect)
            .into_iter()
            .filter(|token| token.shape == sql::Shape::Quoted)
            .filter_map(|token| token.name(dialect));
        let (first, second) = (names.next().unwrap_or_default(), names.next());
        let (schema, name) = match second {
            Some(second) => (Some(first), second),
            None => (None, first),
        };
        let sql = text.clone();
        Ok(TableName { schema, name, sql })
    }
}

/// A table of a live database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveTable {
    /// Its name, as it was looked up.
    pub name: TableName,
    /// Whether it is one: a view has no keys.
    pub is_table: bool,
    /// Its columns.
    pub columns: Vec<LiveColumn>,
    /// Its indexes, the primary key and those that are not unique among them.
    pub indexes: Vec<LiveIndex>,
    /// Why not all of its columns and indexes are seen, where that is so (MySQL and MariaDB).
    pub hidden: Option<String>,
    /// What a constraint does to a row in its way, whatever a statement says: `REPLACE` (SQLite's
    /// [ON CONFLICT clause](https://sqlite.org/lang_conflict.html)).
    pub overrides: Option<String>,
    /// The triggers that run before a row is inserted, and may fill in what it leaves out (MySQL).
    pub fillers: Vec<String>,
}

/// A column of a live table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LiveColumn {
    /// Its name.
    pub name: String,
    /// Whether it can be NULL.
    pub nullable: bool,
    /// Whether the database computes it, so that no `INSERT` can name it.
    pub generated: bool,
    /// Whether the database numbers it, by a type whose numbers can be used up (MySQL's
    /// AUTO_INCREMENT that is no BIGINT).
    pub runs_out: bool,
    /// Whether the database numbers it at all (MySQL).
    pub numbered: bool,
    /// Whether its DEFAULT is new each time (MySQL's `DEFAULT (uuid())`).
    pub renewed: bool,
    /// What it is in a row that leaves it out, where that is not NULL, not numbered, and not new
    /// each time (MySQL).
    pub default: Option<String>,
    /// By which names statements find it too: SQLite's rowid.
    pub other_names: Vec<String>,
    /// Whether each update of the row changes it (MySQL's `ON UPDATE CURRENT_TIMESTAMP`).
    pub set_at_update: bool,
}

impl LiveColumn {
    /// A column of which nothing else is known.
    #[must_use]
    pub fn new(name: String) -> Self {
        Self {
            name,
            nullable: false,
            generated: false,
            runs_out: false,
            numbered: false,
            renewed: false,
            default: None,
            other_names: Vec::new(),
            set_at_update: false,
        }
    }
}

/// An index of a live table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveIndex {
    /// Its name.
    pub name: String,
    /// Whether the name was given by someone, and not made up by SQLite.
    pub named: bool,
    /// Whether it is unique.
    pub unique: bool,
    /// Whether it is the primary key.
    pub primary: bool,
    /// Whether it is complete and in use: on PostgreSQL a failed `CREATE INDEX CONCURRENTLY` leaves
    /// one that is not.
    pub valid: bool,
    /// Whether it is that of a `DEFERRABLE` constraint, which `ON CONFLICT` cannot use.
    pub deferrable: bool,
    /// Whether it has the rowid (an `INTEGER PRIMARY KEY`) beside other elements, so that SQLite
    /// takes it for no conflict target.
    pub with_rowid: bool,
    /// Whether NULLs are equal to each other in it.
    pub nulls_not_distinct: bool,
    /// What it is on.
    pub elements: Vec<LiveElement>,
    /// The SQL predicate of a partial index.
    pub predicate: Option<String>,
}

/// An element of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiveElement {
    /// A column.
    Column(String),
    /// The first characters or bytes of a column (MySQL), which are no key on the column.
    Prefix(String, u64),
    /// The SQL of an expression.
    Expression(String),
}

impl LiveIndex {
    /// A valid index with this name on nothing yet.
    #[must_use]
    pub fn new(name: String) -> Self {
        Self {
            name,
            named: true,
            unique: false,
            primary: false,
            valid: true,
            deferrable: false,
            with_rowid: false,
            nulls_not_distinct: false,
            elements: Vec::new(),
            predicate: None,
        }
    }

    /// The SQL of each element that is not a plain column: `lower(name)`, and `name(10)` for a
    /// prefix.
    #[must_use]
    pub fn expressions(&self) -> Vec<String> {
        let sql = |element: &LiveElement| match element {
            LiveElement::Column(_) => None,
            prefix @ LiveElement::Prefix(..) => Some(prefix.to_string()),
            LiveElement::Expression(sql) => Some(sql.clone()),
        };
        self.elements.iter().filter_map(sql).collect()
    }

    /// `(tenant, lower(name))`, with the names as they are.
    pub(crate) fn on(&self) -> String {
        let elements: Vec<_> = self.elements.iter().map(ToString::to_string).collect();
        format!("({})", elements.join(", "))
    }
}

impl std::fmt::Display for LiveElement {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Column(name) => out.write_str(name),
            Self::Prefix(name, length) => write!(out, "{name}({length})"),
            Self::Expression(sql) => out.write_str(sql),
        }
    }
}
