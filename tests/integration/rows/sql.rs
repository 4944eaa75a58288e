//! The exact SQL that is executed for an outcome, and its bound values; no database is needed.

use diesel::backend::Backend;
use diesel::debug_query;
use diesel::mysql::Mysql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::QueryFragment;
use diesel::sqlite::Sqlite;
use upsert_runtime::__private::told::{by_key, insert_only, returning_trace, traced};
use upsert_runtime::dsl::old;
use upsert_runtime::upsert;

use crate::schema::{page_hits, users};

/// With the bound values, of which those of the mark are other ones each time.
fn sql<DB>(statement: &impl QueryFragment<DB>) -> String
where
    DB: Backend<QueryBuilder: Default> + Default,
{
    debug_query::<DB, _>(statement).to_string()
}

/// Behind the row that is inserted, without the bound values.
fn clause(sql: &str) -> &str {
    let sql = sql.split(" -- binds").next().unwrap();
    &sql[sql.find(" ON ").unwrap() + 1..]
}

macro_rules! if_larger {
    () => {
        upsert!(
            page_hits,
            values = { page: "/", day: 1, n: 5 },
            conflict = (page, day),
            set = < n >,
            where = page_hits.n.lt(excluded.n),
        )
    };
}

macro_rules! keep {
    () => {
        upsert!(page_hits, values = { page: "/", day: 1, n: 5 }, conflict = (page, day), set = nothing)
    };
}

#[test]
fn postgres_leaves_a_setting_behind_the_condition_and_returns_it() {
    assert_eq!(
        clause(&sql::<Pg>(&returning_trace(
            if_larger!().returning(page_hits::n)
        ))),
        "ON CONFLICT (\"page\", \"day\") DO UPDATE SET \"n\" = excluded.\"n\" \
         WHERE ((\"page_hits\".\"n\" < excluded.\"n\")) \
         AND pg_catalog.set_config('upsert_runtime.outcome', $4::text, true) IS NOT NULL \
         RETURNING \"page_hits\".\"n\", \
         nullif(pg_catalog.current_setting('upsert_runtime.outcome', true), '')::bigint"
    );
    let add = upsert!(page_hits, values = { page: "/", day: 1, n: 5 }, conflict = (page, day), set = < n += 1 >);
    assert_eq!(
        clause(&sql::<Pg>(&traced(add))),
        "ON CONFLICT (\"page\", \"day\") DO UPDATE SET \"n\" = (\"page_hits\".\"n\" + $4) \
         WHERE pg_catalog.set_config('upsert_runtime.outcome', $5::text, true) IS NOT NULL"
    );
    assert_eq!(
        clause(&sql::<Pg>(&traced(keep!()))),
        "ON CONFLICT (\"page\", \"day\") DO NOTHING"
    );
}

#[test]
fn mysql_assigns_a_variable_beside_a_column_of_the_key() {
    assert_eq!(
        clause(&sql::<Mysql>(&traced(if_larger!()))),
        "ON DUPLICATE KEY UPDATE \
         `page` = if(@upsert_outcome := if((`page_hits`.`n` < VALUES(`n`)), ?, ?), `page_hits`.`page`, `page_hits`.`page`), \
         `n` = if((`page_hits`.`n` < VALUES(`n`)), VALUES(`n`), `page_hits`.`n`)"
    );
    assert_eq!(
        clause(&sql::<Mysql>(&traced(keep!()))),
        "ON DUPLICATE KEY UPDATE `page` = if(@upsert_outcome := ?, `page_hits`.`page`, `page_hits`.`page`)"
    );
}

#[test]
fn sqlite_inserts_only() {
    assert_eq!(
        clause(&sql::<Sqlite>(&insert_only(if_larger!()))),
        "ON CONFLICT (`page`, `day`) DO NOTHING"
    );
}

#[test]
fn a_row_is_read_by_the_values_of_its_key() {
    let row = || by_key(keep!().returning(page_hits::n + 7));
    assert_eq!(
        sql::<Pg>(&row()),
        "SELECT (\"page_hits\".\"n\" + $1) FROM \"page_hits\" WHERE \"page_hits\".\"page\" = ($2) \
         AND \"page_hits\".\"day\" = ($3) AND (($4) IS NULL OR TRUE) -- binds: [7, \"/\", 1, 5]"
    );
    assert_eq!(
        sql::<Mysql>(&row()),
        "SELECT (`page_hits`.`n` + ?) FROM `page_hits` WHERE `page_hits`.`page` = (?) \
         AND `page_hits`.`day` = (?) AND ((?) IS NULL OR TRUE) FOR UPDATE -- binds: [7, \"/\", 1, 5]"
    );
    let live = upsert!(
        users,
        values = { name: "b", email: "a" },
        conflict = (email) where deleted.eq(false),
        set = nothing,
        returning = id,
    );
    assert_eq!(
        sql::<Sqlite>(&by_key(live)),
        "SELECT `users`.`id` FROM `users` WHERE ((?) IS NULL OR TRUE) AND `users`.`email` = (?) \
         AND ((`deleted` = FALSE)) -- binds: [\"b\", \"a\"]"
    );
}

#[test]
fn a_row_that_stayed_as_it_was_is_the_old_one_too() {
    let row = keep!().returning((old(page_hits::n), page_hits::n));
    assert_eq!(
        sql::<Pg>(&by_key(row)),
        "SELECT old.\"n\", \"page_hits\".\"n\" \
         FROM \"page_hits\", LATERAL (SELECT \"page_hits\".*) AS old WHERE \"page_hits\".\"page\" = ($1) \
         AND \"page_hits\".\"day\" = ($2) AND (($3) IS NULL OR TRUE) -- binds: [\"/\", 1, 5]"
    );
}

// A value that is an expression is the text that it was for the upsert, with commas and quotes.
#[test]
fn values_are_told_apart_in_the_text_of_the_row() {
    use diesel::dsl::sql as raw;
    use diesel::sql_types::{BigInt, Integer};

    let row = (
        page_hits::n.eq(raw::<BigInt>("coalesce(1, (2), ',)')")),
        page_hits::day.eq(raw::<Integer>("1 + 1")),
        page_hits::page.eq("/"),
    );
    let keep = upsert!(
        page_hits,
        values = row,
        conflict = (page, day),
        set = nothing,
        returning = n
    );
    assert_eq!(
        sql::<Sqlite>(&by_key(keep)),
        "SELECT `page_hits`.`n` FROM `page_hits` WHERE `page_hits`.`day` = (1 + 1) \
         AND `page_hits`.`page` = (?) -- binds: [\"/\"]"
    );
}

#[test]
fn a_row_without_its_key_is_not_read() {
    let keep = upsert!(
        page_hits,
        values = page_hits::n.eq(1),
        conflict = (page, day),
        set = nothing,
        returning = n,
    );
    let mut builder = Default::default();
    let error = QueryFragment::<Sqlite>::to_sql(&by_key(keep), &mut builder, &Sqlite).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the row has no value for `page` of its conflict target, so that it cannot be read by it"
    );
}
