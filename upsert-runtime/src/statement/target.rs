//! The `conflict =` section: which unique key the proposed row may meet.

use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::Column;
use diesel::result::Error::QueryBuilderError;

use super::operand::element;
use super::text::sql;
use super::{IndexColumn, StaticStr};
use crate::dialect::{
    Backends, Dialect, HasKey, HasNoOtherKey, HasNumbersLeft, SupportsConstraintTarget,
    SupportsIndexTarget, TakesNumbers,
};
use crate::keys::{KeyElement, UniqueKey};

/// `conflict = (a, b)`: columns, as the nested tuple `(a, (b, ()))`.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Columns<L>(L);

impl<L> Columns<L> {
    /// A target of these columns.
    pub fn new(columns: L) -> Self {
        Self(columns)
    }
}

impl<L, DB> QueryFragment<DB> for Columns<L>
where
    DB: Dialect,
    L: ColumnNames,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(" ");
        L::walk("(", &mut out)?;
        out.push_sql(")");
        Ok(())
    }
}

/// The names of a nested tuple of columns.
pub trait ColumnNames {
    /// Writes `before` and a name for each column, with a comma between them.
    ///
    /// # Errors
    ///
    /// If an identifier cannot be quoted.
    fn walk<DB: Dialect>(before: &str, out: &mut AstPass<'_, '_, DB>) -> QueryResult<()>;

    /// Adds them to `names`.
    fn add(names: &mut Vec<&'static str>);
}

impl ColumnNames for () {
    fn walk<DB: Dialect>(_: &str, _: &mut AstPass<'_, '_, DB>) -> QueryResult<()> {
        Ok(())
    }

    fn add(_: &mut Vec<&'static str>) {}
}

impl<C: Column, R: ColumnNames> ColumnNames for (C, R) {
    fn walk<DB: Dialect>(before: &str, out: &mut AstPass<'_, '_, DB>) -> QueryResult<()> {
        out.push_sql(before);
        out.push_identifier(C::NAME)?;
        R::walk(", ", out)
    }

    fn add(names: &mut Vec<&'static str>) {
        names.push(C::NAME);
        R::add(names);
    }
}

/// `conflict = (lower(name)) where ..`: the elements and the predicate of an index.
///
/// The elements are a nested tuple of expressions, the predicate one more or `()`. Columns in them
/// are [`IndexColumn`](super::IndexColumn)s, for the databases know none but plain names there.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct IndexTarget<L, P> {
    elements: L,
    predicate: P,
}

impl<L, P> IndexTarget<L, P> {
    /// A target of these elements and this predicate.
    pub fn new(elements: L, predicate: P) -> Self {
        Self {
            elements,
            predicate,
        }
    }

    pub(crate) fn elements(&self) -> &L {
        &self.elements
    }

    pub(crate) fn predicate(&self) -> &P {
        &self.predicate
    }
}

impl<L, P, DB> QueryFragment<DB> for IndexTarget<L, P>
where
    DB: Dialect<Marked: SupportsIndexTarget>,
    L: Elements<DB>,
    P: IndexPredicate<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(" ");
        self.elements.walk("(", &mut out)?;
        out.push_sql(")");
        self.predicate.walk(" WHERE ", out)
    }
}

/// A nested tuple of expressions.
pub trait Elements<DB: Dialect> {
    /// Writes `before` and the SQL of each expression, with a comma between them.
    ///
    /// # Errors
    ///
    /// What rendering returns.
    fn walk<'b>(&'b self, before: &str, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

impl<DB: Dialect> Elements<DB> for () {
    fn walk<'b>(&'b self, _: &str, _: &mut AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

impl<E, R, DB> Elements<DB> for (E, R)
where
    DB: Dialect,
    E: QueryFragment<DB>,
    R: Elements<DB>,
{
    fn walk<'b>(&'b self, before: &str, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(before);
        element(&self.0, out.reborrow())?;
        self.1.walk(", ", out)
    }
}

/// The predicate of an index, if it has one: `(P, ())` or `()`.
pub trait IndexPredicate<DB: Dialect> {
    /// Writes `before` and the predicate.
    ///
    /// # Errors
    ///
    /// What rendering returns.
    fn walk<'b>(&'b self, before: &str, out: AstPass<'_, 'b, DB>) -> QueryResult<()>;

    /// The predicate alone.
    ///
    /// # Errors
    ///
    /// What rendering returns.
    fn condition(&self, backend: &DB) -> QueryResult<Option<String>>;
}

impl<DB: Dialect> IndexPredicate<DB> for () {
    fn walk<'b>(&'b self, _: &str, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }

    fn condition(&self, _: &DB) -> QueryResult<Option<String>> {
        Ok(None)
    }
}

impl<P: QueryFragment<DB>, DB: Dialect> IndexPredicate<DB> for (P, ()) {
    fn walk<'b>(&'b self, before: &str, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(before);
        self.0.walk_ast(out)
    }

    fn condition(&self, backend: &DB) -> QueryResult<Option<String>> {
        sql(&self.0, backend).map(Some)
    }
}

/// `conflict = constraint("name")`. The name is in the type `N`, for the statement to have a static
/// query id.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Constraint<N>(N);

impl<N: StaticStr> Constraint<N> {
    /// The constraint that `name` names.
    pub fn new(name: N) -> Self {
        Self(name)
    }
}

