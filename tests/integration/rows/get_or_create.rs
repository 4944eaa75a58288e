//! `get_or_create!`

use std::cell::Cell;

use diesel::connection::LoadConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::query_dsl::methods::LoadQuery;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::BigInt;
use upsert_harness::{Answer, History, Race, unique};
use upsert_runtime::{RowError, get_or_create};

use super::schema::{loose, tags};
use super::{Level, Rows, levels, until_done, with_tables};
use crate::database::Database;
use crate::schema::page_hits;

#[derive(Debug, PartialEq, Queryable, Selectable)]
struct Tag {
    id: i64,
    name: String,
    code: Option<String>,
    n: i64,
}

#[derive(Insertable)]
#[diesel(table_name = tags)]
struct Defaults<'a> {
    code: Option<&'a str>,
    n: i64,
}

/// Sixteen threads that want the same row in each round, at an isolation level.
fn race<Conn: Rows, E: Into<Error>>(
    db: &Database<Conn>,
    level: &Level,
    create: impl Fn(&mut Conn, &str) -> Result<(Tag, bool), E> + Sync,
) -> History {
    let connect = || {
        let mut conn = db.connect();
        conn.batch_execute(level.set).expect("the level is set");
        Ok(conn)
    };
    Race::new()
        .threads(16)
        .rounds(4)
        .run(connect, |conn, turn| {
            turn.barrier().wait();
            let name = format!("tag {}", turn.round());
            turn.create(&name, || create(conn, &name).map_err(Into::into))
                .map(drop)
        })
}

/// Each row once, of which one thread said that it created it; and nobody failed.
#[track_caller]
fn check<Conn>(history: &History, conn: &mut Conn, level: &Level)
where
    Conn: LoadConnection,
    diesel::dsl::Select<tags::table, tags::name>: for<'q> LoadQuery<'q, Conn, String>,
{
    let stored = tags::table.select(tags::name).load::<String>(conn).unwrap();
    unique(history, stored.iter().map(|name| &**name)).unwrap();
    let failed = history
        .operations
        .iter()
        .find(|operation| !matches!(operation.answer, Answer::Acknowledged(_)));
    assert_eq!(failed, None, "{}", level.set);
}

