//! `create_unique`

use diesel::prelude::*;
use upsert_harness::{Race, unique};
use upsert_runtime::{RowError, create_unique, get_or_create};

use super::schema::tags;
use super::with_tables;

on_each_backend! {
    fn the_first_key_that_is_free_is_taken(db) {
        let conn = &mut with_tables(db);
        let mut create = |attempts| {
            create_unique(conn, attempts, |conn, attempt| {
                let name = format!("a{attempt}");
                get_or_create!(tags, key = { name }, defaults = { n: i64::from(attempt) }, returning = (name, n)).create::<(String, i64)>(conn)
            })
        };
        assert_eq!(create(3), Ok(("a0".to_owned(), 0)));
        assert_eq!(create(3), Ok(("a1".to_owned(), 1)));
        assert_eq!(create(3), Ok(("a2".to_owned(), 2)));
        assert_eq!(create(3), Err(RowError::NoneFree { attempts: 3 }));
        assert_eq!(create(4), Ok(("a3".to_owned(), 3)));
        assert_eq!(create(0), Err(RowError::NoneFree { attempts: 0 }));
        assert_eq!(create(2).unwrap_err().to_string(), "none of 2 keys that were tried is free");
        assert_eq!(tags::table.count().get_result::<i64>(conn)?, 4);
    }

    fn a_transaction_goes_on_after_keys_that_were_taken(db) {
        let conn = &mut with_tables(db);
        diesel::insert_into(tags::table).values(tags::name.eq("a0")).execute(conn)?;
        let name: String = conn.transaction(|conn| {
            let name = create_unique(conn, 2, |conn, attempt| {
                get_or_create!(tags, key = { name: format!("a{attempt}") }, returning = name).create::<String>(conn)
            })?;
            diesel::update(tags::table).set(tags::n.eq(7)).execute(conn)?;
            let none = create_unique(conn, 2, |conn, _| {
                get_or_create!(tags, key = { name: "a0" }, returning = name).create::<String>(conn)
            });
            assert_eq!(none, Err(RowError::NoneFree { attempts: 2 }));
            QueryResult::Ok(name)
        })?;
        assert_eq!(name, "a1");
        assert_eq!(tags::table.filter(tags::n.eq(7)).count().get_result::<i64>(conn)?, 2);
    }

    fn a_value_of_another_key_is_not_tried_again(db) {
        let conn = &mut with_tables(db);
        diesel::insert_into(tags::table).values((tags::name.eq("a"), tags::code.eq("x"))).execute(conn)?;
        let mut tried = 0;
        let result = create_unique(conn, 5, |conn, attempt| {
            tried += 1;
            get_or_create!(tags, key = { name: format!("b{attempt}") }, defaults = { code: "x" }, returning = id).create::<i64>(conn)
        });
        assert!(matches!(result, Err(RowError::OtherKey(_))), "{result:?}");
        assert_eq!(tried, 1);
    }

    fn threads_that_draw_the_same_keys_get_each_its_own(db) {
        with_tables(db);
        let history = Race::new().threads(16).rounds(5).run(|| Ok(db.connect()), |conn, turn| {
            turn.barrier().wait();
            let name: String = create_unique(conn, 200, |conn, attempt| {
                get_or_create!(tags, key = { name: format!("a{attempt}") }, returning = name).create::<String>(conn)
            })?;
            turn.create(&name, || Ok(true)).map(drop)
        });
        let stored = tags::table.select(tags::name).load::<String>(&mut db.connect())?;
        unique(&history, stored.iter().map(|name| &**name)).unwrap();
        assert_eq!(stored.len(), history.tally().acknowledged);
        assert_eq!(stored.len(), 16 * 5);
    }
}
