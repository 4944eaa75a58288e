//! PostgreSQL.

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::{Describe, Line};

impl Describe for PgConnection {
    const TABLE: &'static str = "table";
    const INTEGER: &'static str = "integer";
    const BIGINT: &'static str = "bigint";

    // https://www.postgresql.org/docs/current/catalog-pg-attribute.html
    fn describe(&mut self, table: &str) -> QueryResult<Vec<Line>> {
        diesel::sql_query(
            "SELECT line FROM (
                SELECT 0 AS position, CASE relkind WHEN 'r' THEN 'table' ELSE 'no plain table' END AS line
                FROM pg_class WHERE oid = to_regclass($1)
                UNION ALL
                SELECT attnum, attname || ' ' || format_type(atttypid, atttypmod) || coalesce(' ' || collname, '')
                    || CASE WHEN attnotnull THEN ' not null' ELSE '' END
                    || CASE WHEN attnum = ANY (indkey) THEN ' key' ELSE '' END
                FROM pg_attribute
                LEFT JOIN pg_collation ON pg_collation.oid = attcollation
                LEFT JOIN pg_index ON indrelid = attrelid AND indisprimary
                WHERE attrelid = to_regclass($2) AND attnum > 0 AND NOT attisdropped
            ) AS description ORDER BY position",
        )
        .bind::<Text, _>(table)
        .bind::<Text, _>(table)
        .load(self)
    }
}
