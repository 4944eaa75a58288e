//! MySQL and MariaDB:
//! <https://dev.mysql.com/doc/refman/8.4/en/information-schema-statistics-table.html>,
//! <https://mariadb.com/kb/en/information-schema-statistics-table/>.

use diesel::connection::LoadConnection;
use diesel::deserialize::QueryableByName;
use diesel::mysql::Mysql;
use diesel::result::DatabaseErrorKind;
use diesel::result::Error::DatabaseError;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{OptionalExtension, QueryResult, RunQueryDsl, sql_query};

use super::Catalogue;
use crate::dialect::{LiveColumn, LiveElement, LiveIndex, LiveTable, TableName};

// MariaDB calls a table with system versioning by a type of its own.
const TABLES: &str = "
    SELECT CAST(table_schema AS CHAR) AS table_schema, CAST(table_name AS CHAR) AS name
    FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')";

const TABLE: &str = "
    SELECT CAST(table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') AS SIGNED) AS is_table
    FROM information_schema.tables
    WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ?";

const COLUMNS: &str = "
    SELECT CAST(column_name AS CHAR) AS name, CAST(is_nullable = 'YES' AS SIGNED) AS nullable,
        CAST(extra LIKE '%auto_increment%' AND data_type <> 'bigint' AS SIGNED) AS runs_out,
        CAST(extra LIKE '%auto_increment%' AS SIGNED) AS numbered,
        CAST(extra LIKE '%on update%' AS SIGNED) AS set_at_update,
        CAST(COALESCE(generation_expression, '') <> '' AS SIGNED) AS computed,
        CAST(COALESCE(column_default IN ('uuid()', 'uuid_to_bin(uuid())'), FALSE) AS SIGNED) AS renewed,
        CAST(CASE WHEN column_default IN ('NULL', 'uuid()', 'uuid_to_bin(uuid())') THEN NULL ELSE column_default END AS CHAR)
            AS default_value
    FROM information_schema.columns
    WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ?
    ORDER BY ordinal_position";

// MySQL has those of tables on which the user has the TRIGGER privilege, MariaDB those of tables
// that the user may write.
// https://dev.mysql.com/doc/refman/8.4/en/information-schema-triggers-table.html
const FILLERS: &str = "
    SELECT CAST(trigger_name AS CHAR) AS name
    FROM information_schema.triggers
    WHERE event_object_schema = COALESCE(?, DATABASE()) AND event_object_table = ?
        AND action_timing = 'BEFORE' AND event_manipulation LIKE '%INSERT%'
    ORDER BY action_order, trigger_name";

// MySQL 8.0.13 has functional keys, and a column for them that MariaDB does not have.
const HAS_EXPRESSIONS: &str = "
    SELECT COUNT(*) AS n FROM information_schema.columns
    WHERE table_schema = 'information_schema' AND table_name = 'STATISTICS' AND column_name = 'EXPRESSION'";

// One row for each element, the columns of an index in their order.
const INDEXES: &str = "
    SELECT CAST(index_name AS CHAR) AS name, CAST(non_unique AS SIGNED) AS non_unique,
        CAST(column_name AS CHAR) AS column_name, CAST(sub_part AS SIGNED) AS prefix,
        CAST({expression} AS CHAR) AS expression
    FROM information_schema.statistics
    WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ?
    ORDER BY index_name, seq_in_index";

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    table_schema: String,
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Relation {
    #[diesel(sql_type = BigInt)]
    is_table: i64,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct Trigger {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    nullable: i64,
    #[diesel(sql_type = BigInt)]
    runs_out: i64,
    #[diesel(sql_type = BigInt)]
    numbered: i64,
    #[diesel(sql_type = BigInt)]
    set_at_update: i64,
    #[diesel(sql_type = BigInt)]
    computed: i64,
    #[diesel(sql_type = BigInt)]
    renewed: i64,
    #[diesel(sql_type = Nullable<Text>)]
    default_value: Option<String>,
}

#[derive(QueryableByName)]
struct Element {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    non_unique: i64,
    #[diesel(sql_type = Nullable<Text>)]
    column_name: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    prefix: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    expression: Option<String>,
}

impl Catalogue for Mysql {
    // https://dev.mysql.com/doc/refman/8.4/en/insert-on-duplicate.html
    const ANY_KEY_FIRES: bool = true;

    fn tables<Conn>(conn: &mut Conn) -> QueryResult<Vec<TableName>>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        let found = sql_query(TABLES).load::<Name>(conn)?;
        found
            .into_iter()
            .map(|found| TableName::new::<Self>(Some(found.table_schema), found.name))
            .collect()
    }

    fn table<Conn>(conn: &mut Conn, name: &TableName) -> QueryResult<Option<LiveTable>>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        let about = |query: String| {
            sql_query(query)
                .bind::<Nullable<Text>, _>(name.schema.clone())
                .bind::<Text, _>(name.name.clone())
        };
        let relation = about(TABLE.to_owned()).get_result(conn).optional()?;
        let Some(Relation { is_table }) = relation else {
            return Ok(None);
        };
        let hidden = match is_table {
            0 => None,
            _ => hidden(conn, name)?,
        };
        let columns = about(COLUMNS.to_owned()).load::<Column>(conn)?;
        let fillers = about(FILLERS.to_owned()).load::<Trigger>(conn)?;
        let has_expressions = sql_query(HAS_EXPRESSIONS).get_result::<Count>(conn)?.n > 0;
        let expression = if has_expressions {
            "expression"
        } else {
            "NULL"
        };
        let elements = about(INDEXES.replace("{expression}", expression)).load::<Element>(conn)?;
        Ok(Some(LiveTable {
            name: name.clone(),
            is_table: is_table != 0,
            columns: columns
                .into_iter()
                .map(|column| LiveColumn {
                    nullable: column.nullable != 0,
                    runs_out: column.runs_out != 0,
                    numbered: column.numbered != 0,
                    default: column.default_value,
                    set_at_update: column.set_at_update != 0,
                    generated: column.computed != 0,
                    renewed: column.renewed != 0,
                    ..LiveColumn::new(column.name)
                })
                .collect(),
            indexes: indexes(elements),
            hidden,
            overrides: None,
            fillers: fillers.into_iter().map(|trigger| trigger.name).collect(),
        }))
    }

    // Expressions are compared by their texts, the database's own being in the catalogue. There are
    // no predicates.
}

