//! Keys with an expression or a predicate.

use diesel::prelude::*;
use upsert_runtime::{RowError, create_unique, get_or_create, lock_or_create};

use super::schema::tasks;
use super::with_tables;
use crate::schema::users;

diesel::define_sql_function! {
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

on_each_backend! {
    returning:
    fn of_a_partial_key_what_it_does_not_hold_for_is_free(db) {
        let conn = &mut with_tables(db);
        let create = |conn: &mut _, tokens: &'static [&str]| {
            create_unique(conn, 2, |conn, attempt| {
                let token = tokens[attempt as usize];
                get_or_create!(
                    tasks,
                    key = { token },
                    conflict = key(tasks_waiting_token),
                    defaults = { execution_time: 0 },
                    returning = token,
                )
                .create::<String>(conn)
            })
        };
        assert_eq!(create(conn, &["a", "b"]), Ok("a".to_owned()));
        assert_eq!(create(conn, &["a", "b"]), Ok("b".to_owned()));
        assert_eq!(create(conn, &["a", "b"]), Err(RowError::NoneFree { attempts: 2 }));
        diesel::update(tasks::table).filter(tasks::token.eq("a")).set(tasks::execution_time.eq(5)).execute(conn)?;
        assert_eq!(create(conn, &["a", "b"]), Ok("a".to_owned()));
        // And that is the one which is found.
        let row = get_or_create!(
            tasks,
            key = { token: "a" },
            conflict = (token) where execution_time.eq(0),
            defaults = { execution_time: 0 },
            returning = execution_time,
        );
        assert_eq!(row.get_result::<i64>(conn), Ok((0, false)));
    }

    fn a_row_is_found_by_the_expression_of_its_key(db) {
        let conn = &mut db.connect();
        for (name, created) in [("Ada", true), ("ADA", false), ("ada", false)] {
            let row = get_or_create!(
                users,
                key = { name },
                conflict = key(users_lower_name),
                defaults = { email: name },
                returning = name,
            );
            assert_eq!(row.get_result::<String>(conn), Ok(("Ada".to_owned(), created)));
            let row = get_or_create!(
                users,
                key = { name },
                conflict = (lower(name)),
                defaults = { email: name },
                returning = name,
            );
            assert_eq!(row.get_result::<String>(conn), Ok(("Ada".to_owned(), false)));
        }
        conn.transaction(|conn| {
            let row = lock_or_create!(
                users,
                key = { name: "aDA" },
                conflict = key(users_lower_name),
                defaults = { email: "x" },
                returning = email,
            );
            assert_eq!(row.get_result::<String>(conn), Ok(("Ada".to_owned(), false)));
            QueryResult::Ok(())
        })?;
    }
}

/// A NULL is a value of such a key, and found as one.
#[cfg(feature = "postgres")]
#[test]
fn where_nulls_are_not_distinct_a_row_is_found_by_null() {
    use super::schema::seats;

    let db = crate::database::postgres("found_by_null");
    let conn = &mut db.connect();
    let table = "CREATE TABLE seats (id BIGSERIAL PRIMARY KEY, number BIGINT, UNIQUE NULLS NOT DISTINCT (number))";
    diesel::connection::SimpleConnection::batch_execute(conn, table).unwrap();
    for (number, row) in [
        (None, (1, true)),
        (Some(7), (2, true)),
        (None, (1, false)),
        (Some(7), (2, false)),
    ] {
        let seat = get_or_create!(seats, key = { number }, returning = id);
        assert_eq!(seat.get_result::<i64>(conn), Ok(row), "{number:?}");
    }
}
