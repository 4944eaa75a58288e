//! Declared keys: `conflict = key(name)`, and the check of a target against real databases.
//!
//! `schema.rs` reads the keys from `tests/migrations`, which differ by backend; what is refused is
//! in `tests/ui`.

use diesel::prelude::*;
use diesel::result::DatabaseErrorKind::UniqueViolation;
use diesel::result::Error::DatabaseError;
use upsert_runtime::keys::{Backends, KeyElement, KeyKind, Nulls, UniqueKey, UniqueKeys};
use upsert_runtime::{describe_unique_keys, upsert, verify_unique_keys};

use crate::schema::{page_hits, users, verify_keys};

fn user<'a>(
    email: &'a str,
    name: &'a str,
) -> (
    diesel::dsl::Eq<users::email, &'a str>,
    diesel::dsl::Eq<users::name, &'a str>,
) {
    (users::email.eq(email), users::name.eq(name))
}

fn named(name: &str) -> &'static UniqueKey {
    let mut keys = <users::table as UniqueKeys>::KEYS.iter();
    keys.find(|key| key.name == Some(name)).unwrap()
}

#[test]
fn migrations_of_three_backends_are_one_declaration() {
    let on = |name| named(name).backends;
    let both = Backends::POSTGRES.union(Backends::SQLITE);
    assert_eq!(on("users_live_email"), both);
    assert_eq!(on("users_lower_name"), both);
    assert_eq!(on("users_email"), Backends::MYSQL);
    assert_eq!(named("users_live_email").predicate, Some("deleted = FALSE"));
    assert_eq!(named("users_email").kind, KeyKind::Constraint);
    assert!(matches!(
        named("users_lower_name").elements,
        [KeyElement::Expression { sql: "lower(name)", columns: [column], nulls: Nulls::Of(["name"]), .. }] if column.name == "name" && !column.nullable
    ));
}

on_each_backend! {
    fn the_database_has_what_the_migrations_say(db) {
        let conn = &mut db.connect();
        verify_keys(conn).unwrap();
        verify_unique_keys::<users::table>(conn).unwrap();
        verify_unique_keys::<page_hits::table>(conn).unwrap();
    }

    fn a_key_that_is_dropped_by_hand_is_missed(db) {
        let conn = &mut db.connect();
        diesel::sql_query("DROP TABLE page_hits").execute(conn)?;
        let error = verify_keys(conn).unwrap_err().to_string();
        assert!(error.contains("table `page_hits`: there is no such table"), "{error}");
    }
}

mod by_name {
    use super::*;

    on_each_backend! { returning:
        fn the_declaration_of_a_database_is_written(db) {
            let conn = &mut db.connect();
            let text = describe_unique_keys(conn)?.to_lowercase();
            let expected = "unique_keys! {\n    schema::users:\n        \
                users_live_email (email) where deleted = false,\n        users_lower_name (lower(name));\n}\n";
            assert_eq!(text.replace("not deleted", "deleted = false"), expected);
        }

        fn a_key_by_its_name_has_its_expression_and_its_predicate(db) {
            let conn = &mut db.connect();
            let by_name = upsert!(users, conflict = key(users_lower_name), set = < logins += 1 >);
            let by_email = upsert!(users, conflict = key(users_live_email), set = < logins += 1, name >);
            for (email, name) in [("a", "Ada"), ("b", "ADA"), ("c", "bob")] {
                by_name.values(user(email, name)).execute(conn)?;
            }
            // At its sixth execution PostgreSQL goes over to a generic plan.
            for _ in 0..8 {
                by_email.values(user("a", "ada")).execute(conn)?;
            }
            let stored = users::table.order(users::id).select((users::email, users::name, users::logins));
            let expected = [("a".into(), "ada".into(), 9), ("c".into(), "bob".into(), 0)];
            assert_eq!(stored.load::<(String, String, i32)>(conn)?, expected);

            // What the predicate leaves out is not met.
            diesel::update(users::table).set(users::deleted.eq(true)).execute(conn)?;
            let clash = by_email.values(user("a", "ada")).execute(conn);
            assert!(matches!(clash, Err(DatabaseError(UniqueViolation, _))), "{clash:?}");
            by_email.values(user("a", "eve")).execute(conn)?;
            assert_eq!(users::table.count().get_result::<i64>(conn)?, 3);
        }
    }
}

