//! What `unique_keys!` declares.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::Path;

use crate::keys::{Dialect, Key};

pub(crate) struct Declaration {
    /// The caller's `$crate`.
    pub(crate) krate: TokenTree,
    pub(crate) tables: Vec<Table>,
    /// The function that compares all of them with a live database.
    pub(crate) verify: Option<Ident>,
    /// Files that it was read from.
    pub(crate) files: Vec<String>,
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
    #[cfg_attr(
        not(feature = "migrations"),
        allow(dead_code, reason = "none are read")
    )]
    Sought {
        schema: Path,
        /// The modules in `schema`, of which the last is the table's.
        modules: Vec<Ident>,
        /// The names of the database schema, unless it is the default, and of the table.
        sql: (Option<String>, String),
        /// What to say then.
        missing: String,
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
}
