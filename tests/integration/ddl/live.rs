//! What a real database has.

use super::reader::{Dialect, Found};
use diesel::QueryResult;
use diesel::connection::{Connection, LoadConnection, SimpleConnection};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Nullable, Text};
use upsert_runtime::dialect::Catalogue;
use upsert_runtime::keys::{LiveElement, TableName};

/// A table, with the names that a statement can use.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// Unless it is the default one.
    pub(super) schema: Option<String>,
    pub(super) name: String,
    pub(super) columns: Vec<String>,
    /// The columns that have a DEFAULT which is not NULL.
    pub(super) defaults: Vec<String>,
    pub(super) indexes: Vec<String>,
    /// Primary keys and unique constraints.
    pub(super) constraints: Vec<String>,
    /// The constraints that are no keys, and can be dropped by their names.
    pub(super) conditions: Vec<String>,
    /// Those that run before an INSERT.
    pub(super) triggers: Vec<String>,
    /// Whether it is partitioned.
    pub(super) partitioned: bool,
    /// The table whose partition it is.
    pub(super) parent: Option<String>,
}

#[derive(QueryableByName)]
pub(super) struct Row {
    #[diesel(sql_type = Nullable<Text>)]
    table_schema: Option<String>,
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    name: String,
}

/// The schema in which tables are created: that of the test, and `public` to the reader.
pub(super) const MAIN: &str = "main_schema";
/// Another one.
pub(super) const OTHER: &str = "other_schema";

/// A connection to a database that is there for nothing else.
pub(super) trait Server: LoadConnection<Backend: Catalogue> + SimpleConnection {
    const DIALECT: Dialect;

    /// Drops everything.
    fn empty(&mut self) -> QueryResult<()>;

    /// Drops what the database of a test does not take with it.
    fn leave(&mut self) -> QueryResult<()> {
        Ok(())
    }

    /// Which one it is, where the dialect does not say it.
    fn version(&mut self) -> QueryResult<Option<super::reader::Server>> {
        Ok(None)
    }

    /// All names; the row of a table is before those of what it has.
    fn names(&mut self) -> QueryResult<Vec<Row>>;

    /// With the real names of the schemas [`MAIN`] and [`OTHER`].
    fn with_schemas(&mut self, sql: &str) -> QueryResult<String> {
        Ok(sql.to_owned())
    }

    /// Runs statements all, or none of them.
    fn run(&mut self, sql: &str) -> QueryResult<()> {
        let sql = self.with_schemas(sql)?;
        self.batch_execute(&sql)
    }
}

impl Server for SqliteConnection {
    const DIALECT: Dialect = Dialect::Sqlite;

    fn empty(&mut self) -> QueryResult<()> {
        *self = Self::establish(":memory:").unwrap();
        Ok(())
    }

    fn names(&mut self) -> QueryResult<Vec<Row>> {
        sql_query(
            "SELECT NULL AS table_schema, t.name AS table_name, 'table' AS kind, '' AS name, 0 AS n
             FROM sqlite_master t WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
             UNION ALL SELECT NULL, t.name,
                CASE WHEN upper(coalesce(c.dflt_value, 'NULL')) = 'NULL' THEN 'column' ELSE 'default' END, c.name, 1
             FROM sqlite_master t JOIN pragma_table_xinfo(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
             UNION ALL SELECT NULL, t.name, 'index', i.name, 1
             FROM sqlite_master t JOIN pragma_index_list(t.name) i WHERE t.type = 'table' AND i.origin = 'c'
             UNION ALL SELECT NULL, t.name, 'trigger', r.name, 1
             FROM sqlite_master t JOIN sqlite_master r ON r.type = 'trigger' AND lower(r.tbl_name) = lower(t.name)
             WHERE t.type = 'table' AND r.sql LIKE '%before insert%'
             ORDER BY 5",
        )
        .load(self)
    }

    fn run(&mut self, sql: &str) -> QueryResult<()> {
        self.batch_execute("SAVEPOINT statement")?;
        let done = self.batch_execute(sql);
        if done.is_err() {
            self.batch_execute("ROLLBACK TO statement")?;
        }
        self.batch_execute("RELEASE statement")?;
        done
    }
}

#[cfg(feature = "postgres")]
impl Server for PgConnection {
    const DIALECT: Dialect = Dialect::Postgres;

