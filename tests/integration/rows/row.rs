//! The row with its outcome, by one text on each backend.

use diesel::prelude::*;
use upsert_runtime::Outcome::{Inserted, Unchanged, Updated};
use upsert_runtime::upsert;

use crate::schema::page_hits;

#[derive(Insertable, Clone, Copy)]
#[diesel(table_name = page_hits)]
struct New<'a> {
    page: &'a str,
    day: i32,
    n: i64,
    title: Option<&'a str>,
}

#[derive(Queryable, Selectable, Debug, PartialEq)]
#[diesel(table_name = page_hits)]
struct Hits {
    n: i64,
    title: Option<String>,
}

on_each_backend! {
    fn a_row_comes_back_with_what_became_of_it(db) {
        let conn = &mut db.connect();
        type Row = (String, i32, i64, Option<i64>, Option<String>, f64);
        for (n, outcome, stored) in [(2, Inserted, 2), (1, Unchanged, 2), (3, Updated, 3)] {
            let row = upsert!(
                page_hits,
                values = { page: "/", day: 1, n: n },
                conflict = (page, day),
                set = < n >,
                where = page_hits.n.lt(excluded.n),
            );
            let expected: Row = ("/".to_owned(), 1, stored, None, None, 1.0);
            assert_eq!(row.get_outcome::<Row>(conn)?, (expected, outcome));
        }
    }

    fn a_struct_is_found_again_as_a_literal_is(db) {
        let conn = &mut db.connect();
        let keep = upsert!(page_hits, conflict = (page, day), set = nothing, returning = n);
        let add = upsert!(page_hits, conflict = (day, page), set = < n += excluded.n >, returning = n);
        for (page, title) in [("/", None), ("it's, \"(`?`\\", Some("\u{2028}'--"))] {
            let row = |n| New { page, day: 1, n, title };
            assert_eq!(keep.values(row(1)).get_outcome::<i64>(conn)?, (1, Inserted));
            assert_eq!(keep.values(&row(2)).get_outcome::<i64>(conn)?, (1, Unchanged));
            assert_eq!(add.values(row(2)).get_outcome::<i64>(conn)?, (3, Updated));
            let tuple = (page_hits::n.eq(5), page_hits::day.eq(1), page_hits::page.eq(page));
            assert_eq!(keep.values(tuple).get_outcome::<i64>(conn)?, (3, Unchanged));
        }
    }

    fn what_returning_says_comes_back(db) {
        let conn = &mut db.connect();
        for (title, outcome, n) in [("a", Inserted, 20), ("b", Updated, 40)] {
            let row = upsert!(
                page_hits,
                values = { page: "/", day: 1, n: 2, title: title.to_owned() },
                conflict = (page, day),
                set = < n += excluded.n, title >,
                returning = (page_hits.n * 10, title),
            );
            assert_eq!(row.get_outcome::<(i64, Option<String>)>(conn)?, ((n, Some(title.to_owned())), outcome));
        }
        let row = upsert!(
            page_hits,
            values = { page: "/", day: 1, n: 2 },
            conflict = (page, day),
            set = nothing,
            returning = (page_hits.n + 7, title),
        );
        assert_eq!(row.get_outcome::<(i64, Option<String>)>(conn)?, ((11, Some("b".to_owned())), Unchanged));
    }

    fn a_model_comes_back(db) {
        let conn = &mut db.connect();
        for (outcome, n) in [(Inserted, 1), (Updated, 2)] {
            let row = upsert!(
                page_hits,
                values = { page: "/", day: 1, n: 1 },
                conflict = (page, day),
                set = < n += 1 >,
                returning = Hits,
            );
            assert_eq!(row.get_outcome::<Hits>(conn)?, (Hits { n, title: None }, outcome));
        }
    }

    fn it_is_the_same_inside_of_a_transaction(db) {
        let conn = &mut db.connect();
        conn.transaction(|conn| {
            for (outcome, n) in [(Inserted, 1), (Updated, 2), (Updated, 3), (Unchanged, 3)] {
                let row = upsert!(
                    page_hits,
                    values = { page: "/", day: 1, n: 1 },
                    conflict = (page, day),
                    set = < n += 1 >,
                    where = page_hits.n.lt(3),
                    returning = n,
                );
                assert_eq!(row.get_outcome::<i64>(conn)?, (n, outcome));
            }
            QueryResult::Ok(())
        })?;
    }
}
