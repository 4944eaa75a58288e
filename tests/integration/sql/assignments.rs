//! What `set` assigns.

use diesel::mysql::Mysql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use diesel::sqlite::Sqlite;
use upsert_runtime::dsl::{decrement, increment};
use upsert_runtime::statement::Assign;
use upsert_runtime::upsert;

use super::text::sql;
use super::{DAY, HIT, lower};
use crate::schema::{page_hits, users};

#[test]
fn the_four_operators() {
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < n += 1, ratio *= 1.5 >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = ("page_hits"."n" + ?), "ratio" = ("page_hits"."ratio" * ?)"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "n" = ("page_hits"."n" + ?), "ratio" = ("page_hits"."ratio" * ?)"#
    );
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < n /= 2, ratio /= 2.0 >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = ("page_hits"."n" / ?), "ratio" = ("page_hits"."ratio" / ?)"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "n" = ("page_hits"."n" DIV ?), "ratio" = ("page_hits"."ratio" / ?)"#
    );
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < n -= excluded.n >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = ("page_hits"."n" - excluded."n")"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "n" = ("page_hits"."n" - VALUES("n"))"#
    );
}

#[test]
fn in_a_sum_null_counts_as_zero_on_either_side() {
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < likes += 1 >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "likes" = (coalesce("page_hits"."likes", 0) + ?)"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "likes" = (coalesce("page_hits"."likes", 0) + ?)"#
    );
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < likes -= excluded.likes, n += Some(1) >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "likes" = (coalesce("page_hits"."likes", 0) - coalesce(excluded."likes", 0)), "n" = ("page_hits"."n" + coalesce(?, 0))"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "likes" = (coalesce("page_hits"."likes", 0) - coalesce(VALUES("likes"), 0)), "n" = ("page_hits"."n" + coalesce(?, 0))"#
    );
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < n += excluded.likes >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = ("page_hits"."n" + coalesce(excluded."likes", 0))"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "n" = ("page_hits"."n" + coalesce(VALUES("likes"), 0))"#
    );
}

#[test]
fn a_bare_column_takes_the_proposed_value() {
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < title, n >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "title" = excluded."title", "n" = excluded."n""#,
        mysql: r#"ON DUPLICATE KEY UPDATE "title" = VALUES("title"), "n" = VALUES("n")"#
    );
}

#[test]
fn values_and_expressions_are_assigned_null_or_not() {
    let title = String::from("Home");
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < title = &title, likes = excluded.n, n = 5 >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "title" = ?, "likes" = excluded."n", "n" = ?"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "title" = ?, "likes" = VALUES("n"), "n" = ?"#
    );
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < n = page_hits.n * 2 + excluded.n >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = (("page_hits"."n" * ?) + excluded."n")"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "n" = (("page_hits"."n" * ?) + VALUES("n"))"#
    );
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < likes = None::<i64>, title = None::<&str> >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "likes" = ?, "title" = ?"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "likes" = ?, "title" = ?"#
    );
}

#[test]
fn two_dots_are_the_other_columns_without_the_key() {
    assert_clause!(
        upsert!(
            page_hits,
            values = { page: "/", day: DAY, n: 1, title: "Home", likes: 2 },
            conflict = (page, day),
            set = < n += 1, .. >,
        ),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = ("page_hits"."n" + ?), "title" = excluded."title", "likes" = excluded."likes""#,
        mysql: r#"ON DUPLICATE KEY UPDATE "n" = ("page_hits"."n" + ?), "title" = VALUES("title"), "likes" = VALUES("likes")"#
    );
    let partial = upsert!(
        users,
        values = { email: "a@b.c", name: "A" },
        conflict = (lower(name)) where deleted.eq(false),
        set = < .. >,
    );
    assert!(
        sql::<Pg>(&partial)
            .ends_with(r#"DO UPDATE SET "email" = excluded."email", "name" = excluded."name""#)
    );
}

/// Expressions of other crates and of Diesel are values like any other.
#[test]
fn raw_sql_is_a_value() {
    let raw = upsert!(
        page_hits,
        conflict = (page, day),
        set = < n = diesel::dsl::sql::<BigInt>("1 + 1") >,
        where = diesel::dsl::sql::<Bool>("true"),
    )
    .values(HIT);
    assert!(sql::<Pg>(&raw).ends_with(r#"SET "n" = 1 + 1 WHERE true"#));
}

#[test]
fn an_increment_is_a_changeset_of_any_diesel_update() {
    let update = diesel::update(page_hits::table).set(increment(page_hits::n, 2));
    assert_eq!(
        sql::<Pg>(&update),
        r#"UPDATE "page_hits" SET "n" = ("page_hits"."n" + $1)"#
    );
    let several = diesel::update(page_hits::table)
        .filter(page_hits::day.eq(1))
        .set((increment(page_hits::likes, 1), page_hits::title.eq("x")));
    assert_eq!(
        sql::<Mysql>(&several),
        "UPDATE `page_hits` SET `likes` = (coalesce(`page_hits`.`likes`, 0) + ?), `title` = ? WHERE (`page_hits`.`day` = ?)"
    );
    let boxed = diesel::update(page_hits::table)
        .filter(page_hits::day.eq(1))
        .into_boxed()
        .set((
            increment(page_hits::n, page_hits::likes),
            Some(decrement(page_hits::likes, 2)),
            None::<Assign<page_hits::ratio, page_hits::ratio>>,
        ));
    assert_eq!(
        sql::<Sqlite>(&boxed),
        "UPDATE `page_hits` SET `n` = (`page_hits`.`n` + coalesce(`page_hits`.`likes`, 0)), \
         `likes` = (coalesce(`page_hits`.`likes`, 0) - ?) WHERE (`page_hits`.`day` = ?)"
    );
}