/// The columns of the key are as they are; one that is only inside of an expression becomes what is
/// proposed.
#[test]
fn two_dots_leave_the_columns_of_a_named_key_alone() {
    let clause = |sql: String| sql.split_once(" DO UPDATE SET ").unwrap().1.to_owned();
    let by_email = upsert!(
        users,
        values = { id: 1, email: "a", name: "b", logins: 3 },
        conflict = key(users_live_email),
        set = < .. >,
    );
    let sql = clause(diesel::debug_query::<diesel::sqlite::Sqlite, _>(&by_email).to_string());
    assert!(
        sql.starts_with("`name` = excluded.`name`, `logins` = excluded.`logins` --"),
        "{sql}"
    );
    let by_name = upsert!(
        users,
        values = { id: 1, email: "a", name: "b", logins: 3 },
        conflict = key(users_lower_name),
        set = < .. >,
    );
    let sql = clause(diesel::debug_query::<diesel::sqlite::Sqlite, _>(&by_name).to_string());
    assert!(
        sql.starts_with(
            "`email` = excluded.`email`, `name` = excluded.`name`, `logins` = excluded.`logins` --"
        ),
        "{sql}"
    );
}

#[cfg(feature = "mysql")]
mod any_key {
    use super::*;

    /// The reason for all of it: MySQL has no target that it could refuse.
    #[test]
    fn a_target_that_is_no_key_makes_duplicates() -> QueryResult<()> {
        let db = crate::database::mysql("no_key");
        let conn = &mut db.connect();
        let by_name = upsert!(users, conflict = unchecked (name), set = < logins += 1 >);
        for email in ["a", "b", "c"] {
            by_name.values(user(email, "Ada")).execute(conn)?;
        }
        assert_eq!(users::table.count().get_result::<i64>(conn)?, 3);
        Ok(())
    }

    /// Why a left-out AUTO_INCREMENT key counts where its numbers can run out.
    #[test]
    fn when_the_numbers_run_out_an_upsert_adds_to_another_row_or_fails() -> QueryResult<()> {
        diesel::table! {
            voters (id) {
                id -> TinyInt,
                email -> Text,
                n -> Integer,
            }
        }
        upsert_runtime::unique_keys! { voters: (email); }
        let db = crate::database::mysql("numbers_run_out");
        let conn = &mut db.connect();
        diesel::sql_query(
            "CREATE TABLE voters (id TINYINT AUTO_INCREMENT PRIMARY KEY, email VARCHAR(20) NOT NULL UNIQUE, n INT NOT NULL)",
        )
        .execute(conn)?;
        let vote = |email: &str, conn: &mut MysqlConnection| {
            let row = (voters::email.eq(email), voters::n.eq(1));
            upsert!(voters, conflict = unchecked (email), set = < n += 1 >)
                .values(row)
                .execute(conn)
        };
        // Each takes a number, those that update too.
        for _ in 0..126 {
            vote("ada", conn)?;
        }
        vote("bob", conn)?;
        let eve = vote("eve", conn);
        let bob = voters::table
            .filter(voters::email.eq("bob"))
            .select(voters::n)
            .first::<i32>(conn)?;
        let rows = voters::table.count().get_result::<i64>(conn)?;
        assert!(
            rows == 2 && (bob == 2 || eve.is_err()),
            "{rows}, {bob}, {eve:?}"
        );
        Ok(())
    }

    /// Why a literal 0 is refused in the key that is to be met.
    #[test]
    fn a_zero_is_the_next_number() -> QueryResult<()> {
        diesel::table! {
            totals (id) {
                id -> BigInt,
                n -> Integer,
            }
        }
        let db = crate::database::mysql("zero_is_next");
        let conn = &mut db.connect();
        diesel::sql_query(
            "CREATE TABLE totals (id BIGINT AUTO_INCREMENT PRIMARY KEY, n INT NOT NULL)",
        )
        .execute(conn)?;
        for _ in 0..3 {
            upsert!(totals, values = { id: 0, n: 1 }, conflict = unchecked (id), set = < n += 1 >)
                .execute(conn)?;
        }
        assert_eq!(totals::table.count().get_result::<i64>(conn)?, 3);
        Ok(())
    }

