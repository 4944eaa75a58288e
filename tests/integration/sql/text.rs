//! The text of a statement, and what follows its values.

use diesel::query_builder::QueryFragment;

/// The SQL, without the values that `debug_query` shows behind it.
pub(super) fn sql<DB>(statement: &impl QueryFragment<DB>) -> String
where
    DB: diesel::backend::Backend<QueryBuilder: Default> + Default,
{
    let mut builder = DB::QueryBuilder::default();
    statement.to_sql(&mut builder, &DB::default()).unwrap();
    diesel::query_builder::QueryBuilder::finish(builder)
}

/// What follows the values, on PostgreSQL, SQLite and MySQL. SQLite's backquotes are written `"`
/// here.
macro_rules! assert_clause {
    ($statement:expr, pg: $pg:literal, sqlite: $sqlite:literal, mysql: $mysql:literal) => {{
        use $crate::sql::text::{clause, sql};
        let statement = $statement;
        assert_eq!(clause(&sql::<diesel::pg::Pg>(&statement)), $pg);
        assert_eq!(
            clause(&sql::<diesel::sqlite::Sqlite>(&statement)).replace('`', "\""),
            $sqlite
        );
        assert_eq!(
            clause(&sql::<diesel::mysql::Mysql>(&statement)).replace('`', "\""),
            $mysql
        );
    }};
    ($statement:expr, standard: $standard:literal, mysql: $mysql:literal) => {{
        use $crate::sql::text::{clause, numberless, sql};
        let statement = $statement;
        assert_eq!(
            clause(&numberless(&sql::<diesel::pg::Pg>(&statement))),
            $standard
        );
        assert_eq!(
            clause(&sql::<diesel::sqlite::Sqlite>(&statement)).replace('`', "\""),
            $standard
        );
        assert_eq!(
            clause(&sql::<diesel::mysql::Mysql>(&statement)).replace('`', "\""),
            $mysql
        );
    }};
}

/// `?` for `$1`
pub(super) fn numberless(sql: &str) -> String {
    let mut out = String::new();
    let mut chars = sql.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '$' {
            out.push('?');
            while chars.next_if(char::is_ascii_digit).is_some() {}
        } else {
            out.push(c);
        }
    }
    out
}

pub(super) fn clause(sql: &str) -> String {
    let start = sql.find(" ON ").expect("there is a conflict clause");
    sql[start + 1..].to_owned()
}
