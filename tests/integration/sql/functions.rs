//! Functions that mean the same on every backend.

use upsert_runtime::dsl::{coalesce, greatest, least};
use upsert_runtime::upsert;

use super::HIT;
use crate::schema::page_hits;

#[test]
fn greatest_and_least_ignore_null_everywhere() {
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < n = greatest(page_hits.n, excluded.n) >).values(HIT),
        pg: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = greatest("page_hits"."n", excluded."n")"#,
        sqlite: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = max("page_hits"."n", excluded."n")"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "n" = greatest("page_hits"."n", VALUES("n"))"#
    );
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < likes = least(page_hits.likes, excluded.likes) >).values(HIT),
        pg: r#"ON CONFLICT ("page", "day") DO UPDATE SET "likes" = least("page_hits"."likes", excluded."likes")"#,
        sqlite: r#"ON CONFLICT ("page", "day") DO UPDATE SET "likes" = coalesce(min("page_hits"."likes", excluded."likes"), "page_hits"."likes", excluded."likes")"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "likes" = coalesce(least("page_hits"."likes", VALUES("likes")), "page_hits"."likes", VALUES("likes"))"#
    );
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < n = greatest(page_hits.likes, 5) >).values(HIT),
        pg: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = greatest("page_hits"."likes", $4)"#,
        sqlite: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = coalesce(max("page_hits"."likes", ?), ?)"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "n" = coalesce(greatest("page_hits"."likes", ?), ?)"#
    );
}

#[test]
fn coalesce_is_never_null_if_its_last_argument_is_not() {
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < n = coalesce(page_hits.likes, 1) * 2 >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = (coalesce("page_hits"."likes", ?) * ?)"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "n" = (coalesce("page_hits"."likes", ?) * ?)"#
    );
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < title = coalesce(page_hits.title, excluded.title) >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "title" = coalesce("page_hits"."title", excluded."title")"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "title" = coalesce("page_hits"."title", VALUES("title"))"#
    );
}
