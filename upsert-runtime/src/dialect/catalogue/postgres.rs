//! PostgreSQL: <https://www.postgresql.org/docs/current/catalog-pg-index.html>.

use diesel::connection::LoadConnection;
use diesel::deserialize::QueryableByName;
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::result::DatabaseErrorKind;
use diesel::result::Error::DatabaseError;
use diesel::sql_types::{Bool, Nullable, Text};
use diesel::{OptionalExtension, QueryResult, RunQueryDsl, sql_query};

use super::{Agreement, Catalogue, expressions_by_text, predicate_by_text};
use upsert_schema::Dialect::Postgres;

use crate::dialect::{LiveColumn, LiveElement, LiveIndex, LiveTable, TableName, sql};

// A partition is not written to by itself, and Diesel has no `table!` for it.
const TABLES: &str = "
    SELECT n.nspname::text AS schema, c.relname::text AS name
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = pg_catalog.current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition";

// `to_regclass` looks a name up as a statement does, `search_path` and all, and is NULL where there
// is none: https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-CATALOG
const TABLE: &str = "
    SELECT c.relkind IN ('r', 'p') AS is_table
    FROM pg_catalog.pg_class c
    WHERE c.oid = pg_catalog.to_regclass($1)";

// A domain can be NOT NULL where the column is not.
const COLUMNS: &str = "
    SELECT a.attname::text AS name, NOT (a.attnotnull OR t.typnotnull) AS nullable
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum";

// One row for each element. What older versions do not have (`indnullsnotdistinct`: 15,
// `indnkeyatts`: 11) is read through JSON, where it is NULL. The index of an exclusion constraint
// (PRIMARY KEY (a, b WITHOUT OVERLAPS)) is not unique in the way that ON CONFLICT means.
const INDEXES: &str = "
    SELECT c.relname::text AS name, i.indisunique AND NOT i.indisexclusion AS is_unique, i.indisprimary AS is_primary,
        i.indisvalid AND i.indisready AS valid, NOT i.indimmediate AS deferrable,
        COALESCE((pg_catalog.to_jsonb(i)->>'indnullsnotdistinct')::bool, false) AS nulls_not_distinct,
        pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
        a.attname::text AS column_name, pg_catalog.pg_get_indexdef(i.indexrelid, e.n, false) AS expression
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    CROSS JOIN LATERAL pg_catalog.generate_series(
        1, COALESCE((pg_catalog.to_jsonb(i)->>'indnkeyatts')::int, i.indnatts)) AS e (n)
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[e.n - 1] AND a.attnum <> 0
    WHERE i.indrelid = pg_catalog.to_regclass($1)
    ORDER BY c.relname::text, e.n";

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    schema: String,
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Relation {
    #[diesel(sql_type = Bool)]
    is_table: bool,
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

#[derive(QueryableByName)]
struct Element {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    is_unique: bool,
    #[diesel(sql_type = Bool)]
    is_primary: bool,
    #[diesel(sql_type = Bool)]
    valid: bool,
    #[diesel(sql_type = Bool)]
    deferrable: bool,
    #[diesel(sql_type = Bool)]
    nulls_not_distinct: bool,
    #[diesel(sql_type = Nullable<Text>)]
    predicate: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    column_name: Option<String>,
    #[diesel(sql_type = Text)]
    expression: String,
}

#[derive(QueryableByName)]
struct Output {
    #[diesel(sql_type = Text)]
    sql: String,
}

impl Catalogue for Pg {
    const NAMES_HAVE_CASE: bool = true;

    fn tables<Conn>(conn: &mut Conn) -> QueryResult<Vec<TableName>>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        let found = sql_query(TABLES).load::<Name>(conn)?;
        found
            .into_iter()
            .map(|found| TableName::new::<Self>(Some(found.schema), found.name))
            .collect()
    }

    fn table<Conn>(conn: &mut Conn, name: &TableName) -> QueryResult<Option<LiveTable>>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        let about = |query: &str| sql_query(query.to_owned()).bind::<Text, _>(name.sql.clone());
        let Some(Relation { is_table }) = about(TABLE).get_result(conn).optional()? else {
            return Ok(None);
        };
        let columns = about(COLUMNS).load::<Column>(conn)?;
        let elements = about(INDEXES).load::<Element>(conn)?;
        Ok(Some(LiveTable {
            name: name.clone(),
            is_table,
            columns: columns
                .into_iter()
                .map(|column| LiveColumn {
                    nullable: column.nullable,
                    ..LiveColumn::new(column.name)
                })
                .collect(),
            indexes: indexes(elements),
            hidden: None,
            overrides: None,
            fillers: Vec::new(),
        }))
    }

    fn same_expressions<Conn>(
        conn: &mut Conn,
        table: &LiveTable,
        index: &LiveIndex,
        declared: &[&str],
    ) -> QueryResult<Agreement>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        let live = index.expressions();
        let both: Vec<_> = declared
            .iter()
            .copied()
            .chain(live.iter().map(String::as_str))
            .collect();
        let mut normal = match normal_forms(conn, table, &both)? {
            Ok(normal) => normal,
            Err(reason) => {
                let unknown = Agreement::Unknown(reason);
                return Ok(expressions_by_text(index, declared, Postgres, unknown));
            }
        };
        let mut live = normal.split_off(declared.len().min(normal.len()));
        normal.sort();
        live.sort();
        Ok(if normal == live {
            Agreement::Same
        } else {
            Agreement::Other
        })
    }

    fn same_predicate<Conn>(
        conn: &mut Conn,
        table: &LiveTable,
        index: &LiveIndex,
        declared: &str,
    ) -> QueryResult<Agreement>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        let live = index.predicate.as_deref().unwrap_or_default();
        match normal_forms(conn, table, &[declared, live])? {
            Ok(normal) => match &normal[..] {
                [declared, live] if sql::same_condition(declared, live, Postgres) => {
                    Ok(Agreement::Same)
                }
                _ => Ok(Agreement::Other),
            },
            Err(reason) => {
                let unknown = Agreement::Unknown(reason);
                Ok(predicate_by_text(index, declared, Postgres, unknown))
            }
        }
    }
}

