//! The condition by which a row is looked for: that a key has the values which were given.

use diesel::QueryResult;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::query_source::Column;
use diesel::result::Error::QueryBuilderError;

use super::KeyParts;
use crate::dialect::{CreatesRows, SupportsIndexTarget};
use crate::keys::KeyElement;
use crate::statement::{
    Checked, Columns, IndexColumn, IndexExpression, IndexPredicate, IndexTarget, Key, StaticStr,
};

/// A conflict target as a condition: the row that an INSERT of these values would meet there.
pub trait ByKey<K, DB: CreatesRows> {
    /// Writes the condition.
    ///
    /// # Errors
    ///
    /// What rendering returns.
    fn walk<'b>(&'b self, key: &'b K, out: AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

impl<L, K, DB> ByKey<K, DB> for Columns<L>
where
    DB: CreatesRows,
    K: KeyParts<DB>,
{
    fn walk<'b>(&'b self, key: &'b K, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        // The macro has seen to it that the key has these columns and no others.
        key.walk_equal("", &mut out)
    }
}

impl<T, V, K, DB> ByKey<K, DB> for Checked<T, V>
where
    DB: CreatesRows,
    T: ByKey<K, DB>,
    Self: QueryFragment<DB>,
{
    fn walk<'b>(&'b self, key: &'b K, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.target().walk(key, out)
    }
}

impl<T, N, K, DB> ByKey<K, DB> for Key<T, N>
where
    DB: CreatesRows,
    N: StaticStr,
    K: KeyParts<DB>,
{
    fn walk<'b>(&'b self, key: &'b K, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let declared = self.declared(DB::BACKEND)?;
        let mut before = "";
        for element in declared.elements {
            out.push_sql(before);
            before = " AND ";
            match element {
                KeyElement::Column(of) => column(of.name, key, &mut out)?,
                KeyElement::Expression { sql, .. } => expression(key, &mut out, |out| {
                    out.push_sql(sql);
                    Ok(())
                })?,
            }
        }
        if let Some(predicate) = declared.predicate {
            out.push_sql(" AND (");
            out.push_sql(predicate);
            out.push_sql(")");
        }
        Ok(())
    }
}

impl<L, P, K, DB> ByKey<K, DB> for IndexTarget<L, P>
where
    DB: CreatesRows<Marked: SupportsIndexTarget>,
    L: ElementsByKey<K, DB>,
    P: IndexPredicate<DB>,
{
    fn walk<'b>(&'b self, key: &'b K, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.elements().walk("", key, &mut out)?;
        self.predicate().walk(" AND ", out)
    }
}

/// A nested tuple of the elements of an index.
pub trait ElementsByKey<K, DB: CreatesRows> {
    /// Writes `before` and a condition for each, with AND between them.
    ///
    /// # Errors
    ///
    /// What rendering returns.
    fn walk<'b>(
        &'b self,
        before: &str,
        key: &'b K,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()>;
}

impl<K, DB: CreatesRows> ElementsByKey<K, DB> for () {
    fn walk<'b>(&'b self, _: &str, _: &'b K, _: &mut AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

impl<C, R, K, DB> ElementsByKey<K, DB> for (IndexColumn<C>, R)
where
    DB: CreatesRows,
    C: Column,
    R: ElementsByKey<K, DB>,
    K: KeyParts<DB>,
{
    fn walk<'b>(
        &'b self,
        before: &str,
        key: &'b K,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()> {
        out.push_sql(before);
        column(C::NAME, key, out)?;
        self.1.walk(" AND ", key, out)
    }
}

impl<E, R, K, DB> ElementsByKey<K, DB> for (IndexExpression<E>, R)
where
    DB: CreatesRows,
    E: QueryFragment<DB>,
    R: ElementsByKey<K, DB>,
    K: KeyParts<DB>,
{
    fn walk<'b>(
        &'b self,
        before: &str,
        key: &'b K,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()> {
        out.push_sql(before);
        expression(key, out, |out| self.0.walk_ast(out.reborrow()))?;
        self.1.walk(" AND ", key, out)
    }
}

/// `table.name = value`
fn column<'b, K, DB>(name: &str, key: &'b K, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
where
    DB: CreatesRows,
    K: KeyParts<DB>,
{
    if key.walk_one(name, out)? {
        return Ok(());
    }
    // The macro has seen to it that there is one.
    Err(QueryBuilderError(
        format!("`key` has no value for {name}").into(),
    ))
}

/// `expression = (SELECT expression FROM (SELECT value AS column, ..) AS proposed)`: on the left
/// its bare columns are those of the table, and on the right the nearest of that name, which are
/// the values.
fn expression<'b, K, DB>(
    key: &'b K,
    out: &mut AstPass<'_, 'b, DB>,
    walk: impl Fn(&mut AstPass<'_, 'b, DB>) -> QueryResult<()>,
) -> QueryResult<()>
where
    DB: CreatesRows,
    K: KeyParts<DB>,
{
    out.push_sql("(");
    walk(out)?;
    out.push_sql(") = (SELECT ");
    walk(out)?;
    key.walk_proposed(" FROM (SELECT ", out)?;
    out.push_sql(") AS ");
    out.push_identifier("proposed")?;
    out.push_sql(")");
    Ok(())
}