    fn empty(&mut self) -> QueryResult<()> {
        self.batch_execute("SET client_min_messages TO error")?;
        for schema in [MAIN, OTHER] {
            self.run(&format!(
                "DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}"
            ))?;
        }
        Ok(())
    }

    fn leave(&mut self) -> QueryResult<()> {
        self.run(&format!("DROP SCHEMA {OTHER} CASCADE"))
    }

    fn with_schemas(&mut self, sql: &str) -> QueryResult<String> {
        #[derive(QueryableByName)]
        struct Path {
            #[diesel(sql_type = Text)]
            search_path: String,
        }
        let Path { search_path } = sql_query("SHOW search_path").get_result(self)?;
        let other = format!("{search_path}_other");
        Ok(sql.replace(MAIN, &search_path).replace(OTHER, &other))
    }

    fn names(&mut self) -> QueryResult<Vec<Row>> {
        let query = self.with_schemas(
            "SELECT CASE n.nspname WHEN 'other_schema' THEN 'other_' || 'schema' END AS table_schema, t.relname::text AS table_name, x.kind, x.name
             FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace CROSS JOIN LATERAL (
                SELECT CASE WHEN t.relkind = 'p' THEN 'partitioned' ELSE 'table' END AS kind, coalesce((
                    SELECT p.relname FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent
                    WHERE h.inhrelid = t.oid AND t.relispartition)::text, '') AS name
                UNION ALL (SELECT CASE WHEN d.oid IS NULL OR pg_get_expr(d.adbin, d.adrelid) ~ '^(NULL|nextval)'
                    THEN 'column' ELSE 'default' END, a.attname::text
                    FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
                    WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum)
                UNION ALL SELECT 'index', i.relname::text
                    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = t.oid
                UNION ALL SELECT 'trigger', tgname::text
                    FROM pg_trigger WHERE tgrelid = t.oid AND tgtype & 6 = 6 AND NOT tgisinternal AND tgparentid = 0
                UNION ALL SELECT 'constraint', conname::text
                    FROM pg_constraint WHERE conrelid = t.oid AND contype IN ('p', 'u')
                UNION ALL SELECT 'condition', conname::text
                    FROM pg_constraint WHERE conrelid = t.oid AND contype IN ('c', 'n')) x
             WHERE t.relkind IN ('r', 'p') AND n.nspname IN ('main_schema', 'other_schema')",
        )?;
        sql_query(query).load(self)
    }
}

#[cfg(feature = "mysql")]
impl Server for MysqlConnection {
    const DIALECT: Dialect = Dialect::Mysql;

    fn empty(&mut self) -> QueryResult<()> {
        #[derive(QueryableByName)]
        struct Database {
            #[diesel(sql_type = Text)]
            name: String,
        }
        let Database { name } = sql_query("SELECT DATABASE() AS name").get_result(self)?;
        self.batch_execute(&format!(
            "DROP DATABASE {name}; CREATE DATABASE {name}; USE {name}"
        ))
    }

    fn version(&mut self) -> QueryResult<Option<super::reader::Server>> {
        #[derive(QueryableByName)]
        struct Version {
            #[diesel(sql_type = Text)]
            text: String,
        }
        let Version { text } = sql_query("SELECT VERSION() AS text").get_result(self)?;
        let parts = text
            .split(['.', '-'])
            .map_while(|part| part.parse::<u32>().ok());
        Ok(Some(super::reader::Server {
            maria: text.contains("MariaDB"),
            version: parts.take(3).fold(0, |all, part| all * 100 + part),
        }))
    }