fn indexes(elements: Vec<Element>) -> Vec<LiveIndex> {
    let mut indexes: Vec<LiveIndex> = Vec::new();
    for element in elements {
        let live = match element.column_name {
            Some(name) => LiveElement::Column(name),
            None => LiveElement::Expression(element.expression),
        };
        match indexes.last_mut() {
            Some(index) if index.name == element.name => index.elements.push(live),
            _ => indexes.push(LiveIndex {
                unique: element.is_unique,
                primary: element.is_primary,
                valid: element.valid,
                deferrable: element.deferrable,
                nulls_not_distinct: element.nulls_not_distinct,
                predicate: element.predicate,
                elements: vec![live],
                ..LiveIndex::new(element.name)
            }),
        }
    }
    indexes
}

/// How the planner sees each of these expressions on a row of the table, or why it does not: two
/// that mean the same to `ON CONFLICT` have the same form (`name` and `name::text`,
/// `active = false` and `NOT active`).
///
/// They are the output of `SELECT .. WHERE false`, whose plan is one node whatever the table is,
/// and [`EXPLAIN`](https://www.postgresql.org/docs/current/sql-explain.html) runs nothing.
/// `EXPLAIN INSERT .. ON CONFLICT` would also take an index whose predicate is weaker than the one
/// that was declared, wants the right to INSERT, and names indexes that fail when the statement is
/// executed (deferrable ones).
///
/// In a savepoint, as an error would end the transaction.
fn normal_forms<Conn>(
    conn: &mut Conn,
    table: &LiveTable,
    expressions: &[&str],
) -> QueryResult<Result<Vec<String>, String>>
where
    Conn: LoadConnection<Backend = Pg>,
{
    // The end of the line ends a comment.
    let list: Vec<_> = expressions.iter().map(|sql| format!("({sql}\n)")).collect();
    let explain = format!(
        "EXPLAIN (VERBOSE, FORMAT JSON) SELECT {} FROM {} WHERE false",
        list.join(", "),
        table.name.sql
    );
    let plan = conn.transaction(|conn| sql::<Text>(&explain).get_result::<String>(conn));
    let plan = match plan {
        Ok(plan) => plan,
        Err(error @ DatabaseError(DatabaseErrorKind::ClosedConnection, _)) => return Err(error),
        Err(DatabaseError(_, information)) => return Ok(Err(information.message().to_owned())),
        Err(error) => return Err(error),
    };
    // PostgreSQL itself reads the JSON.
    let output =
        "SELECT o.sql FROM pg_catalog.jsonb_array_elements_text($1::jsonb->0->'Plan'->'Output')
        WITH ORDINALITY AS o (sql, n) ORDER BY o.n";
    let output = sql_query(output)
        .bind::<Text, _>(plan)
        .load::<Output>(conn)?;
    if output.len() != expressions.len() {
        return Ok(Err("its plan shows no such expression".to_owned()));
    }
    Ok(Ok(output.into_iter().map(|output| output.sql).collect()))
}
