//! Conditions, and assignments that read what others write.

use diesel::mysql::Mysql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::QueryFragment;
use diesel::sqlite::Sqlite;
use upsert_runtime::dsl::coalesce;
use upsert_runtime::upsert;

use super::HIT;
use super::text::{clause, numberless, sql};
use crate::schema::page_hits;

#[test]
fn a_condition_on_the_update() {
    assert_clause!(
        upsert!(
            page_hits,
            conflict = (page, day),
            set = < n = excluded.n, title >,
            where = page_hits.n.lt(excluded.n),
        )
        .values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "title" = excluded."title", "n" = excluded."n" WHERE ("page_hits"."n" < excluded."n")"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "title" = if(("page_hits"."n" < VALUES("n")), VALUES("title"), "page_hits"."title"), "n" = if(("page_hits"."n" < VALUES("n")), VALUES("n"), "page_hits"."n")"#
    );
}

#[test]
fn a_condition_that_reads_what_is_written_is_evaluated_once_where_assignments_see_each_other() {
    assert_clause!(
        upsert!(
            page_hits,
            conflict = (page, day),
            set = < n, title >,
            where = page_hits.n.nullable().lt(page_hits.likes).or(page_hits.title.ne(excluded.title).and(page_hits.n.gt(0))),
        )
        .values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = excluded."n", "title" = excluded."title" WHERE (("page_hits"."n" < "page_hits"."likes") OR (("page_hits"."title" != excluded."title") AND ("page_hits"."n" > ?)))"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "n" = if(@upsert_guard := (("page_hits"."n" < "page_hits"."likes") OR (("page_hits"."title" != VALUES("title")) AND ("page_hits"."n" > ?))), VALUES("n"), "page_hits"."n"), "title" = if(@upsert_guard, VALUES("title"), "page_hits"."title")"#
    );
}

#[test]
fn readers_come_before_the_writer_of_what_they_read() {
    assert_clause!(
        upsert!(
            page_hits,
            conflict = (page, day),
            set = < n += 1, likes = page_hits.n, ratio *= 2.0 >,
        )
        .values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "likes" = "page_hits"."n", "n" = ("page_hits"."n" + ?), "ratio" = ("page_hits"."ratio" * ?)"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "likes" = "page_hits"."n", "n" = ("page_hits"."n" + ?), "ratio" = ("page_hits"."ratio" * ?)"#
    );
}

#[test]
fn a_column_by_its_path_or_its_bare_name_is_seen_as_well() {
    let by_path =
        upsert!(page_hits, conflict = (page, day), set = < n += 1, likes = page_hits::n >);
    let bare = {
        use crate::schema::page_hits::n;
        upsert!(page_hits, conflict = (page, day), set = < n += 1, likes = n >)
    };
    let expected =
        r#"ON DUPLICATE KEY UPDATE `likes` = `page_hits`.`n`, `n` = (`page_hits`.`n` + ?)"#;
    assert_eq!(clause(&sql::<Mysql>(&by_path.values(HIT))), expected);
    assert_eq!(clause(&sql::<Mysql>(&bare.values(HIT))), expected);
}

#[test]
fn a_hidden_read_of_what_was_written_is_refused_where_it_would_be_wrong() {
    fn stored() -> page_hits::n {
        page_hits::n
    }
    let hidden =
        upsert!(page_hits, conflict = (page, day), set = < n += 1, likes = stored() >).values(HIT);
    assert!(sql::<Pg>(&hidden).ends_with(r#""likes" = "page_hits"."n""#));
    let refused = refused(&hidden);
    assert!(
        refused.contains("`page_hits`.`likes` reads `page_hits`.`n`"),
        "{refused}"
    );
}

#[test]
fn a_hidden_read_in_a_condition_is_said_to_be_there() {
    fn few() -> diesel::dsl::Lt<page_hits::n, i64> {
        page_hits::n.lt(5)
    }
    let hidden = upsert!(
        page_hits,
        conflict = (page, day),
        set = < n += 1, likes = 2 >,
        where = few(),
    );
    let refused = refused(&hidden.values(HIT));
    assert!(
        refused.starts_with("`where`, which holds for `page_hits`.`likes`, reads `page_hits`.`n`"),
        "{refused}"
    );
    assert!(refused.contains("inside `where`"), "{refused}");
}

/// Why MySQL cannot have the statement.
fn refused(statement: &impl QueryFragment<Mysql>) -> String {
    let mut builder = diesel::mysql::MysqlQueryBuilder::default();
    let error = statement.to_sql(&mut builder, &Mysql).unwrap_err();
    error.to_string()
}

#[test]
fn a_cycle_of_assignments_is_fine_where_all_see_the_stored_row() {
    let swap = upsert!(
        page_hits,
        conflict = (page, day),
        set = < n = coalesce(page_hits.likes, 0), likes = page_hits.n >,
    )
    .values(HIT);
    let expected = r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = coalesce("page_hits"."likes", ?), "likes" = "page_hits"."n""#;
    assert_eq!(clause(&numberless(&sql::<Pg>(&swap))), expected);
    assert_eq!(clause(&sql::<Sqlite>(&swap)).replace('`', "\""), expected);
}
