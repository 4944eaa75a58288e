//! The values by which a row is looked for, each beside its column.

use diesel::dsl::Eq;
use diesel::expression::{AsExpression, TypedExpressionType};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::Column;
use diesel::sql_types::{SqlType, is_nullable};
use diesel::{ExpressionMethods, QueryResult};

use crate::dialect::CreatesRows;
use crate::keys::same;

/// `column: value` of `key = { .. }`
#[derive(Debug, Clone, Copy, QueryId)]
pub struct KeyPart<C, X> {
    pub(super) column: C,
    value: X,
}

impl<C, X> KeyPart<C, X> {
    /// `column` with its value.
    pub fn new(column: C, value: X) -> Self {
        Self { column, value }
    }

    /// The same in a row.
    pub fn proposed(self) -> Eq<C, X>
    where
        C: Column<SqlType: SqlType + TypedExpressionType> + ExpressionMethods,
        X: AsExpression<C::SqlType>,
    {
        self.column.eq(self.value)
    }
}

/// A nested tuple of [`KeyPart`]s: `(a, (b, ()))`.
pub trait KeyParts<DB: CreatesRows> {
    /// Writes `before` and `table.column = value` for each part, with AND between them.
    ///
    /// # Errors
    ///
    /// What rendering returns.
    fn walk_equal<'b>(&'b self, before: &str, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>;

    /// Writes `table.column = value` of the part with this column; whether there is one.
    ///
    /// # Errors
    ///
    /// What rendering returns.
    fn walk_one<'b>(&'b self, column: &str, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<bool>;

    /// Writes `before` and `value AS column` for each part, with a comma between them.
    ///
    /// # Errors
    ///
    /// What rendering returns.
    fn walk_proposed<'b>(&'b self, before: &str, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

impl<DB: CreatesRows> KeyParts<DB> for () {
    fn walk_equal<'b>(&'b self, _: &str, _: &mut AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }

    fn walk_one<'b>(&'b self, _: &str, _: &mut AstPass<'_, 'b, DB>) -> QueryResult<bool> {
        Ok(false)
    }

    fn walk_proposed<'b>(&'b self, _: &str, _: &mut AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

impl<C, X, R, DB> KeyParts<DB> for (KeyPart<C, X>, R)
where
    DB: CreatesRows,
    C: Column<SqlType: SqlType<IsNull: Nullness>> + QueryFragment<DB>,
    X: QueryFragment<DB>,
    R: KeyParts<DB>,
{
    fn walk_equal<'b>(&'b self, before: &str, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(before);
        self.0.walk(out)?;
        self.1.walk_equal(" AND ", out)
    }

    fn walk_one<'b>(&'b self, column: &str, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<bool> {
        if !same(C::NAME, column) {
            return self.1.walk_one(column, out);
        }
        self.0.walk(out)?;
        Ok(true)
    }

    fn walk_proposed<'b>(&'b self, before: &str, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(before);
        self.0.value.walk_ast(out.reborrow())?;
        out.push_sql(" AS ");
        out.push_identifier(C::NAME)?;
        self.1.walk_proposed(", ", out)
    }
}

impl<C, X> KeyPart<C, X>
where
    C: Column<SqlType: SqlType<IsNull: Nullness>>,
{
    /// `column = value`, and where a key may have it so, NULL is NULL. PostgreSQL would not look
    /// that up in an index if it were `IS NOT DISTINCT FROM`.
    fn walk<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: CreatesRows,
        C: QueryFragment<DB>,
        X: QueryFragment<DB>,
    {
        let can_be_null = DB::NULLS_CAN_BE_EQUAL && <C::SqlType as SqlType>::IsNull::NULLABLE;
        if can_be_null {
            out.push_sql("(");
        }
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = ");
        self.value.walk_ast(out.reborrow())?;
        if can_be_null {
            out.push_sql(" OR ");
            self.column.walk_ast(out.reborrow())?;
            out.push_sql(" IS NULL AND ");
            self.value.walk_ast(out.reborrow())?;
            out.push_sql(" IS NULL)");
        }
        Ok(())
    }
}

/// Whether a SQL type has NULL.
pub trait Nullness {
    /// It has.
    const NULLABLE: bool;
}

impl Nullness for is_nullable::NotNull {
    const NULLABLE: bool = false;
}

impl Nullness for is_nullable::IsNullable {
    const NULLABLE: bool = true;
}