impl<N, DB> QueryFragment<DB> for Constraint<N>
where
    DB: Dialect<Marked: SupportsConstraintTarget>,
    N: StaticStr,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(" ON CONSTRAINT ");
        out.push_identifier(N::STR)
    }
}

/// `conflict = any`: whatever unique key is hit.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Any;

impl<DB: Dialect> QueryFragment<DB> for Any {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

/// `conflict = key(name)`: the key that is declared with this name, with its expressions and
/// predicate. The name is in the type `N`, and the table in `T`, for the statement to have a static
/// query id.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Key<T, N> {
    keys: Declaration,
    names: PhantomData<(T, N)>,
}

/// All that is declared for a table. Its query id says nothing: the table is known beside it.
#[derive(Debug, Clone, Copy)]
struct Declaration(&'static [UniqueKey]);

impl QueryId for Declaration {
    type QueryId = ();
}

impl<T, N: StaticStr> Key<T, N> {
    /// The key that is called `name`, one of `keys`.
    pub fn new(_: T, keys: &'static [UniqueKey], _: N) -> Self {
        Self {
            keys: Declaration(keys),
            names: PhantomData,
        }
    }

    /// What is declared of it for `backend`.
    pub(crate) fn declared(&self, backend: Backends) -> QueryResult<&'static UniqueKey> {
        let is_it = |key: &&UniqueKey| key.is_named(N::STR) && key.backends.contains(backend);
        // Never without one: `upsert!` has looked, and `HasKey` says for which backends.
        self.keys.0.iter().find(is_it).ok_or_else(|| {
            QueryBuilderError(format!("no unique key named {} is declared", N::STR).into())
        })
    }
}

impl<T, N, DB> QueryFragment<DB> for Key<T, N>
where
    DB: Dialect,
    N: StaticStr,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let key = self.declared(DB::BACKEND)?;
        let mut before = " (";
        for element in key.elements {
            out.push_sql(before);
            match element {
                KeyElement::Column(column) => out.push_identifier(column.name)?,
                KeyElement::Expression { sql, .. } => out.push_sql(sql),
            }
            before = ", ";
        }
        out.push_sql(")");
        if let Some(predicate) = key.predicate {
            out.push_sql(" WHERE ");
            out.push_sql(predicate);
        }
        Ok(())
    }
}

/// A target that `upsert!` has found among the declared keys. `V` is what it found out.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Checked<Target, V> {
    target: Target,
    verdict: PhantomData<V>,
}

impl<Target, V> Checked<Target, V> {
    /// `target`, of which `V` is true.
    pub fn new(target: Target) -> Self {
        Self {
            target,
            verdict: PhantomData,
        }
    }

    pub(crate) fn target(&self) -> &Target {
        &self.target
    }
}

impl<Target, V, DB> QueryFragment<DB> for Checked<Target, V>
where
    DB: Dialect<Marked: HasKey<V> + HasNoOtherKey<V> + HasNumbersLeft<V> + TakesNumbers<V>>,
    Target: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.target.walk_ast(out)
    }
}

/// Targets that are columns, by whose values the row is found again.
#[diagnostic::on_unimplemented(
    message = "the row that this upsert leaves as it is cannot be read by its conflict target",
    label = "`get_outcome` reads it by the columns of the target, and this one does not name them",
    note = "help: name the columns of the key, `conflict = (a, b)`; `outcome` works with every target"
)]
pub trait KeyColumns<DB> {
    /// Their names.
    fn names(&self) -> Vec<&'static str>;

    /// What else is true of the row.
    ///
    /// # Errors
    ///
    /// What rendering returns.
    fn predicate(&self, backend: &DB) -> QueryResult<Option<String>>;
}

#[diagnostic::do_not_recommend]
impl<L: ColumnNames, DB> KeyColumns<DB> for Columns<L> {
    fn names(&self) -> Vec<&'static str> {
        names::<L>()
    }

    fn predicate(&self, _: &DB) -> QueryResult<Option<String>> {
        Ok(None)
    }
}

#[diagnostic::do_not_recommend]
impl<L, P, DB> KeyColumns<DB> for IndexTarget<L, P>
where
    DB: Dialect,
    L: PlainColumns,
    P: IndexPredicate<DB>,
{
    fn names(&self) -> Vec<&'static str> {
        names::<L::Columns>()
    }

    fn predicate(&self, backend: &DB) -> QueryResult<Option<String>> {
        self.predicate.condition(backend)
    }
}

#[diagnostic::do_not_recommend]
impl<Target: KeyColumns<DB>, V, DB> KeyColumns<DB> for Checked<Target, V> {
    fn names(&self) -> Vec<&'static str> {
        self.target.names()
    }

    fn predicate(&self, backend: &DB) -> QueryResult<Option<String>> {
        self.target.predicate(backend)
    }
}

/// Elements of an index that are columns, all of them.
pub trait PlainColumns {
    /// The columns.
    type Columns: ColumnNames;
}

impl PlainColumns for () {
    type Columns = ();
}

impl<C: Column, R: PlainColumns> PlainColumns for (IndexColumn<C>, R) {
    type Columns = (C, R::Columns);
}

fn names<L: ColumnNames>() -> Vec<&'static str> {
    let mut names = Vec::new();
    L::add(&mut names);
    names
}
