//! What real databases do with the statements.

use diesel::prelude::*;
use upsert_runtime::dsl::{coalesce, decrement, greatest, increment, least};
use upsert_runtime::upsert;

use crate::schema::{page_hits, users};

const DAY: i32 = 20_000;

#[derive(Insertable, Queryable, Selectable, Debug, PartialEq, Clone)]
#[diesel(table_name = page_hits)]
struct Hit {
    page: String,
    day: i32,
    n: i64,
    likes: Option<i64>,
    title: Option<String>,
}

fn hit(n: i64) -> Hit {
    Hit {
        page: "/".into(),
        day: DAY,
        n,
        likes: None,
        title: None,
    }
}

/// The one row.
macro_rules! stored {
    ($conn:expr) => {
        page_hits::table
            .select(Hit::as_select())
            .get_result::<Hit>($conn)?
    };
}

// An operator of an application's, which brings no parentheses.
diesel::infix_operator!(Subtracted, " - ", diesel::sql_types::BigInt);

on_each_backend! {
    fn an_expression_of_a_macro_is_one_operand(db) {
        // What `$by:expr` matches arrives in a group without delimiters.
        macro_rules! take {
            ($table:path, $column:ident, $by:expr) => {
                upsert!(
                    $table,
                    values = { page: "/", day: 1, n: 2 * $by },
                    conflict = (page, day),
                    set = < $column = page_hits.n - $by >,
                    where = page_hits.n.gt(2 * $by),
                )
            };
        }
        let conn = &mut db.connect();
        let n = |conn: &mut _| page_hits::table.select(page_hits::n).first::<i64>(conn);
        take!(page_hits, n, 10 - 3).execute(conn)?;
        assert_eq!(n(conn)?, 14);
        take!(page_hits, n, 10 - 3).execute(conn)?;
        assert_eq!(n(conn)?, 14, "14 is not more than 2 * (10 - 3)");
        take!(page_hits, n, 5 - 1).execute(conn)?;
        assert_eq!(n(conn)?, 10, "14 - (5 - 1)");
    }

    fn an_operator_without_parentheses_is_one_operand(db) {
        let conn = &mut db.connect();
        let row = (page_hits::page.eq("/"), page_hits::day.eq(1), page_hits::n.eq(10));
        let n = |conn: &mut _| page_hits::table.select(page_hits::n).first::<i64>(conn);
        upsert!(page_hits, values = row, conflict = (page, day), set = < n += 1 >).execute(conn)?;
        // 10 - (10 - 10), and 10 - 10 - 10 without parentheses.
        let zero = || Subtracted::new(page_hits::n, page_hits::n);
        upsert!(page_hits, values = row, conflict = (page, day), set = < n -= zero() >).execute(conn)?;
        assert_eq!(n(conn)?, 10);
        upsert!(page_hits, values = row, conflict = (page, day), set = < n = page_hits.n * zero() >).execute(conn)?;
        assert_eq!(n(conn)?, 0);
    }

    fn the_first_row_is_inserted_and_the_next_ones_add_to_it(db) {
        let conn = &mut db.connect();
        let upsert = upsert!(page_hits, conflict = (page,day), set = < n += 1 >);
        upsert.values(&hit(1)).execute(conn)?;
        assert_eq!(stored!(conn).n, 1);
        for _ in 0..4 {
            upsert.values(&hit(1)).execute(conn)?;
        }
        assert_eq!(stored!(conn).n, 5);
    }

    // SQLite has no NaN and no error for a division by zero: both are NULL.
    fn what_is_no_number_is_an_error_or_null(db) {
        let conn = &mut db.connect();
        let sqlite = std::any::type_name_of_val(conn).contains("sqlite");
        let row = (page_hits::page.eq("/"), page_hits::day.eq(1), page_hits::n.eq(10), page_hits::likes.eq(10));
        let like = upsert!(page_hits, conflict = (page, day), set = < likes = page_hits.likes / 0 >);
        like.values(row).execute(conn)?;
        assert_eq!(like.values(row).execute(conn).is_ok(), sqlite);
        assert_eq!(stored!(conn).likes, if sqlite { None } else { Some(10) });
        upsert!(page_hits, values = row, conflict = (page, day), set = < n /= 0 >).execute(conn).unwrap_err();
        assert_eq!(stored!(conn).n, 10);
        if sqlite {
            let ratio = upsert!(page_hits, values = row, conflict = (page, day), set = < ratio += f64::NAN >);
            let error = ratio.execute(conn).unwrap_err();
            assert!(error.to_string().contains("NOT NULL"), "{error}");
        }
    }

    fn rows_of_other_keys_are_left_alone(db) {
        let conn = &mut db.connect();
        let upsert = upsert!(page_hits, conflict = (page, day), set = < n += excluded.n >);
        for day in [1, 2, 3, 1] {
            upsert.values(&Hit { day, ..hit(10) }).execute(conn)?;
        }
        let rows = page_hits::table
            .order(page_hits::day)
            .select((page_hits::day, page_hits::n))
            .load::<(i32, i64)>(conn)?;
        assert_eq!(rows, [(1, 20), (2, 10), (3, 10)]);
    }

    fn a_null_counter_starts_at_the_increment(db) {
        let conn = &mut db.connect();
        let like = upsert!(page_hits, conflict = (page, day), set = < likes += 1 >);
        like.values(&hit(0)).execute(conn)?;
        assert_eq!(stored!(conn).likes, None);
        like.values(&hit(0)).execute(conn)?;
        assert_eq!(stored!(conn).likes, Some(1));
        like.values(&hit(0)).execute(conn)?;
        assert_eq!(stored!(conn).likes, Some(2));
    }

    fn a_null_increment_changes_nothing(db) {
        let conn = &mut db.connect();
        let add = upsert!(page_hits, conflict = (page, day), set = < n += excluded.likes, likes -= None::<i64> >);
        add.values(&Hit { likes: Some(3), ..hit(7) }).execute(conn)?;
        add.values(&hit(0)).execute(conn)?;
        assert_eq!((stored!(conn).n, stored!(conn).likes), (7, Some(3)));
    }

    fn minus_times_and_divided_by(db) {
        let conn = &mut db.connect();
        upsert!(page_hits, values = &hit(7), conflict = (page, day), set = nothing).execute(conn)?;
        upsert!(page_hits, values = &hit(0), conflict = (page, day), set = < n -= 12 >).execute(conn)?;
        assert_eq!(stored!(conn).n, -5);
        // The fraction goes, towards zero.
        upsert!(page_hits, values = &hit(0), conflict = (page, day), set = < n /= 2 >).execute(conn)?;
        assert_eq!(stored!(conn).n, -2);
        upsert!(page_hits, values = &hit(0), conflict = (page, day), set = < n *= -8, ratio /= 2.0 >).execute(conn)?;
        assert_eq!(stored!(conn).n, 16);
        upsert!(page_hits, values = &hit(0), conflict = (page, day), set = < n /= 9 >).execute(conn)?;
        assert_eq!(stored!(conn).n, 1);
        assert_eq!(page_hits::table.select(page_hits::ratio).first::<f64>(conn)?, 0.5);
    }

    fn a_bare_column_and_two_dots_take_what_was_proposed(db) {
        let conn = &mut db.connect();
        upsert!(page_hits, values = &hit(1), conflict = (page, day), set = nothing).execute(conn)?;
        upsert!(
            page_hits,
            values = { page: "/", day: DAY, n: 5, likes: 6, title: "new" },
            conflict = (page, day),
            set = < n += 1, .. >,
        )
        .execute(conn)?;
        assert_eq!(stored!(conn), Hit { likes: Some(6), title: Some("new".into()), ..hit(2) });
    }

    fn two_dots_never_change_the_primary_key(db) {
        let conn = &mut db.connect();
        let set = |id: i32, name| {
            upsert!(users, values = { id, email: "a@b.c", name }, conflict = any, set = nothing)
                .execute(&mut db.connect())
                .map(|_| id)
        };
        set(10, "first")?;
        let target = upsert!(users, values = { id: 99, email: "x", name: "y", logins: 3 }, conflict = unchecked (email), set = < .. >);
        let sql = diesel::debug_query::<diesel::sqlite::Sqlite, _>(&target).to_string();
        assert!(sql.contains("DO UPDATE SET `name` = excluded.`name`, `logins` = excluded.`logins` --"), "{sql}");
        assert_eq!(users::table.select(users::id).load::<i32>(conn)?, [10]);
    }

    fn dividing_integers_drops_the_fraction_everywhere(db) {
        let conn = &mut db.connect();
        let row = Hit { likes: Some(7), ..hit(7) };
        let halve = upsert!(
            page_hits,
            conflict = (page, day),
            set = < n = page_hits.n / 2, likes = coalesce(page_hits.likes, 0) / 2 >,
        );
        halve.values(&row).execute(conn)?;
        halve.values(&row).execute(conn)?;
        assert_eq!((stored!(conn).n, stored!(conn).likes), (3, Some(3)));
        let halve = upsert!(page_hits, conflict = (page, day), set = < n = excluded.n / 2 + page_hits.n * 2 / 4 >);
        halve.values(&row).execute(conn)?;
        assert_eq!(stored!(conn).n, 4);
    }

    fn raw_sql_is_a_value_in_parentheses(db) {
        use diesel::dsl::sql;
        use diesel::sql_types::BigInt;
        let conn = &mut db.connect();
        upsert!(page_hits, values = &hit(12), conflict = (page, day), set = nothing).execute(conn)?;
        upsert!(page_hits, values = &hit(0), conflict = (page, day), set = < n -= sql::<BigInt>("1 + 1") >).execute(conn)?;
        assert_eq!(stored!(conn).n, 10);
        upsert!(page_hits, values = &hit(0), conflict = (page, day), set = < n *= sql::<BigInt>("1 + 1") >).execute(conn)?;
        assert_eq!(stored!(conn).n, 20);
    }

    fn a_hidden_read_is_right_or_refused(db) {
        use diesel::dsl::sql;
        use diesel::sql_types::{BigInt, Nullable};
        trait Hidden: Sized {
            fn stored(self) -> page_hits::n {
                page_hits::n
            }
        }
        impl<T> Hidden for T {}
        let conn = &mut db.connect();
        let mysql = std::any::type_name_of_val(conn).contains("ysql");
        let raw = || sql::<Nullable<BigInt>>("page_hits.n");
        for hidden in [
            upsert!(page_hits, values = &hit(7), conflict = (page, day), set = < n += 1, likes = excluded.n.stored() >).execute(conn),
            upsert!(page_hits, values = &hit(7), conflict = (page, day), set = < n += 1, likes = excluded.n.stored() >).execute(conn),
            upsert!(page_hits, values = &hit(7), conflict = (page, day), set = < n += 1, likes = raw() >).execute(conn),
        ] {
            assert_eq!(hidden.is_err(), mysql, "{hidden:?}");
        }
        if !mysql {
            assert_eq!((stored!(conn).n, stored!(conn).likes), (9, Some(8)));
        }
    }

    fn doing_nothing_keeps_the_stored_row(db) {
        let conn = &mut db.connect();
        let keep = upsert!(page_hits, conflict = (page, day), set = nothing);
        keep.values(&hit(1)).execute(conn)?;
        keep.values(&hit(2)).execute(conn)?;
        upsert!(page_hits, values = &hit(3), conflict = any, set = nothing).execute(conn)?;
        assert_eq!(stored!(conn).n, 1);
    }

    fn doing_nothing_hides_no_other_error(db) {
        let conn = &mut db.connect();
        // `name` is NOT NULL and has no default.
        let missing = upsert!(users, values = { email: "a@b.c" }, conflict = any, set = nothing).execute(conn);
        assert!(missing.is_err());
        assert_eq!(users::table.count().get_result::<i64>(conn)?, 0);
    }

    fn the_update_is_made_only_where_the_condition_holds(db) {
        let conn = &mut db.connect();
        let newest = upsert!(
            page_hits,
            conflict = (page, day),
            set = < n, title >,
            where = page_hits.n.lt(excluded.n),
        );
        let titled = |n, title: &str| Hit { title: Some(title.into()), ..hit(n) };
        newest.values(titled(5, "five")).execute(conn)?;
        newest.values(titled(3, "three")).execute(conn)?;
        assert_eq!(stored!(conn), titled(5, "five"));
        newest.values(titled(8, "eight")).execute(conn)?;
        assert_eq!(stored!(conn), titled(8, "eight"));
    }

    fn a_condition_that_is_null_does_not_hold(db) {
        let conn = &mut db.connect();
        let less = upsert!(
            page_hits,
            conflict = (page, day),
            set = < n += 1 >,
            where = page_hits.likes.lt(5),
        );
        less.values(&hit(1)).execute(conn)?;
        less.values(&hit(1)).execute(conn)?;
        assert_eq!(stored!(conn).n, 1);
    }

    fn every_value_is_that_of_the_stored_row_whatever_the_order(db) {
        let conn = &mut db.connect();
        let shift = upsert!(
            page_hits,
            conflict = (page, day),
            set = < n = excluded.n, likes = page_hits.n >,
        );
        shift.values(&hit(1)).execute(conn)?;
        shift.values(&hit(2)).execute(conn)?;
        assert_eq!((stored!(conn).n, stored!(conn).likes), (2, Some(1)));
    }

    fn greatest_and_least_ignore_null(db) {
        let conn = &mut db.connect();
        let range = upsert!(
            page_hits,
            conflict = (page, day),
            set = <
                n = least(page_hits.n, excluded.n),
                likes = greatest(page_hits.likes, excluded.likes),
                title = greatest(page_hits.title, excluded.title),
            >,
        );
        let row = |n, likes, title: Option<&str>| Hit { likes, title: title.map(Into::into), ..hit(n) };
        range.values(row(5, None, Some("b"))).execute(conn)?;
        range.values(row(7, Some(2), None)).execute(conn)?;
        assert_eq!(stored!(conn), row(5, Some(2), Some("b")));
        range.values(row(3, None, Some("c"))).execute(conn)?;
        assert_eq!(stored!(conn), row(3, Some(2), Some("c")));
        range.values(row(9, Some(1), Some("a"))).execute(conn)?;
        assert_eq!(stored!(conn), row(3, Some(2), Some("c")));
    }

    fn coalesce_fills_what_is_null(db) {
        let conn = &mut db.connect();
        let fill = upsert!(
            page_hits,
            conflict = (page, day),
            set = < title = coalesce(page_hits.title, excluded.title), likes = coalesce(page_hits.likes, 1) * 2 >,
        );
        fill.values(&hit(1)).execute(conn)?;
        for title in ["first", "second"] {
            fill.values(Hit { title: Some(title.into()), ..hit(1) }).execute(conn)?;
        }
        assert_eq!((stored!(conn).title.as_deref(), stored!(conn).likes), (Some("first"), Some(4)));
    }

    fn values_are_bound_and_never_part_of_the_sql(db) {
        let conn = &mut db.connect();
        let evil = "'; DROP TABLE page_hits; -- \\' \" ` \u{0}x".replace('\u{0}', "");
        let set = upsert!(page_hits, conflict = (page, day), set = < title = &evil >);
        set.values(Hit { page: evil.clone(), ..hit(1) }).execute(conn)?;
        set.values(Hit { page: evil.clone(), ..hit(1) }).execute(conn)?;
        assert_eq!(stored!(conn), Hit { page: evil.clone(), title: Some(evil.clone()), ..hit(1) });
    }

    fn a_field_that_is_none_takes_the_default(db) {
        #[derive(Insertable)]
        #[diesel(table_name = page_hits)]
        struct Sparse { page: &'static str, day: Option<i32>, n: Option<i64>, ratio: Option<f64> }
        let conn = &mut db.connect();
        let set = upsert!(page_hits, conflict = (page, day), set = < n += excluded.n >);
        set.values(Sparse { page: "/", day: Some(1), n: None, ratio: None }).execute(conn)?;
        set.values(Sparse { page: "/", day: Some(1), n: Some(4), ratio: Some(2.5) }).execute(conn)?;
        set.values(Sparse { page: "/", day: Some(1), n: None, ratio: Some(2.5) }).execute(conn)?;
        let row = page_hits::table.select((page_hits::n, page_hits::ratio)).first::<(i64, f64)>(conn)?;
        assert_eq!(row, (4, 1.0));
    }

    fn increments_work_in_any_other_update(db) {
        let conn = &mut db.connect();
        upsert!(page_hits, values = &hit(1), conflict = (page, day), set = nothing).execute(conn)?;
        diesel::update(page_hits::table)
            .filter(page_hits::day.eq(DAY))
            .set((increment(page_hits::n, 41), increment(page_hits::likes, 3)))
            .execute(conn)?;
        assert_eq!((stored!(conn).n, stored!(conn).likes), (42, Some(3)));
        diesel::update(page_hits::table).set(decrement(page_hits::n, 2)).execute(conn)?;
        assert_eq!(stored!(conn).n, 40);
    }

    fn an_overflow_is_an_error_and_loses_nothing(db) {
        let conn = &mut db.connect();
        let add = upsert!(page_hits, conflict = (page, day), set = < n += excluded.n >);
        add.values(&hit(i64::MAX)).execute(conn)?;
        let overflown = add.values(&hit(1)).execute(conn);
        if overflown.is_err() {
            assert_eq!(stored!(conn).n, i64::MAX);
        } else {
            // SQLite stores a REAL unless the table is STRICT.
            assert!(std::any::type_name_of_val(conn).contains("sqlite"));
        }
    }
}

/// What needs `RETURNING`.
mod returning {
    use super::*;

    on_each_backend! { returning:
        fn a_column_that_is_assigned_to_itself_has_the_row_returned(db) {
            let conn = &mut db.connect();
            let keep = upsert!(page_hits, conflict = (page, day), set = < n = page_hits.n >, returning = (page, n));
            assert_eq!(keep.values(&hit(1)).get_result::<(String, i64)>(conn)?, ("/".into(), 1));
            assert_eq!(keep.values(&hit(7)).get_result::<(String, i64)>(conn)?, ("/".into(), 1));
        }

        fn the_row_comes_back_as_it_is_stored_afterwards(db) {
            let conn = &mut db.connect();
            let upsert = upsert!(page_hits, conflict = (page, day), set = < n += 1 >, returning = n);
            assert_eq!(upsert.values(&hit(1)).get_result::<i64>(conn)?, 1);
            assert_eq!(upsert.values(&hit(1)).get_result::<i64>(conn)?, 2);
            assert_eq!(upsert.values(&hit(1)).load::<i64>(conn)?, [3]);
            let model = upsert!(page_hits, values = hit(1), conflict = (page, day), set = < n += 1 >, returning = Hit);
            assert_eq!(model.get_result::<Hit>(conn)?, hit(4));
            let tuple = upsert!(page_hits, values = hit(1), conflict = (page, day), set = < n += 1 >, returning = (page, n));
            assert_eq!(tuple.get_results::<(String, i64)>(conn)?, [("/".to_owned(), 5)]);
        }

        fn get_result_without_returning_gives_all_columns(db) {
            let conn = &mut db.connect();
            let row = upsert!(page_hits, values = &hit(3), conflict = (page, day), set = < n += 1 >)
                .get_result::<(String, i32, i64, Option<i64>, Option<String>, f64)>(conn)?;
            assert_eq!(row, ("/".to_owned(), DAY, 3, None, None, 1.0));
        }

        fn no_row_comes_back_where_nothing_happened(db) {
            let conn = &mut db.connect();
            let keep = upsert!(page_hits, conflict = (page, day), set = nothing, returning = n);
            assert_eq!(keep.values(&hit(1)).get_result::<i64>(conn).optional()?, Some(1));
            assert_eq!(keep.values(&hit(1)).get_result::<i64>(conn).optional()?, None);
            let never = upsert!(page_hits, values = hit(1), conflict = (page, day), set = < n += 1 >, where = page_hits.n.gt(5));
            assert_eq!(never.clone().returning(page_hits::n).get_result::<i64>(conn).optional()?, None);
            assert_eq!(never.execute(conn)?, 0);
        }
    }
}

/// Partial and expression indexes.
mod index {
    use diesel::sql_types::Text;

    use super::*;

    diesel::define_sql_function!(fn lower(text: Text) -> Text);

    on_each_backend! { returning:
        fn a_partial_index_lets_the_dead_rows_be(db) {
            let conn = &mut db.connect();
            let login = upsert!(
                users,
                conflict = (email) where deleted.eq(false),
                set = < logins += 1 >,
                returning = (id, logins),
            );
            let user = |name| (users::email.eq("a@b.c"), users::name.eq(name));
            let first = login.values(user("a")).get_result::<(i32, i32)>(conn)?;
            assert_eq!(login.values(user("b")).get_result::<(i32, i32)>(conn)?, (first.0, 1));
            diesel::update(users::table).set(users::deleted.eq(true)).execute(conn)?;
            let second = login.values(user("c")).get_result::<(i32, i32)>(conn)?;
            assert_ne!(first.0, second.0);
        }

        // PostgreSQL goes over to a generic plan at the sixth execution, to which a bound constant
        // is unknown.
        fn a_partial_target_is_found_at_every_execution_of_a_prepared_statement(db) {
            let conn = &mut db.connect();
            let login = upsert!(users, conflict = (email) where deleted.eq(false), set = < logins += 1 >);
            for _ in 0..20 {
                login.values((users::email.eq("a@b.c"), users::name.eq("a"))).execute(conn)?;
            }
            assert_eq!(users::table.select(users::logins).first::<i32>(conn)?, 19);
        }

        fn an_index_on_an_operator_of_ones_own_is_the_target(db) {
            use diesel::connection::SimpleConnection;
            use diesel::sql_types::Integer;
            diesel::infix_operator!(Or, " | ", Integer);
            let conn = &mut db.connect();
            conn.batch_execute("CREATE UNIQUE INDEX users_bits ON users ((id | logins))")?;
            let row = |id, name| (users::id.eq(id), users::email.eq(name), users::name.eq(name), users::logins.eq(2));
            let login = upsert!(users, conflict = unchecked (Or::new(id, logins)), set = < name >);
            login.values(row(1, "a")).execute(conn)?;
            login.values(row(3, "b")).execute(conn)?;
            assert_eq!(users::table.select(users::name).load::<String>(conn)?, ["b"]);
        }

        fn an_expression_index_is_the_target(db) {
            let conn = &mut db.connect();
            let login = upsert!(users, conflict = (lower(name)), set = < logins += 1 >);
            for name in ["Ada", "ADA", "ada", "bob"] {
                login.values((users::email.eq(name), users::name.eq(name))).execute(conn)?;
            }
            let logins = users::table.order(users::id).select((users::name, users::logins)).load::<(String, i32)>(conn)?;
            assert_eq!(logins, [("Ada".to_owned(), 2), ("bob".to_owned(), 0)]);
        }

        fn a_column_inside_an_expression_of_the_key_may_change(db) {
            let conn = &mut db.connect();
            let names = |conn: &mut _| users::table.select((users::email, users::name)).load::<(String, String)>(conn);
            upsert!(users, values = { email: "a", name: "ada" }, conflict = (lower(name)), set = < name >).execute(conn)?;
            upsert!(users, values = { email: "b", name: "Ada" }, conflict = (lower(name)), set = < name >).execute(conn)?;
            assert_eq!(names(conn)?, [("a".to_owned(), "Ada".to_owned())]);
            upsert!(users, values = { email: "c", name: "ADA" }, conflict = key(users_lower_name), set = < .. >).execute(conn)?;
            assert_eq!(names(conn)?, [("c".to_owned(), "ADA".to_owned())]);
            upsert!(users, values = { email: "d", name: "aDa" }, conflict = (lower(name)), set = < .. >).execute(conn)?;
            assert_eq!(names(conn)?, [("d".to_owned(), "aDa".to_owned())]);
            // The key itself may not: this does not compile unless it is unchecked, and the
            // database says so.
            upsert!(users, values = { email: "e", name: "bob" }, conflict = (lower(name)), set = nothing).execute(conn)?;
            let taken = upsert!(users, values = { email: "f", name: "BOB" }, conflict = unchecked (lower(name)), set = < name = "ada" >);
            taken.execute(conn).unwrap_err();
            assert_eq!(names(conn)?.len(), 2);
        }

        fn a_conflict_with_another_key_is_an_error(db) {
            let conn = &mut db.connect();
            let login = upsert!(users, conflict = (lower(name)), set = < logins += 1 >);
            login.values((users::email.eq("a@b.c"), users::name.eq("a"))).execute(conn)?;
            let other = login.values((users::email.eq("a@b.c"), users::name.eq("b"))).execute(conn);
            assert!(matches!(
                other,
                Err(diesel::result::Error::DatabaseError(diesel::result::DatabaseErrorKind::UniqueViolation, _))
            ));
        }

        fn a_target_without_a_unique_key_is_an_error(db) {
            let conn = &mut db.connect();
            let wrong = upsert!(page_hits, values = &hit(1), conflict = unchecked (n), set = < likes += 1 >).execute(conn);
            assert!(wrong.is_err());
            assert_eq!(page_hits::table.count().get_result::<i64>(conn)?, 0);
        }
    }
}

#[cfg(feature = "postgres")]
#[test]
fn a_constraint_is_the_target_by_its_name() -> QueryResult<()> {
    let db = crate::database::postgres("a_constraint_is_the_target_by_its_name");
    let conn = &mut db.connect();
    let upsert =
        upsert!(page_hits, conflict = constraint("page_hits_key"), set = < n += 1 >, returning = n);
    assert_eq!(upsert.values(&hit(1)).get_result::<i64>(conn)?, 1);
    assert_eq!(upsert.values(&hit(1)).get_result::<i64>(conn)?, 2);
    Ok(())
}

/// A PostgreSQL `interval` has a zero too.
#[cfg(feature = "postgres")]
#[test]
fn a_null_interval_counts_as_no_time() -> QueryResult<()> {
    use diesel::data_types::PgInterval;

    diesel::table! {
        timers (name) {
            name -> Text,
            spent -> Nullable<Interval>,
        }
    }
    let db = crate::database::postgres("a_null_interval_counts_as_no_time");
    let conn = &mut db.connect();
    diesel::sql_query("CREATE TABLE timers (name TEXT PRIMARY KEY, spent INTERVAL)")
        .execute(conn)?;
    let spend = upsert!(timers, conflict = (name), set = < spent += PgInterval::from_days(2) >);
    for _ in 0..3 {
        spend.values(timers::name.eq("a")).execute(conn)?;
    }
    assert_eq!(
        timers::table
            .select(timers::spent)
            .first::<Option<PgInterval>>(conn)?,
        Some(PgInterval::from_days(4))
    );
    Ok(())
}

#[cfg(feature = "mysql")]
#[test]
fn unsigned_counters_of_mysql() -> QueryResult<()> {
    diesel::table! {
        quotas (name) {
            name -> Text,
            left -> Unsigned<Integer>,
            used -> Nullable<Unsigned<BigInt>>,
        }
    }
    let db = crate::database::mysql("unsigned_counters_of_mysql");
    let conn = &mut db.connect();
    diesel::sql_query("CREATE TABLE quotas (name VARCHAR(20) PRIMARY KEY, `left` INT UNSIGNED NOT NULL, used BIGINT UNSIGNED)").execute(conn)?;
    let take = upsert!(quotas, conflict = (name), set = < left -= 1, used += 1 >);
    let row = (quotas::name.eq("a"), quotas::left.eq(2));
    for _ in 0..3 {
        take.values(row).execute(conn)?;
    }
    let stored = || quotas::table.select((quotas::left, quotas::used));
    assert_eq!(stored().first::<(u32, Option<u64>)>(conn)?, (0, Some(2)));
    assert!(
        take.values(row).execute(conn).is_err(),
        "an unsigned number does not go below 0"
    );
    assert_eq!(stored().first::<(u32, Option<u64>)>(conn)?, (0, Some(2)));
    upsert!(quotas, values = row, conflict = (name), set = < left = 9 >).execute(conn)?;
    upsert!(quotas, values = row, conflict = (name), set = < left /= 2 >).execute(conn)?;
    assert_eq!(stored().first::<(u32, Option<u64>)>(conn)?.0, 4);
    Ok(())
}
