//! The table, its rows, and the text of the statement.

use std::fmt::Write;

use diesel::ExpressionMethods;
use diesel::backend::Backend;
use diesel::dsl::Eq;
use diesel::query_builder::QueryFragment;

use crate::failure::Failure;

diesel::table! {
    // A name that is nobody else's: the server may be one that has other tables.
    #[sql_name = "upsert_benches_page_hits"]
    page_hits (page, day) {
        page -> Text,
        day -> Integer,
        n -> BigInt,
    }
}

/// How many rows there are. Each of them is stored before the first round, so that what is measured
/// is the update.
pub(crate) const KEYS: usize = 1_000;

#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(crate) const DROP_TABLE: &str = "DROP TABLE IF EXISTS upsert_benches_page_hits";

/// SQL that makes the table, with every key at 0.
pub(crate) fn create_table(text: &str) -> String {
    let mut sql = format!(
        "CREATE TABLE upsert_benches_page_hits (
            page {text} NOT NULL, day INTEGER NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (page, day)
        );
        INSERT INTO upsert_benches_page_hits (page, day, n) VALUES "
    );
    for (index, Hit { page, day }) in Hit::all().iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        write!(sql, "{comma}('{page}', {day}, 0)").expect("a String takes everything");
    }
    sql
}

/// A page view: the key of a counter.
pub(crate) struct Hit {
    pub(crate) page: String,
    pub(crate) day: i32,
}

impl Hit {
    /// Every key.
    pub(crate) fn all() -> Vec<Self> {
        (0..KEYS)
            .map(|number| Self {
                page: format!("/articles/{number:04}"),
                day: 20_250,
            })
            .collect()
    }
}

/// The proposed row, as every statement takes it that is made with Diesel.
pub(crate) fn row(hit: &Hit) -> Row<'_> {
    (
        page_hits::page.eq(&hit.page),
        page_hits::day.eq(hit.day),
        page_hits::n.eq(1),
    )
}

type Row<'a> = (
    Eq<page_hits::page, &'a String>,
    Eq<page_hits::day, i32>,
    Eq<page_hits::n, i64>,
);

/// The text that all statements have: unless they have the same, their times say nothing.
pub(crate) fn common_text<DB>(statements: [&dyn QueryFragment<DB>; 3]) -> Result<String, Failure>
where
    DB: Backend<QueryBuilder: Default> + Default,
{
    let [first, second, third] = statements.map(|statement| {
        let sql = diesel::debug_query::<DB, _>(&statement).to_string();
        // Behind it stand the values.
        let end = sql.find(" -- binds:").unwrap_or(sql.len());
        sql[..end].to_owned()
    });
    for other in [&second, &third] {
        if first != *other {
            return Err(format!("two statements differ:\n{first}\n{other}").into());
        }
    }
    Ok(first)
}
