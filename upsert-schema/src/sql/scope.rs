//! What is known of the columns that a SQL text can mention.

use crate::Dialect;
use crate::sql::lexer::{Shape, Token};

/// The columns of a table.
#[derive(Clone, Debug)]
pub struct Scope {
    pub(crate) dialect: Dialect,
    columns: Vec<(String, Type)>,
    /// Whether there are no others.
    whole: bool,
    by_hand: bool,
    /// Functions and operators that somebody has made, under names that the database may have too,
    /// and `cast`.
    made: Vec<String>,
}

/// The type of a value, as far as it makes a difference for what is NULL.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    /// A text of any length.
    Text,
    /// An integer of any size.
    Integer,
    /// A date, a time or both.
    Time,
    /// PostgreSQL 18 casts its `null` to NULL.
    Json,
    /// Another one that comes with the database.
    Other,
    /// For all that is known somebody has made it, with functions and operators of its own.
    Unknown,
    /// Found by hand: that which is usual.
    Usual,
}

/// PostgreSQL's own. Not among them are the geometric ones: `#` between two boxes, or `+` between
/// two paths, can be NULL.
const POSTGRES: [(Type, &str); 5] = [
    (
        Type::Text,
        "text varchar character char bpchar citext name nchar",
    ),
    (
        Type::Integer,
        "smallint integer int bigint int2 int4 int8 smallserial serial bigserial serial2 serial4 serial8",
    ),
    (
        Type::Time,
        "date time timetz timestamp timestamptz interval",
    ),
    (Type::Json, "json jsonb"),
    (
        Type::Other,
        "bool boolean bytea bit cidr dec decimal double float float4 float8 inet int4range int8range numeric \
         numrange macaddr macaddr8 money oid real tsrange tstzrange daterange uuid varbit",
    ),
];

/// Of MySQL.
const MYSQL: [(Type, &str); 5] = [
    (
        Type::Text,
        "char varchar text tinytext mediumtext longtext nchar nvarchar national character enum set",
    ),
    (
        Type::Integer,
        "tinyint smallint mediumint int integer bigint serial bool boolean int1 int2 int3 int4 int8 middleint year",
    ),
    (Type::Time, "date datetime timestamp"),
    (Type::Json, "json"),
    (
        Type::Other,
        "binary varbinary blob tinyblob mediumblob longblob decimal dec numeric fixed double float real bit",
    ),
];

/// Whether what comes behind the type of a SQLite column begins with `token`.
pub(crate) fn ends_type(token: &Token<'_>) -> bool {
    const BEHIND: &str =
        "constraint primary not null unique check default collate references generated as";
    BEHIND.split(' ').any(|word| token.is(word))
}

impl Type {
    /// The type with which `tokens` begin, what comes behind the name of a column.
    pub(crate) fn of(tokens: &[Token<'_>], dialect: Dialect) -> Self {
        let known = match dialect {
            Dialect::Sqlite => return Self::of_sqlite(tokens),
            Dialect::Postgres => &POSTGRES,
            Dialect::Mysql => &MYSQL,
        };
        let (schema, name) = match tokens {
            [schema, dot, name, ..] if dot.is_mark(".") => (schema.name(dialect), name),
            [name, ..] => (None, name),
            [] => return Self::Unknown,
        };
        let Some(name) = name.name(dialect).map(|name| name.to_ascii_lowercase()) else {
            return Self::Unknown;
        };
        // `"char"` and `pg_catalog.int4` are PostgreSQL's too; `citext` is where its extension was
        // put.
        if schema.is_some_and(|schema| schema != "pg_catalog") && name != "citext" {
            return Self::Unknown;
        }
        let is = |(_, names): &&(Self, &str)| names.split(' ').any(|known| known == name);
        known
            .iter()
            .find(is)
            .map_or(Self::Unknown, |(kind, _)| *kind)
    }

    /// The names of PostgreSQL's types that are known.
    pub(crate) fn postgres_names() -> impl Iterator<Item = &'static str> {
        POSTGRES.iter().flat_map(|(_, names)| names.split(' '))
    }

    /// What arithmetic makes of it.
    pub(crate) fn as_number(self) -> Self {
        match self {
            Self::Integer | Self::Usual => self,
            _ => Self::Other,
        }
    }

    /// What one of these is, whichever.
    pub(crate) fn of_all(kinds: &[Self]) -> Self {
        match kinds {
            _ if kinds.contains(&Self::Unknown) => Self::Unknown,
            [first, rest @ ..] if rest.iter().all(|kind| kind == first) => *first,
            // A string is what the other one is.
            [Self::Usual, Self::Text | Self::Integer] => Self::Usual,
            _ => Self::Other,
        }
    }

    /// Columns of SQLite hold anything; what they are meant for is their [affinity][1].
    ///
    /// [1]: https://sqlite.org/datatype3.html#determination_of_column_affinity
    fn of_sqlite(tokens: &[Token<'_>]) -> Self {
        let words: Vec<String> = tokens
            .iter()
            .take_while(|token| !ends_type(token))
            .filter(|token| matches!(token.shape, Shape::Word | Shape::Quoted))
            .map(|token| token.text.to_ascii_lowercase())
            .collect();
        let has = |part: &str| words.iter().any(|word| word.contains(part));
        if has("int") {
            Self::Integer
        } else if has("char") || has("clob") || has("text") {
            Self::Text
        } else {
            Self::Other
        }
    }
}

impl Scope {
    /// The columns `list` of a table, which has no others if this is the `whole` of it.
    pub(crate) fn new(dialect: Dialect, list: Vec<(String, Type)>, whole: bool) -> Self {
        Self {
            dialect,
            columns: list,
            whole,
            by_hand: false,
            made: Vec::new(),
        }
    }

    /// Of a declaration by hand, whose columns are known to the compiler alone.
    pub fn by_hand(dialect: Dialect) -> Self {
        Self {
            by_hand: true,
            ..Self::new(dialect, Vec::new(), false)
        }
    }

    /// Where somebody has made `functions`, operators or casts.
    pub(crate) fn with(self, functions: &[String]) -> Self {
        Self {
            made: functions.to_vec(),
            ..self
        }
    }

    /// Whether a function, an operator or `cast` can be none but the database's own.
    pub(crate) fn is_builtin(&self, name: &str) -> bool {
        // PostgreSQL has one operator for both.
        let plain = |name: &str| match name {
            "!=" => "<>".to_owned(),
            name => name.to_ascii_lowercase(),
        };
        !self.made.iter().any(|made| plain(made) == plain(name))
    }

    /// Whether a cast can be none but the database's own: one that is implicit may be in any call.
    pub(super) fn has_builtin_casts(&self) -> bool {
        self.is_builtin("cast")
    }

    /// Whose SQL it is read as.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The databases whose SQL it may be.
    pub(crate) fn dialects(&self) -> &[Dialect] {
        if self.by_hand {
            &[Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql]
        } else {
            std::slice::from_ref(&self.dialect)
        }
    }

    /// Whether there may be a column of this name.
    pub(crate) fn may_have(&self, name: &str) -> bool {
        !self.whole || self.has(name)
    }

    /// Whether there is one, for certain.
    pub(crate) fn has(&self, name: &str) -> bool {
        let mut columns = self.columns.iter();
        columns.any(|(known, _)| self.dialect.same(known, name))
    }

    pub(crate) fn kind(&self, name: &str) -> Type {
        let is = |(known, _): &&(String, Type)| self.dialect.same(known, name);
        match self.columns.iter().find(is) {
            Some((_, kind)) => *kind,
            None if self.by_hand => Type::Usual,
            None => Type::Unknown,
        }
    }
}
