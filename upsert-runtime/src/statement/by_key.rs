//! The row that an upsert met or made, by its key.

use diesel::expression::Expression;
use diesel::query_builder::{AstPass, Query, QueryBuilder, QueryFragment, QueryId};
use diesel::result::Error::QueryBuilderError;
use diesel::{QueryResult, RunQueryDsl};

use super::text::sql;
use super::{KeyColumns, OnConflict, Selected, Upsert};
use crate::dialect::{TellsOutcome, sql as tokens};

/// `SELECT selected FROM table WHERE key = value`, with the values of an upsert that has been
/// executed, in the same transaction.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct ByKey<T, V, Clause, E> {
    table: T,
    values: V,
    clause: Clause,
    selected: E,
}

impl<T, V, Clause, E> ByKey<T, V, Clause, E> {
    /// The row of `upsert`: what that returns, or all columns.
    pub(crate) fn of<R>(upsert: Upsert<T, V, Clause, R>) -> Self
    where
        R: Selected<T, Expression = E>,
    {
        Self {
            table: upsert.table,
            values: upsert.values,
            clause: upsert.clause,
            selected: upsert.returning.selected(),
        }
    }
}

impl<T, V, Clause, E: Expression> Query for ByKey<T, V, Clause, E> {
    type SqlType = E::SqlType;
}

impl<T, V, Clause, E, Conn> RunQueryDsl<Conn> for ByKey<T, V, Clause, E> {}

impl<T, V, Clause, E, DB> QueryFragment<DB> for ByKey<T, V, Clause, E>
where
    DB: TellsOutcome,
    T: QueryFragment<DB>,
    V: QueryFragment<DB>,
    Clause: OnConflict<Target: KeyColumns<DB>>,
    E: QueryFragment<DB>,
{
    /// The bound values, and whether it may be cached; the text is below.
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.selected.walk_ast(out.reborrow())?;
        self.values.walk_ast(out)
    }

    // Diesel has the values of a row as a whole only, `(columns) VALUES (values)`: they are bound
    // as a whole too, and told apart in the text.
    fn to_sql(&self, out: &mut DB::QueryBuilder, backend: &DB) -> QueryResult<()> {
        let selected = sql(&self.selected, backend)?;
        // One behind the other, for the placeholders to be numbered so.
        let mut both = DB::QueryBuilder::default();
        self.selected.to_sql(&mut both, backend)?;
        self.values.to_sql(&mut both, backend)?;
        let both = both.finish();
        let values = both.get(selected.len()..).unwrap_or_default();
        let row = RowText::new(values, tokens::dialect(DB::BACKEND));

        let table = sql(&self.table, backend)?;
        out.push_sql("SELECT ");
        out.push_sql(&selected);
        out.push_sql(" FROM ");
        out.push_sql(&table);
        out.push_sql(&DB::old_of_unchanged(&table, &selected));
        out.push_sql(" WHERE ");
        row.condition::<DB>(&table, &self.clause.target().names(), out)?;
        if let Some(predicate) = self.clause.target().predicate(backend)? {
            out.push_sql(" AND (");
            out.push_sql(&predicate);
            out.push_sql(")");
        }
        out.push_sql(DB::NOT_OF_A_SNAPSHOT);
        Ok(())
    }
}

/// The columns of a row and the SQL of their values.
struct RowText<'a>(Vec<(String, Value<'a>)>);

struct Value<'a> {
    sql: &'a str,
    /// Whether there is a placeholder in it.
    is_bound: bool,
}

impl<'a> RowText<'a> {
    /// The one that is written as `sql`; none where no column is named.
    fn new(sql: &'a str, dialect: upsert_schema::Dialect) -> Self {
        let all = tokens::tokens(sql, dialect);
        let lists = tokens::split(&all, |token| token.is("values"));
        let [columns, values] = lists[..] else {
            return Self(Vec::new());
        };
        let inside = |list: &'_ [tokens::Token<'a>]| {
            let list = list.get(1..list.len().saturating_sub(1));
            tokens::split(list.unwrap_or_default(), |token| token.is_mark(","))
                .into_iter()
                .map(<[_]>::to_vec)
                .collect::<Vec<_>>()
        };
        let row = inside(columns).into_iter().zip(inside(values));
        let row = row.filter_map(|(column, value)| {
            let (first, last) = (value.first()?, value.last()?);
            let value = Value {
                sql: sql.get(first.start..last.end())?,
                is_bound: value
                    .iter()
                    .any(|token| token.is_mark("?") || token.is_mark("$")),
            };
            Some((column.first()?.name(dialect)?, value))
        });
        Self(row.collect())
    }

    /// Writes that the columns `key` of `table` have the values of this row.
    fn condition<DB: TellsOutcome>(
        &self,
        table: &str,
        key: &[&str],
        out: &mut DB::QueryBuilder,
    ) -> QueryResult<()> {
        let value = |name: &&str| self.0.iter().find(|(column, _)| column == name);
        let is_given = |name: &&str| value(name).is_some_and(|(_, value)| value.sql != "DEFAULT");
        if let Some(missing) = key.iter().find(|name| !is_given(name)) {
            return Err(QueryBuilderError(
                format!(
                    "the row has no value for `{missing}` of its conflict target, so that it cannot \
                     be read by it"
                )
                .into(),
            ));
        }
        let mut before = "";
        // In the order of the row, which is that of the bound values.
        for (column, value) in &self.0 {
            if key.contains(&column.as_str()) {
                out.push_sql(before);
                out.push_sql(table);
                out.push_sql(".");
                out.push_identifier(column)?;
                out.push_sql(" = (");
                out.push_sql(value.sql);
                out.push_sql(")");
            } else if value.is_bound {
                out.push_sql(before);
                out.push_sql("((");
                out.push_sql(value.sql);
                out.push_sql(") IS NULL OR TRUE)");
            } else {
                continue;
            }
            before = " AND ";
        }
        Ok(())
    }
}
