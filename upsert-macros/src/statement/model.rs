//! What an upsert says: the tokens of the caller, nothing expanded.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::{Expr, LitStr, Path};

/// `upsert!(table, section = .., ..)`
pub(crate) struct Statement {
    /// The caller's `$crate`.
    pub(crate) krate: TokenTree,
    pub(crate) table: Path,
    pub(crate) values: Option<Values>,
    pub(crate) conflict: Option<Conflict>,
    pub(crate) set: Option<Set>,
    pub(crate) guard: Option<Value>,
    pub(crate) returning: Option<Returned>,
    /// The sections that are there, in the order in which they are written.
    pub(crate) written: Vec<Section>,
    /// Sections that are there and could not be parsed: they are not missing.
    pub(crate) broken: Vec<Section>,
}

/// `get_or_create!(table, key = { .. }, defaults = { .. })`
pub(crate) struct Creation {
    /// The INSERT that leaves a stored row alone, of which `values` is the key alone.
    pub(crate) statement: Statement,
    /// What else is in a row that is created.
    pub(crate) defaults: Option<Values>,
    /// `lock_or_create!`
    pub(crate) locks: bool,
}

/// The names of the sections.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Section {
    Values,
    Conflict,
    Set,
    Where,
    Returning,
}

impl Section {
    /// In the order of the documentation.
    pub(crate) const ALL: [(&'static str, Self); 5] = [
        ("values", Self::Values),
        ("conflict", Self::Conflict),
        ("set", Self::Set),
        ("where", Self::Where),
        ("returning", Self::Returning),
    ];

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, section)| *section)
    }
}

/// `values =`
pub(crate) enum Values {
    /// `{ page: "/", day }`
    Literal(Vec<Field>),
    /// Anything `Insertable`.
    Row(Expr),
}

/// `page: "/"`
pub(crate) struct Field {
    pub(crate) column: Ident,
    pub(crate) value: Expr,
}

/// `conflict =`
pub(crate) struct Conflict {
    pub(crate) target: Target,
    /// `unchecked`: the caller answers for it.
    pub(crate) unchecked: bool,
    /// The target as it is written.
    pub(crate) tokens: Vec<TokenTree>,
}

/// Which unique key the row may meet.
pub(crate) enum Target {
    /// `(a, b)`
    Columns(Vec<Ident>),
    /// `(lower(name)) where ..`
    Index {
        elements: Vec<IndexExpr>,
        predicate: Option<IndexExpr>,
    },
    /// `key(name)`
    Key(LitStr),
    /// `constraint("name")`
    Constraint(LitStr),
    /// `any`
    Any,
}

/// A SQL expression of an index: columns are bare names in it, and constants are written into the
/// SQL.
pub(crate) struct IndexExpr {
    pub(crate) tokens: Vec<TokenTree>,
    /// The columns that it mentions.
    pub(crate) columns: Vec<Ident>,
    /// Whether it is nothing but a column.
    pub(crate) is_column: bool,
}

/// `set =`
pub(crate) enum Set {
    /// `nothing`
    Nothing(Ident),
    /// `< .. >` or `{ .. }`
    Assignments(Assignments),
}

pub(crate) struct Assignments {
    /// As they are written.
    pub(crate) list: Vec<Assignment>,
    /// `..`
    pub(crate) rest: Option<TokenStream>,
}

/// `n += 1`
pub(crate) struct Assignment {
    pub(crate) column: Ident,
    pub(crate) change: Change,
}

/// The right side of an assignment.
pub(crate) enum Change {
    /// `n`
    Excluded,
    /// `n = e`
    To(Value),
    /// `n += e`
    By(Operator, Value),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Operator {
    Plus,
    Minus,
    Times,
    DividedBy,
}

impl Operator {
    pub(crate) const ALL: [Self; 4] = [Self::Plus, Self::Minus, Self::Times, Self::DividedBy];

    pub(crate) const fn symbol(self) -> &'static str {
        match self {
            Self::Plus => "+=",
            Self::Minus => "-=",
            Self::Times => "*=",
            Self::DividedBy => "/=",
        }
    }
}

/// A Rust expression in which `table.column` and `excluded.column` are columns.
pub(crate) struct Value(pub(crate) Vec<TokenTree>);

/// `returning =`
pub(crate) enum Returned {
    /// Columns and expressions; a tuple if there are parentheses.
    Expressions { tuple: bool, list: Vec<Expression> },
    /// `Model`, for `Model::as_returning()`
    Model(syn::Type),
}

/// Something that `returning =` lists.
pub(crate) enum Expression {
    Column(Ident),
    Other(Value),
}

/// The last segment of the table's path, which is its name in expressions.
pub(crate) fn table_name(table: &Path) -> Option<&Ident> {
    table.segments.last().map(|segment| &segment.ident)
}