    fn names(&mut self) -> QueryResult<Vec<Row>> {
        sql_query(
            "SELECT NULL AS table_schema, CAST(table_name AS CHAR) AS table_name, 'table' AS kind, '' AS name, 0 AS n
             FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'
             UNION ALL SELECT NULL, table_name,
                IF(coalesce(column_default, 'NULL') = 'NULL', 'column', 'default'), column_name, ordinal_position
             FROM information_schema.columns WHERE table_schema = DATABASE()
                AND table_name IN (SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE')
             UNION ALL SELECT DISTINCT NULL, table_name, 'index', index_name, 100
             FROM information_schema.statistics WHERE table_schema = DATABASE()
             UNION ALL SELECT NULL, event_object_table, 'trigger', trigger_name, 100
             FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND action_timing = 'BEFORE' AND event_manipulation = 'INSERT'
             ORDER BY 5",
        )
        .load(self)
    }
}

/// The tables of the database.
pub(super) fn tables<S: Server>(conn: &mut S) -> QueryResult<Vec<Table>> {
    let mut tables: Vec<Table> = Vec::new();
    for row in conn.names()? {
        let at = tables
            .iter()
            .position(|table| table.schema == row.table_schema && table.name == row.table_name);
        let at = at.unwrap_or_else(|| {
            tables.push(Table {
                schema: row.table_schema,
                name: row.table_name,
                ..Table::default()
            });
            tables.len() - 1
        });
        let table = &mut tables[at];
        match row.kind.as_str() {
            "table" | "partitioned" => {
                table.partitioned = row.kind == "partitioned";
                table.parent = Some(row.name).filter(|parent| !parent.is_empty());
            }
            "default" => {
                table.defaults.push(row.name.clone());
                table.columns.push(row.name);
            }
            "column" => table.columns.push(row.name),
            "index" => table.indexes.push(row.name),
            "trigger" => table.triggers.push(row.name),
            "condition" => table.conditions.push(row.name),
            _ => table.constraints.push(row.name),
        }
    }
    // PostgreSQL's catalogue is in no order that another run would repeat.
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    for table in &mut tables {
        table.indexes.sort();
        table.constraints.sort();
        table.conditions.sort();
    }
    Ok(tables)
}

/// The unique keys of the database that a conflict target can be.
pub(super) fn keys<S: Server>(conn: &mut S, tables: &[Table]) -> QueryResult<Vec<Found>> {
    let mut found = Vec::new();
    for table in tables {
        let schema = match &table.schema {
            Some(schema) => Some(conn.with_schemas(schema)?),
            None => None,
        };
        let name = TableName::new::<S::Backend>(schema, table.name.clone())?;
        let live = S::Backend::table(conn, &name)?.expect("the table was there before");
        let can_be_target = |index: &upsert_runtime::keys::LiveIndex| {
            // That SQLite tells the rows of a table apart by itself is no key that was declared.
            index.unique
                && index.valid
                && !index.deferrable
                && !index.with_rowid
                && index.name != "the rowid"
        };
        let nullable = live.columns.iter().filter(|column| column.nullable);
        let nullable: Vec<String> = nullable.map(|column| column.name.clone()).collect();
        for index in live.indexes.into_iter().filter(can_be_target) {
            let is_constraint = match S::DIALECT {
                Dialect::Postgres => table.constraints.contains(&index.name),
                Dialect::Sqlite => !index.named,
                Dialect::Mysql => index.primary,
            };
            let in_key = |column: &&String| {
                let of = |element: &LiveElement| match element {
                    LiveElement::Column(name) | LiveElement::Prefix(name, _) => name == *column,
                    LiveElement::Expression(sql) => {
                        words(sql).any(|word| word.eq_ignore_ascii_case(column))
                    }
                };
                index.elements.iter().any(of)
            };
            // A trigger may fill in any column.
            let defaults = match table.triggers.as_slice() {
                [] => &table.defaults,
                _ => &table.columns,
            };
            found.push(Found {
                schema: table.schema.clone(),
                table: table.name.clone(),
                constraint: is_constraint,
                defaults: defaults.iter().filter(in_key).cloned().collect(),
                nullable: nullable.iter().filter(in_key).cloned().collect(),
                perhaps_nullable: Vec::new(),
                index,
            });
        }
    }
    Ok(found)
}

/// The words in `sql`, and what is in its quotes.
fn words(sql: &str) -> impl Iterator<Item = &str> {
    sql.split(['"', '`', '[', ']'])
        .chain(sql.split(|c: char| !c.is_alphanumeric() && c != '_'))
}
