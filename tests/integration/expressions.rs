//! Every expression of ours in every place: in `returning`, in conditions, in other queries.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use upsert_runtime::dsl::{coalesce, greatest, least};
use upsert_runtime::upsert;

use crate::schema::page_hits;

on_each_backend! {
    fn every_expression_works_in_other_queries(db) {
        let conn = &mut db.connect();
        upsert!(page_hits, values = { page: "/", day: 1, n: 5 }, conflict = (page, day), set = nothing).execute(conn)?;
        let selected = page_hits::table
            .filter((greatest(page_hits::n, 1) + 1).gt(2).and((coalesce(page_hits::likes, 0) * 2).eq(0)))
            .order(least(page_hits::n, 3) - 1)
            .select((
                page_hits::page,
                greatest(page_hits::n, page_hits::likes) + 1,
                coalesce(page_hits::likes, 2) / 2,
                1.into_sql::<BigInt>(),
            ))
            .first::<(String, i64, i64, i64)>(conn)?;
        assert_eq!(selected, ("/".to_owned(), 6, 1, 1));
        let grouped = page_hits::table
            .group_by(page_hits::page)
            .select((page_hits::page, greatest(diesel::dsl::max(page_hits::n), 0) + 1))
            .first::<(String, i64)>(conn)?;
        assert_eq!(grouped, ("/".to_owned(), 6));
    }
}

mod returning {
    use super::*;

    on_each_backend! { returning:
        fn every_expression_can_be_returned_beside_columns_and_literals(db) {
            let conn = &mut db.connect();
            let hit = upsert!(
                page_hits,
                conflict = (page, day),
                set = < n += 1 >,
                where = (page_hits.n + 1).lt(100).and(greatest(page_hits.n, excluded.n).gt(0)).and((coalesce(page_hits.likes, 0) + 1).gt(0)),
                returning = (
                    page,
                    page_hits.n + 1,
                    page_hits.n - page_hits.n,
                    page_hits.n * 2 + 1,
                    page_hits.n / 2,
                    1.into_sql::<BigInt>(),
                    greatest(page_hits.n, 7),
                    least(page_hits.n, page_hits.likes),
                    coalesce(page_hits.likes, page_hits.n) + 1,
                ),
            );
            let row = (page_hits::page.eq("/"), page_hits::day.eq(1), page_hits::n.eq(5));
            upsert!(page_hits, values = row, conflict = (page, day), set = nothing).execute(conn)?;
            assert_eq!(hit.values(row).get_result(conn), Ok(("/".to_owned(), 7_i64, 0_i64, 13_i64, 3_i64, 1_i64, 7_i64, 6_i64, 7_i64)));
            let one = upsert!(page_hits, values = row, conflict = (page, day), set = < n += 1 >, returning = page_hits.n + 1);
            assert_eq!(one.get_result::<i64>(conn), Ok(8));
        }
    }
}

diesel::table! {
    firsts (id) {
        id -> Integer,
        perhaps -> Nullable<Text>,
        surely -> Text,
    }
}

/// `coalesce` has none on SQLite.
#[test]
fn greatest_and_least_go_by_the_collation_of_the_column() -> QueryResult<()> {
    let conn = &mut SqliteConnection::establish(":memory:").unwrap();
    conn.batch_execute(
        "CREATE TABLE firsts (
            id INTEGER PRIMARY KEY, perhaps TEXT COLLATE nocase, surely TEXT NOT NULL COLLATE nocase
         )",
    )?;
    let put = |text: &'static str| {
        upsert!(
            firsts,
            values = { id: 1, perhaps: text, surely: text },
            conflict = (id),
            set = <
                perhaps = greatest(firsts.perhaps, excluded.perhaps),
                surely = greatest(firsts.surely, excluded.surely),
            >,
            returning = (perhaps, surely),
        )
    };
    put("b").get_result::<(Option<String>, String)>(conn)?;
    // In ASCII it comes before "b".
    let stored = put("C").get_result::<(Option<String>, String)>(conn)?;
    assert_eq!(stored, (Some("C".into()), "C".into()));
    let stored = upsert!(
        firsts,
        values = { id: 1, perhaps: "B", surely: "B" },
        conflict = (id),
        set = <
            perhaps = least(excluded.perhaps, firsts.perhaps),
            surely = least(excluded.surely, firsts.surely),
        >,
        returning = (perhaps, surely),
    )
    .get_result::<(Option<String>, String)>(conn)?;
    assert_eq!(stored, (Some("B".into()), "B".into()));
    Ok(())
}

/// The result of a function has no collation on SQLite, as the documentation says.
#[test]
fn one_of_two_in_another_goes_by_the_collation_of_a_column_beside_it() -> QueryResult<()> {
    let conn = &mut SqliteConnection::establish(":memory:").unwrap();
    conn.batch_execute(
        "CREATE TABLE firsts (
            id INTEGER PRIMARY KEY, perhaps TEXT COLLATE nocase, surely TEXT NOT NULL COLLATE nocase
         );
         INSERT INTO firsts VALUES (1, 'C', 'b');",
    )?;
    let inner = || least(firsts::surely, firsts::surely);
    let larger = firsts::table.select((
        greatest(inner(), firsts::perhaps.assume_not_null()),
        greatest(inner(), "C"),
    ));
    let larger = larger.first::<(String, String)>(conn)?;
    assert_eq!(larger, ("C".into(), "b".into()));
    let smaller = firsts::table.select((
        least(greatest(firsts::surely, firsts::surely), "C"),
        least(firsts::surely, "C"),
    ));
    let smaller = smaller.first::<(String, String)>(conn)?;
    assert_eq!(smaller, ("C".into(), "b".into()));
    Ok(())
}