    #[test]
    fn a_row_without_the_other_keys_columns_hits_the_target_alone() -> QueryResult<()> {
        let db = crate::database::mysql("sole_key");
        let conn = &mut db.connect();
        for name in ["first", "second"] {
            upsert!(users, values = { email: "a", name }, conflict = (email), set = < name, logins += 1 >)
                .execute(conn)?;
            upsert!(users, values = { email: "b", name }, conflict = key(users_email), set = < name >)
                .execute(conn)?;
        }
        let stored = users::table
            .order(users::email)
            .select((users::name, users::logins));
        let expected = [("second".to_owned(), 1), ("second".to_owned(), 0)];
        assert_eq!(stored.load::<(String, i32)>(conn)?, expected);
        Ok(())
    }
}

mod unchecked {
    use super::*;

    diesel::table! {
        seats (id) {
            id -> BigInt,
            room -> Text,
            seat -> Nullable<Integer>,
            n -> Integer,
        }
    }

    upsert_runtime::unique_keys! { seats: seats_room_seat (room, seat); }

    on_each_backend! {
        fn a_key_by_its_name_is_taken_on_trust(db) {
            let conn = &mut db.connect();
            for sql in [
                "CREATE TABLE seats (id INTEGER NOT NULL, room VARCHAR(20) NOT NULL, seat INTEGER, n INTEGER NOT NULL)",
                "CREATE UNIQUE INDEX seats_room_seat ON seats (room, seat)",
            ] {
                diesel::sql_query(sql).execute(conn)?;
            }
            let take = upsert!(seats, conflict = unchecked key(seats_room_seat), set = < n += excluded.n >);
            for seat in [Some(1), Some(1), Some(2), Some(1), None, None] {
                let row = (seats::id.eq(1), seats::room.eq("a"), seats::seat.eq(seat), seats::n.eq(1));
                take.values(row).execute(conn)?;
            }
            let mut stored = seats::table.select((seats::seat, seats::n)).load::<(Option<i32>, i32)>(conn)?;
            stored.sort_unstable();
            // What the check is there for: the rows without a seat were not met.
            assert_eq!(stored, [(None, 1), (None, 1), (Some(1), 3), (Some(2), 1)]);
        }
    }
}

/// The ids of two rows, of which the first was updated twice before the second came.
mod numbers {
    use super::*;

    diesel::table! {
        guests (id) {
            id -> BigInt,
            email -> Text,
            n -> Integer,
        }
    }

    upsert_runtime::unique_keys! { guests: (email); }

    macro_rules! ids {
        ($conn:expr, $id:literal) => {{
            diesel::sql_query(concat!(
                "CREATE TABLE guests (id ",
                $id,
                ", email VARCHAR(20) NOT NULL UNIQUE, n INT NOT NULL)"
            ))
            .execute($conn)?;
            for email in ["a", "a", "a", "b"] {
                upsert!(guests, values = { email, n: 1 }, conflict = (email), set = < n += 1 >)
                    .execute($conn)?;
            }
            guests::table.order(guests::id).select(guests::id).load::<i64>($conn)?
        }};
    }

    #[test]
    fn an_update_takes_none_from_the_rowid_of_sqlite() -> QueryResult<()> {
        let db = crate::database::sqlite("rowid");
        assert_eq!(ids!(&mut db.connect(), "INTEGER PRIMARY KEY"), [1, 2]);
        Ok(())
    }

    #[test]
    fn an_update_takes_one_where_sqlite_has_a_sequence() -> QueryResult<()> {
        let db = crate::database::sqlite("autoincrement");
        assert_eq!(
            ids!(&mut db.connect(), "INTEGER PRIMARY KEY AUTOINCREMENT"),
            [1, 4]
        );
        Ok(())
    }