/// Why the catalogue may hide some of a table: it has the columns for which the user has a
/// privilege, and on MariaDB only indexes on these. Who may read all columns sees all; nothing is
/// read.
fn hidden<Conn>(conn: &mut Conn, name: &TableName) -> QueryResult<Option<String>>
where
    Conn: LoadConnection<Backend = Mysql>,
{
    let all = format!(
        "SELECT COUNT(*) AS n FROM (SELECT * FROM {} WHERE FALSE) AS whole",
        name.sql
    );
    match sql_query(all).get_result::<Count>(conn) {
        Ok(_) => Ok(None),
        Err(error @ DatabaseError(DatabaseErrorKind::ClosedConnection, _)) => Err(error),
        Err(DatabaseError(_, information)) => Ok(Some(information.message().to_owned())),
        Err(error) => Err(error),
    }
}

/// The text of an expression, which the catalogue escapes once more. A quote in one of its strings
/// is doubled here: so all dialects read it.
fn text(escaped: &str) -> String {
    let replaced = |text: &str, replace: fn(char) -> String| {
        let mut out = String::with_capacity(text.len());
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match chars.clone().next().filter(|_| c == '\\') {
                Some(next) => {
                    chars.next();
                    out.push_str(&replace(next));
                }
                None => out.push(c),
            }
        }
        out
    };
    let expression = replaced(escaped, |c| c.to_string());
    replaced(&expression, |c| match c {
        '\'' => "''".to_owned(),
        c => format!("\\{c}"),
    })
}

fn indexes(elements: Vec<Element>) -> Vec<LiveIndex> {
    let mut indexes: Vec<LiveIndex> = Vec::new();
    for element in elements {
        let prefix = element.prefix.and_then(|length| u64::try_from(length).ok());
        let live = match (element.column_name, prefix) {
            (Some(column), Some(length)) => LiveElement::Prefix(column, length),
            (Some(column), None) => LiveElement::Column(column),
            (None, _) => LiveElement::Expression(text(&element.expression.unwrap_or_default())),
        };
        match indexes.last_mut() {
            Some(index) if index.name == element.name => index.elements.push(live),
            _ => indexes.push(LiveIndex {
                unique: element.non_unique == 0,
                primary: element.name == "PRIMARY",
                elements: vec![live],
                ..LiveIndex::new(element.name)
            }),
        }
    }
    indexes
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn the_text_of_an_expression_is_that_of_show_create_table() {
        for (escaped, expected) in [
            (r"lower(`a--b`)", r"lower(`a--b`)"),
            (r"concat(`x`,_utf8mb4\'--\')", r"concat(`x`,_utf8mb4'--')"),
            (r"_utf8mb4\'it\\\'s -- x\'", r"_utf8mb4'it''s -- x'"),
            (r"_utf8mb4\'a\\\\\'", r"_utf8mb4'a\\'"),
            (r"\", r"\"),
        ] {
            assert_eq!(text(escaped), expected, "{escaped}");
        }
    }
}
