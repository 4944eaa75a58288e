//! Statements that Diesel can write itself: ours are the same text, on PostgreSQL and on SQLite.

use diesel::mysql::Mysql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_dsl::methods::FilterDsl;
use diesel::sqlite::Sqlite;
use diesel::upsert::excluded;
use upsert_runtime::upsert;

use super::HIT;
use super::text::sql;
use crate::schema::{page_hits, users};

macro_rules! assert_same {
    ($ours:expr, $by_hand:expr) => {{
        let (ours, by_hand) = ($ours, $by_hand);
        assert_eq!(sql::<Pg>(&ours), sql::<Pg>(&by_hand));
        assert_eq!(sql::<Sqlite>(&ours), sql::<Sqlite>(&by_hand));
        let ours = ours.into_diesel();
        assert_eq!(sql::<Pg>(&ours), sql::<Pg>(&by_hand));
        assert_eq!(sql::<Sqlite>(&ours), sql::<Sqlite>(&by_hand));
    }};
}

#[test]
fn increments() {
    assert_same!(
        upsert!(page_hits, values = HIT, conflict = (page, day), set = < n += 1 >),
        diesel::insert_into(page_hits::table)
            .values(HIT)
            .on_conflict((page_hits::page, page_hits::day))
            .do_update()
            .set(page_hits::n.eq(page_hits::n + 1))
    );
    assert_same!(
        upsert!(page_hits, values = HIT, conflict = (page, day), set = < n -= excluded.n, ratio /= 2.0 >),
        diesel::insert_into(page_hits::table)
            .values(HIT)
            .on_conflict((page_hits::page, page_hits::day))
            .do_update()
            .set((
                page_hits::n.eq(page_hits::n - excluded(page_hits::n)),
                page_hits::ratio.eq(page_hits::ratio / 2.0),
            ))
    );
}

#[test]
fn one_column_in_the_target() {
    assert_same!(
        upsert!(users, values = { email: "a" }, conflict = unchecked (email), set = < name = "b", logins >),
        diesel::insert_into(users::table)
            .values((users::email.eq("a"),))
            .on_conflict(users::email)
            .do_update()
            .set((
                users::name.eq("b"),
                users::logins.eq(excluded(users::logins))
            ))
    );
}

#[test]
fn nothing() {
    assert_same!(
        upsert!(
            page_hits,
            values = HIT,
            conflict = (page, day),
            set = nothing
        ),
        diesel::insert_into(page_hits::table)
            .values(HIT)
            .on_conflict((page_hits::page, page_hits::day))
            .do_nothing()
    );
    assert_same!(
        upsert!(page_hits, values = HIT, conflict = any, set = nothing),
        diesel::insert_into(page_hits::table)
            .values(HIT)
            .on_conflict_do_nothing()
    );
}

#[test]
fn a_condition() {
    assert_same!(
        upsert!(
            page_hits,
            values = HIT,
            conflict = (page, day),
            set = < n >,
            where = page_hits.n.lt(excluded.n).and(page_hits.title.is_not_null()),
        ),
        diesel::insert_into(page_hits::table)
            .values(HIT)
            .on_conflict((page_hits::page, page_hits::day))
            .do_update()
            .set(page_hits::n.eq(excluded(page_hits::n)))
            .filter(
                page_hits::n
                    .lt(excluded(page_hits::n))
                    .and(page_hits::title.is_not_null())
            )
    );
}

#[test]
fn returning() {
    let ours = upsert!(page_hits, values = HIT, conflict = (page, day), set = < n += 1 >, returning = (page, n));
    let by_hand = diesel::insert_into(page_hits::table)
        .values(HIT)
        .on_conflict((page_hits::page, page_hits::day))
        .do_update()
        .set(page_hits::n.eq(page_hits::n + 1))
        .returning((page_hits::page, page_hits::n));
    assert_eq!(sql::<Pg>(&ours), sql::<Pg>(&by_hand));
}

#[test]
fn a_constraint() {
    let ours =
        upsert!(page_hits, values = HIT, conflict = unchecked constraint("c"), set = < n += 1 >);
    let by_hand = diesel::insert_into(page_hits::table)
        .values(HIT)
        .on_conflict(diesel::upsert::on_constraint("c"))
        .do_update()
        .set(page_hits::n.eq(page_hits::n + 1));
    assert_eq!(sql::<Pg>(&ours), sql::<Pg>(&by_hand));
}

#[test]
fn on_mysql_too_where_diesel_can() {
    let ours = upsert!(page_hits, values = HIT, conflict = (page, day), set = < n += 1 >);
    let by_hand = diesel::insert_into(page_hits::table)
        .values(HIT)
        .on_conflict(diesel::dsl::DuplicatedKeys)
        .do_update()
        .set(page_hits::n.eq(page_hits::n + 1));
    assert_eq!(sql::<Mysql>(&ours), sql::<Mysql>(&by_hand));
}
