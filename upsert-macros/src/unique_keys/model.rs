//! What `unique_keys!` says, and the keys that come of it.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::{LitStr, Path};
use upsert_schema::{Dialect, Key};

pub(crate) struct Declaration {
    /// The caller's `$crate`.
    pub(crate) krate: TokenTree,
    /// The function that compares all of them with a live database.
    pub(crate) verify: Option<Ident>,
    /// Where to read them from; without, they are written out.
    pub(crate) migrations: Option<Migrations>,
    pub(crate) tables: Vec<Table>,
    pub(crate) claimed: Vec<Claimed>,
    /// Files that it was read from.
    pub(crate) files: Vec<String>,
}

impl Declaration {
    pub(crate) fn new(krate: TokenTree) -> Self {
        Self {
            krate,
            verify: None,
            migrations: None,
            tables: Vec::new(),
            claimed: Vec::new(),
            files: Vec::new(),
        }
    }
}

/// Migrations that are to be read.
pub(crate) struct Migrations {
    /// Where the tables are in Rust.
    pub(crate) schema: Path,
    pub(crate) folders: Vec<Folder>,
    /// The tables that are left out.
    pub(crate) except: Vec<String>,
}

/// A folder of migrations.
pub(crate) struct Folder {
    /// As it is written, relative to the crate.
    pub(crate) path: LitStr,
    /// `None` if it is not said.
    pub(crate) backend: Option<Dialect>,
}

/// The backends, by the names of their features.
pub(crate) const BACKENDS: [(&str, Dialect); 3] = [
    ("postgres", Dialect::Postgres),
    ("sqlite", Dialect::Sqlite),
    ("mysql", Dialect::Mysql),
];

/// Those whose feature is enabled.
pub(crate) fn enabled_backends() -> impl Iterator<Item = (&'static str, Dialect)> {
    BACKENDS.into_iter().filter(|(_, backend)| match backend {
        Dialect::Postgres => cfg!(feature = "postgres"),
        Dialect::Sqlite => cfg!(feature = "sqlite"),
        Dialect::Mysql => cfg!(feature = "mysql"),
    })
}

/// A table whose primary key `table!` alone claims: nobody has looked for it in the migrations.
pub(crate) struct Claimed {
    pub(crate) schema: Path,
    /// The modules in `schema`, which may lack them.
    pub(crate) modules: Vec<Ident>,
    /// What the migrations say of it.
    pub(crate) why: String,
}

/// A table, with its keys.
pub(crate) struct Table {
    pub(crate) place: Place,
    pub(crate) keys: Vec<Declared>,
    /// Where the primary key is that of `table!`.
    pub(crate) primary_key: Backends,
}

/// Where the table is.
pub(crate) enum Place {
    /// `schema::users`
    Path(Path),
    /// Found in migrations: `users` in `schema`, which may lack it.
    Sought {
        schema: Path,
        /// The modules in `schema`, of which the last is the table's.
        modules: Vec<Ident>,
        /// The names of the database schema, unless it is the default, and of the table.
        sql: (Option<String>, String),
        /// What to say then.
        missing: String,
        /// What to say where the table of this name in Rust is another one in SQL.
        another: String,
    },
}

/// A key.
pub(crate) struct Declared {
    pub(crate) key: Key,
    /// For each element a column that is written in Rust.
    pub(crate) written: Vec<Option<Ident>>,
    pub(crate) backends: Backends,
    /// Whose SQL is in it.
    pub(crate) dialect: Dialect,
    /// Where complaints about it go.
    pub(crate) tokens: TokenStream,
    /// What a complaint begins with: file and line, if there are any.
    pub(crate) origin: String,
}

/// What a column is in a row that leaves it out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LeftOut {
    /// NULL, or new: it meets no other row.
    Harmless,
    /// A DEFAULT, for all that is known.
    Default,
    /// NULL if it can be. MySQL has an implicit DEFAULT for some that cannot, and for all outside
    /// of its strict mode.
    NullOrDefault,
}

impl Declared {
    pub(crate) fn left_out(&self, column: &str) -> LeftOut {
        let is = |names: &[String]| names.iter().any(|name| name == column);
        if self.origin.is_empty() || is(&self.key.defaults) {
            LeftOut::Default
        } else if self.dialect == Dialect::Mysql
            && !is(&self.key.increments)
            && !is(&self.key.run_out)
            && !is(&self.key.new)
        {
            LeftOut::NullOrDefault
        } else {
            LeftOut::Harmless
        }
    }
}

/// A set of backends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Backends {
    pub(crate) postgres: bool,
    pub(crate) sqlite: bool,
    pub(crate) mysql: bool,
}

impl Backends {
    pub(crate) const ALL: Self = Self {
        postgres: true,
        sqlite: true,
        mysql: true,
    };
    pub(crate) fn one(backend: Dialect) -> Self {
        Self {
            postgres: backend == Dialect::Postgres,
            sqlite: backend == Dialect::Sqlite,
            mysql: backend == Dialect::Mysql,
        }
    }

    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            postgres: self.postgres || other.postgres,
            sqlite: self.sqlite || other.sqlite,
            mysql: self.mysql || other.mysql,
        }
    }

    pub(crate) fn not(self) -> Self {
        Self {
            postgres: !self.postgres,
            sqlite: !self.sqlite,
            mysql: !self.mysql,
        }
    }
}
