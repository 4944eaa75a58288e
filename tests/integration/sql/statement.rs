//! A whole statement, its rows and its sections.

use diesel::mysql::Mysql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use upsert_runtime::upsert;

use super::text::sql;
use super::{DAY, HIT};
use crate::schema::page_hits;

#[test]
fn the_whole_statement() {
    let hit = upsert!(page_hits, conflict = (page,day), set = < n += 1 >).values(HIT);
    assert_eq!(
        diesel::debug_query::<Pg, _>(&hit).to_string(),
        r#"INSERT INTO "page_hits" ("page", "day", "n") VALUES ($1, $2, $3) ON CONFLICT ("page", "day") DO UPDATE SET "n" = ("page_hits"."n" + $4) -- binds: ["/", 20000, 1, 1]"#
    );
    assert_eq!(
        diesel::debug_query::<Sqlite, _>(&hit).to_string(),
        "INSERT INTO `page_hits` (`page`, `day`, `n`) VALUES (?, ?, ?) ON CONFLICT (`page`, `day`) DO UPDATE SET `n` = (`page_hits`.`n` + ?) -- binds: [\"/\", 20000, 1, 1]"
    );
    assert_eq!(
        diesel::debug_query::<Mysql, _>(&hit).to_string(),
        "INSERT INTO `page_hits` (`page`, `day`, `n`) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE `n` = (`page_hits`.`n` + ?) -- binds: [\"/\", 20000, 1, 1]"
    );
}

#[test]
fn a_row_is_a_struct_a_reference_a_tuple_or_a_literal() {
    let hit = upsert!(page_hits, conflict = (page, day), set = < n += 1 >);
    let by_struct = sql::<Pg>(&hit.values(HIT));
    assert_eq!(by_struct, sql::<Pg>(&hit.values(&HIT)));
    let tuple = (
        page_hits::page.eq("/"),
        page_hits::day.eq(DAY),
        page_hits::n.eq(1),
    );
    assert_eq!(by_struct, sql::<Pg>(&hit.values(tuple)));
    assert_eq!(by_struct, sql::<Pg>(&hit.values(&tuple)));
    let page = "/";
    let literal = upsert!(page_hits, values = { page, day: DAY, n: 1 }, conflict = (page, day), set = < n += 1 >);
    assert_eq!(by_struct, sql::<Pg>(&literal));
    let expression = upsert!(page_hits, values = &HIT, conflict = (page, day), set = < n += 1 >);
    assert_eq!(by_struct, sql::<Pg>(&expression));
}

#[test]
fn sections_come_in_any_order() {
    let expected = sql::<Pg>(&upsert!(
        page_hits,
        values = { page: "/", day: DAY },
        conflict = (page, day),
        set = < n += 1 >,
        where = page_hits.n.lt(5),
        returning = n,
    ));
    let backwards = upsert!(
        page_hits,
        returning = n,
        where = page_hits.n.lt(5),
        set = { n += 1 },
        conflict = (page, day),
        values = { page: "/", day: DAY }
    );
    assert_eq!(sql::<Pg>(&backwards), expected);
    let first = upsert!(
        page_hits,
        set = < n += 1 >,
        where = page_hits.n.lt(5),
        values = { page: "/", day: DAY },
        returning = n,
        conflict = (page, day),
    );
    assert_eq!(sql::<Pg>(&first), expected);
}

#[test]
fn comparisons_shifts_and_generics_stand_inside_angle_brackets() {
    let (a, b) = (1_i64, 2_i64);
    let odd = upsert!(
        page_hits,
        conflict = (page, day),
        set = < n = if a > b { a } else { b >> 1 }, likes = Vec::<i64>::from([a]).first().copied(), title = None::<String> >,
        returning = n,
    )
    .values(HIT);
    assert!(sql::<Pg>(&odd).contains(r#"SET "n" = $4, "likes" = $5, "title" = $6 RETURNING"#));
    let last = upsert!(page_hits, conflict = (page, day), set = < likes = None::<i64>>).values(HIT);
    assert!(sql::<Pg>(&last).ends_with(r#"SET "likes" = $4"#));
    let two = upsert!(
        page_hits,
        conflict = (page, day),
        set = < likes = std::collections::BTreeMap::<i64, i64>::new().get(&1).copied(), n = 1 >,
    )
    .values(HIT);
    assert!(sql::<Pg>(&two).ends_with(r#"SET "likes" = $4, "n" = $5"#));
}
