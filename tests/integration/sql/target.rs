//! The conflict target, and doing nothing.

use diesel::mysql::Mysql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use upsert_runtime::upsert;

use super::text::{clause, numberless, sql};
use super::{HIT, lower};
use crate::schema::{page_hits, users};

#[test]
fn doing_nothing_is_never_insert_ignore() {
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = nothing).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO NOTHING"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "page" = "page_hits"."page""#
    );
    assert_clause!(
        upsert!(page_hits, conflict = any, set = nothing).values(HIT),
        standard: "ON CONFLICT DO NOTHING",
        mysql: r#"ON DUPLICATE KEY UPDATE "page" = "page_hits"."page""#
    );
    assert_clause!(
        upsert!(users, conflict = any, set = nothing).values(users::email.eq("a")),
        standard: "ON CONFLICT DO NOTHING",
        mysql: r#"ON DUPLICATE KEY UPDATE "id" = "users"."id""#
    );
}

#[test]
fn any_key_where_the_backend_can() {
    let any = upsert!(page_hits, conflict = any, set = < n += 1 >).values(HIT);
    assert_eq!(
        clause(&sql::<Sqlite>(&any)),
        "ON CONFLICT DO UPDATE SET `n` = (`page_hits`.`n` + ?)"
    );
    assert_eq!(
        clause(&sql::<Mysql>(&any)),
        "ON DUPLICATE KEY UPDATE `n` = (`page_hits`.`n` + ?)"
    );
}

#[test]
fn an_index_is_named_by_its_elements_and_its_predicate() {
    let live = upsert!(
        users,
        conflict = (email) where deleted.eq(false),
        set = < logins += 1 >,
    )
    .values(users::email.eq("a"));
    let expected = r#"ON CONFLICT ("email") WHERE ("deleted" = FALSE) DO UPDATE SET "logins" = ("users"."logins" + ?)"#;
    assert_eq!(clause(&numberless(&sql::<Pg>(&live))), expected);
    assert_eq!(clause(&sql::<Sqlite>(&live)).replace('`', "\""), expected);

    let qualified = upsert!(
        users,
        conflict = (users.email) where users.deleted.eq(false),
        set = < logins += 1 >,
    );
    assert_eq!(
        clause(&numberless(&sql::<Pg>(
            &qualified.values(users::email.eq("a"))
        ))),
        expected
    );

    let name =
        upsert!(users, conflict = (lower(name)), set = < logins += 1 >).values(users::name.eq("a"));
    assert_eq!(
        clause(&sql::<Pg>(&name)),
        r#"ON CONFLICT (lower("name")) DO UPDATE SET "logins" = ("users"."logins" + $2)"#
    );
}

#[test]
fn constants_of_an_index_are_written_into_the_sql() {
    let statement = upsert!(
        users,
        conflict = unchecked (email, lower(name)) where logins.gt(-1).and(name.ne("it's")).and(logins.lt(1_000i32)),
        set = nothing,
    )
    .values(users::email.eq("a"));
    assert_eq!(
        clause(&sql::<Pg>(&statement)),
        r#"ON CONFLICT ("email", lower("name")) WHERE ((("logins" > -1) AND ("name" != 'it''s')) AND ("logins" < 1000)) DO NOTHING"#
    );
}

#[test]
fn a_constraint_by_its_name() {
    let statement =
        upsert!(page_hits, conflict = unchecked constraint("odd \"name\""), set = < n += 1 >)
            .values(HIT);
    assert_eq!(
        clause(&sql::<Pg>(&statement)),
        r#"ON CONFLICT ON CONSTRAINT "odd ""name""" DO UPDATE SET "n" = ("page_hits"."n" + $4)"#
    );
}
