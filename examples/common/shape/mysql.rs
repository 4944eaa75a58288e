//! MySQL and MariaDB.

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::{Describe, Line};

impl Describe for MysqlConnection {
    const TABLE: &'static str = "base table innodb";
    const INTEGER: &'static str = "int";
    const BIGINT: &'static str = "bigint";

    // https://dev.mysql.com/doc/refman/8.4/en/information-schema-columns-table.html
    fn describe(&mut self, table: &str) -> QueryResult<Vec<Line>> {
        diesel::sql_query(
            "SELECT line FROM (
                SELECT 0 AS position, lower(concat(table_type, ' ', coalesce(engine, ''))) AS line
                FROM information_schema.tables WHERE table_schema = database() AND table_name = ?
                UNION ALL
                SELECT ordinal_position, concat(column_name, ' ', data_type,
                    coalesce(concat('(', character_maximum_length, ')'), ''),
                    if(column_type LIKE '%unsigned%', ' unsigned', ''),
                    coalesce(concat(' ', collation_name), ''),
                    if(is_nullable = 'NO', ' not null', ''),
                    CASE column_key WHEN 'PRI' THEN ' key' WHEN 'UNI' THEN ' unique' ELSE '' END)
                FROM information_schema.columns WHERE table_schema = database() AND table_name = ?
            ) AS description ORDER BY position",
        )
        .bind::<Text, _>(table)
        .bind::<Text, _>(table)
        .load(self)
    }
}
