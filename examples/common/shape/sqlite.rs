//! SQLite.

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::{Describe, Line};

impl Describe for SqliteConnection {
    const TABLE: &'static str = "table strict";
    const INTEGER: &'static str = "integer";
    const BIGINT: &'static str = "integer";

    // https://sqlite.org/pragma.html#pragma_table_list
    fn describe(&mut self, table: &str) -> QueryResult<Vec<Line>> {
        diesel::sql_query(
            "SELECT line FROM (
                SELECT 0 AS position, type || iif(strict, ' strict', '') AS line
                FROM pragma_table_list WHERE schema = 'main' AND name = ?
                UNION ALL
                SELECT cid + 1, name || ' ' || lower(type) || iif(\"notnull\", ' not null', '') || iif(pk, ' key', '')
                FROM pragma_table_info(?, 'main')
            ) ORDER BY position",
        )
        .bind::<Text, _>(table)
        .bind::<Text, _>(table)
        .load(self)
    }
}
