//! MySQL and MariaDB.

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

use super::Backend;
use super::shape::{Line, Vocabulary};

impl Backend for MysqlConnection {
    // At READ COMMITTED there are fewer gap locks, and so fewer deadlocks, than at REPEATABLE READ. The
    // strict mode refuses what does not fit into a column instead of storing something else.
    const SESSION: &'static str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;
         SET SESSION sql_mode = concat(@@sql_mode, ',STRICT_ALL_TABLES')";

    const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/mysql");

    const VOCABULARY: Vocabulary = Vocabulary {
        table: "base table innodb",
        path: "varbinary(2000)",
        date: "varchar(20) ascii_bin",
        counter: "bigint",
        id: "int",
    };

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