    #[cfg(feature = "postgres")]
    #[test]
    fn an_update_takes_one_from_the_sequence_of_postgres() -> QueryResult<()> {
        let db = crate::database::postgres("sequence");
        assert_eq!(ids!(&mut db.connect(), "BIGSERIAL PRIMARY KEY"), [1, 4]);
        Ok(())
    }

    #[cfg(feature = "mysql")]
    #[test]
    fn an_update_takes_one_from_auto_increment() -> QueryResult<()> {
        let db = crate::database::mysql("auto_increment");
        assert_eq!(
            ids!(&mut db.connect(), "BIGINT AUTO_INCREMENT PRIMARY KEY"),
            [1, 4]
        );
        Ok(())
    }
}

/// A collation and an operator class are no part of a conflict target, and two keys may differ in
/// nothing else.
mod collations {
    use super::*;

    diesel::table! {
        fruits (id) {
            id -> BigInt,
            fruit -> Text,
            n -> Integer,
        }
    }

    upsert_runtime::unique_keys! {
        fruits:
            fruits_pattern ("fruit text_pattern_ops"),
            fruits_plain (fruit),
            fruits_c ("fruit collate \"C\"");
    }

    #[cfg(feature = "postgres")]
    #[test]
    fn a_key_may_have_them() -> QueryResult<()> {
        let db = crate::database::postgres("a_key_may_have_them");
        let conn = &mut db.connect();
        for sql in [
            "CREATE TABLE fruits (id BIGSERIAL PRIMARY KEY, fruit TEXT NOT NULL, n INT NOT NULL)",
            "CREATE UNIQUE INDEX fruits_pattern ON fruits (fruit text_pattern_ops)",
            "CREATE UNIQUE INDEX fruits_plain ON fruits (fruit)",
            "CREATE UNIQUE INDEX fruits_c ON fruits (fruit COLLATE \"C\")",
        ] {
            diesel::sql_query(sql).execute(conn)?;
        }
        verify_unique_keys::<fruits::table>(conn).unwrap();
        for _ in 0..2 {
            upsert!(fruits, values = { fruit: "fig", n: 1 }, conflict = key(fruits_pattern), set = < n += 1 >).execute(conn)?;
            upsert!(fruits, values = { fruit: "fig", n: 1 }, conflict = key(fruits_c), set = < n += 1 >).execute(conn)?;
            upsert!(fruits, values = { fruit: "fig", n: 1 }, conflict = (fruit), set = < n += 1 >)
                .execute(conn)?;
        }
        assert_eq!(fruits::table.select(fruits::n).load::<i32>(conn)?, [6]);
        Ok(())
    }

    mod of_sqlite {
        diesel::table! {
            fruits (id) {
                id -> BigInt,
                fruit -> Text,
                n -> Integer,
            }
        }

        upsert_runtime::unique_keys! {
            fruits: fruits_nocase ("fruit collate nocase"), fruits_plain (fruit);
        }
    }

    #[test]
    fn a_key_of_sqlite_may_have_a_collation() -> QueryResult<()> {
        use of_sqlite::fruits;
        let db = crate::database::sqlite("a_key_of_sqlite_may_have_a_collation");
        let conn = &mut db.connect();
        for sql in [
            "CREATE TABLE fruits (id INTEGER PRIMARY KEY, fruit TEXT NOT NULL, n INT NOT NULL)",
            "CREATE UNIQUE INDEX fruits_nocase ON fruits (fruit COLLATE nocase)",
            "CREATE UNIQUE INDEX fruits_plain ON fruits (fruit)",
        ] {
            diesel::sql_query(sql).execute(conn)?;
        }
        verify_unique_keys::<fruits::table>(conn).unwrap();
        for fruit in ["fig", "fig"] {
            upsert!(fruits, values = { fruit, n: 1 }, conflict = key(fruits_nocase), set = < n += 1 >).execute(conn)?;
        }
        assert_eq!(fruits::table.select(fruits::n).load::<i32>(conn)?, [2]);
        Ok(())
    }
}