on_each_backend! {
    fn a_row_is_created_once_and_found_then(db) {
        let conn = &mut db.connect();
        for created in [true, false, false] {
            let row: ((String, i64), bool) = get_or_create!(
                page_hits,
                key = { page: "/", day: 1 },
                defaults = { n: 5 },
                returning = (page, n),
            )
            .get_result(conn)?;
            assert_eq!(row, (("/".to_owned(), 5), created));
        }
    }

    fn a_row_that_was_met_before_is_no_mark_of_the_next_one(db) {
        let conn = &mut with_tables(db);
        let mut create = |name: &str| {
            let row = get_or_create!(tags, key = { name }, returning = name);
            Ok::<_, RowError>(row.create(conn)?.is_some_and(|_: String| true))
        };
        for name in ["a", "b", "c"] {
            let created = [create(name)?, create(name)?];
            assert_eq!(created, [true, false], "{name}");
        }
    }

    fn a_row_is_found_as_it_is(db) {
        let conn = &mut with_tables(db);
        let tag = (tags::name.eq("a"), tags::n.eq(7));
        diesel::insert_into(tags::table).values(tag).execute(conn)?;
        let found = get_or_create!(tags, key = { name: "a" }, defaults = { code: "x", n: 1 })
            .get_result::<Tag>(conn)?;
        assert_eq!(found, (Tag { id: 1, name: "a".into(), code: None, n: 7 }, false));
    }

    fn a_row_that_is_created_has_the_defaults_and_those_of_the_database(db) {
        let conn = &mut with_tables(db);
        let mut create = |name: &str| {
            get_or_create!(tags, key = { name }, defaults = { code: format!("code of {name}") }, returning = Tag)
                .get_result(conn)
        };
        assert_eq!(create("a")?, (Tag { id: 1, name: "a".into(), code: Some("code of a".into()), n: 0 }, true));
        let bare = get_or_create!(tags, key = { name: "b".to_owned() }, returning = code);
        assert_eq!(bare.get_result::<Option<String>>(conn)?, (None, true));
        let row = Defaults { code: Some("x"), n: 3 };
        let of_a_struct = get_or_create!(tags, key = { name: "c" }, defaults = &row, returning = (code, tags.n + 1));
        assert_eq!(of_a_struct.get_result::<(Option<String>, i64)>(conn)?, ((Some("x".into()), 4), true));
    }

    fn a_key_may_be_nullable_where_the_value_is_not(db) {
        let conn = &mut with_tables(db);
        for created in [true, false] {
            let row = get_or_create!(tags, key = { code: "x" }, defaults = { name: "a" }, returning = name);
            assert_eq!(row.get_result::<String>(conn)?, ("a".to_owned(), created));
        }
    }

    fn defaults_are_evaluated_once_and_only_for_a_row_that_is_not_there(db) {
        let conn = &mut with_tables(db);
        let evaluated = Cell::new(0);
        let n = || {
            evaluated.set(evaluated.get() + 1);
            1
        };
        for _ in 0..3 {
            get_or_create!(tags, key = { name: "a" }, defaults = { n: n() }).get_result::<Tag>(conn)?;
        }
        assert_eq!(evaluated.get(), 1);
    }

    fn a_row_that_is_there_takes_no_number_of_the_sequence(db) {
        let conn = &mut with_tables(db);
        let mut id = |name| {
            get_or_create!(tags, key = { name }, returning = id).get_result::<i64>(conn)
        };
        assert_eq!(id("a")?, (1, true));
        for _ in 0..10 {
            assert_eq!(id("a")?, (1, false));
        }
        assert_eq!(id("b")?, (2, true));
    }

    fn another_unique_key_of_the_row_is_an_error_and_nothing_is_written(db) {
        let conn = &mut with_tables(db);
        let create = |conn: &mut _, name| {
            get_or_create!(tags, key = { name }, defaults = { code: "x", n: 1 }).get_result::<Tag>(conn)
        };
        create(conn, "a")?;
        let error = create(conn, "b").unwrap_err();
        assert!(matches!(error, RowError::OtherKey(_)), "{error}");
        let error = conn.transaction(|conn| create(conn, "b")).unwrap_err();
        assert!(matches!(error, RowError::OtherKey(_)), "{error}");
        let stored = tags::table.load::<Tag>(conn)?;
        assert_eq!(stored, [Tag { id: 1, name: "a".into(), code: Some("x".into()), n: 1 }]);
    }

    fn what_the_database_refuses_is_its_own_error_and_nothing_is_written(db) {
        let conn = &mut with_tables(db);
        let null = sql::<BigInt>("NULL");
        let row = get_or_create!(tags, key = { name: "a" }, defaults = { n: null });
        let error = row.get_result::<Tag>(conn).unwrap_err();
        let RowError::Database(Error::DatabaseError(DatabaseErrorKind::NotNullViolation, _)) = error else {
            panic!("{error}");
        };
        assert_eq!(tags::table.count().get_result::<i64>(conn)?, 0);
    }

    fn sixteen_threads_create_each_row_once_at_each_level(db) {
        let conn = &mut with_tables(db);
        for level in levels(db) {
            // By itself it is never an error.
            let history = race(db, level, |conn, name| {
                get_or_create!(tags, key = { name }, defaults = { n: 1 }).get_result::<Tag>(conn)
            });
            check(&history, conn, level);
            diesel::delete(tags::table).execute(conn)?;
            // In a transaction, one that has read before, it is one that the documentation names.
            let history = race(db, level, |conn, name| {
                until_done(conn, |conn| {
                    loose::table.count().get_result::<i64>(conn)?;
                    get_or_create!(tags, key = { name }, defaults = { n: 1 }).get_result::<Tag>(conn)
                })
            });
            check(&history, conn, level);
            diesel::delete(tags::table).execute(conn)?;
        }
    }

    fn looking_and_inserting_then_without_a_unique_key_is_caught(db) {
        with_tables(db);
        let history = Race::new().rounds(1).fixed().run(|| Ok(db.connect()), |conn, turn| {
            let barrier = turn.barrier();
            let create = || {
                let found = loose::table.filter(loose::name.eq("a")).count().get_result::<i64>(conn);
                barrier.wait();
                match found? {
                    0 => diesel::insert_into(loose::table).values(loose::name.eq("a")).execute(conn).map(|_| true),
                    _ => Ok(false),
                }
            };
            turn.create("a", create).map(drop)
        });
        let stored = loose::table.select(loose::name).load::<String>(&mut db.connect())?;
        let text = unique(&history, stored.iter().map(|name| &**name)).unwrap_err().to_string();
        assert!(text.contains("\"a\" is stored in 8 rows"), "{text}");
    }
}
