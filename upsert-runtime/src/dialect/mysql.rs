//! MySQL and MariaDB:
//! <https://dev.mysql.com/doc/refman/8.4/en/insert-on-duplicate.html>,
//! <https://mariadb.com/kb/en/insert-on-duplicate-key-update/>.

use diesel::QueryResult;
use diesel::mysql::Mysql;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::query_source::Column;
use diesel::sql_types::{self as sql, Nullable, SqlType, is_nullable};

use super::Backends;
use super::{
    Dialect, HasKey, HasNoOtherKey, HasNumbersLeft, SupportsGuardOn, SupportsUpdateOnAnyKey,
    TakesNumbers,
};
use super::{Guard, Verdict};

impl Dialect for Mysql {
    type Marked = Self;
    const BACKEND: Backends = Backends::MYSQL;

    // "returns NULL if any argument is NULL":
    // https://dev.mysql.com/doc/refman/8.4/en/comparison-operators.html#function_greatest
    const EXTREME_WITH_NULL_IS_NULL: bool = true;

    // `/` has a fraction even between integers, and storing it rounds:
    // https://dev.mysql.com/doc/refman/8.4/en/arithmetic-functions.html#operator_div
    const INTEGER_DIVISION: &'static str = "DIV";

    // "Assignments are evaluated from left to right":
    // https://dev.mysql.com/doc/refman/8.4/en/update.html
    const SEQUENTIAL_ASSIGNMENT: bool = true;

    // There is no target: the clause fires on whichever unique key is hit.
    fn do_update<'b, T>(_: &'b T, mut out: AstPass<'_, 'b, Self>) -> QueryResult<()>
    where
        T: QueryFragment<Self>,
    {
        out.push_sql(" ON DUPLICATE KEY UPDATE ");
        Ok(())
    }

    // An assignment that changes nothing. `INSERT IGNORE` would hide every other error too:
    // https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#ignore-effect-on-execution
    fn do_nothing<'b, T, C>(
        target: &'b T,
        column: &'b C,
        mut out: AstPass<'_, 'b, Self>,
    ) -> QueryResult<()>
    where
        T: QueryFragment<Self>,
        C: Column + QueryFragment<Self>,
    {
        Self::do_update(target, out.reborrow())?;
        out.push_identifier(C::NAME)?;
        out.push_sql(" = ");
        column.walk_ast(out)
    }

    // There is no WHERE: a value becomes the stored one again unless the guard holds. Whether it
    // did before the first assignment is in a variable, which no column is:
    // https://dev.mysql.com/doc/refman/8.4/en/user-variables.html
    fn assigned<'b, C, E, G>(
        column: &'b C,
        value: &'b E,
        guard: &'b G,
        first: bool,
        mut out: AstPass<'_, 'b, Self>,
    ) -> QueryResult<()>
    where
        C: Column + QueryFragment<Self>,
        E: QueryFragment<Self>,
        G: Guard<Self>,
    {
        if G::ALWAYS {
            return value.walk_ast(out);
        }
        out.push_sql("if(");
        match (G::ONCE, first) {
            (true, false) => out.push_sql("@upsert_guard"),
            (true, true) => {
                out.push_sql("@upsert_guard := ");
                guard.walk_ast(out.reborrow())?;
            }
            (false, _) => guard.walk_ast(out.reborrow())?,
        }
        out.push_sql(", ");
        value.walk_ast(out.reborrow())?;
        out.push_sql(", ");
        column.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }

    fn guard<'b, G>(_: &'b G, _: AstPass<'_, 'b, Self>) -> QueryResult<()>
    where
        G: Guard<Self>,
    {
        Ok(())
    }

    // https://dev.mysql.com/doc/refman/8.4/en/miscellaneous-functions.html#function_values
    fn excluded(column: &str, mut out: AstPass<'_, '_, Self>) -> QueryResult<()> {
        out.push_sql("VALUES(");
        out.push_identifier(column)?;
        out.push_sql(")");
        Ok(())
    }
}

/// `column = if(@variable := value, column, column)`: the row stays as it is, and the variable says
/// that it was met: <https://dev.mysql.com/doc/refman/8.4/en/user-variables.html>
pub(super) fn remembered<'b, C>(
    variable: &str,
    column: &'b C,
    mut out: AstPass<'_, 'b, Mysql>,
    value: impl FnOnce(AstPass<'_, 'b, Mysql>) -> QueryResult<()>,
) -> QueryResult<()>
where
    C: Column + QueryFragment<Mysql>,
{
    out.push_identifier(C::NAME)?;
    out.push_sql(" = if(");
    out.push_sql(variable);
    out.push_sql(" := ");
    value(out.reborrow())?;
    out.push_sql(", ");
    column.walk_ast(out.reborrow())?;
    out.push_sql(", ");
    column.walk_ast(out.reborrow())?;
    out.push_sql(")");
    Ok(())
}

// No `SupportsReturning`: MariaDB has it, but not MySQL, and Diesel has one type for both.
impl SupportsUpdateOnAnyKey for Mysql {}
// No `SupportsSimultaneousAssignment`: assignments are sequential.

/// Of these `if(condition, value, column)` changes no value; not `Timestamp` and `Json`.
macro_rules! kept_by_if {
    ($($ty:ty),+) => {$(
        #[diagnostic::do_not_recommend]
        impl SupportsGuardOn<$ty> for Mysql {}
    )+};
}

kept_by_if!(
    sql::Bool,
    sql::TinyInt,
    sql::SmallInt,
    sql::Integer,
    sql::BigInt,
    sql::Float,
    sql::Double,
    sql::Numeric
);
kept_by_if!(
    sql::Unsigned<sql::TinyInt>,
    sql::Unsigned<sql::SmallInt>,
    sql::Unsigned<sql::Integer>,
    sql::Unsigned<sql::BigInt>
);
kept_by_if!(sql::Text, sql::Binary, sql::Date, sql::Time, sql::Datetime);

#[diagnostic::do_not_recommend]
impl<ST: SqlType<IsNull = is_nullable::NotNull>> SupportsGuardOn<Nullable<ST>> for Mysql where
    Mysql: SupportsGuardOn<ST>
{
}

#[diagnostic::do_not_recommend]
impl<const P: bool, const S: bool, const O: bool, const L: bool, const G: bool>
    HasKey<Verdict<P, S, true, O, L, G>> for Mysql
{
}

#[diagnostic::do_not_recommend]
impl<const P: bool, const S: bool, const M: bool, const L: bool, const G: bool>
    HasNoOtherKey<Verdict<P, S, M, true, L, G>> for Mysql
{
}

#[diagnostic::do_not_recommend]
impl<const P: bool, const S: bool, const M: bool, const O: bool, const G: bool>
    HasNumbersLeft<Verdict<P, S, M, O, true, G>> for Mysql
{
}

#[diagnostic::do_not_recommend]
impl<const P: bool, const S: bool, const M: bool, const O: bool, const L: bool>
    TakesNumbers<Verdict<P, S, M, O, L, true>> for Mysql
{
}
