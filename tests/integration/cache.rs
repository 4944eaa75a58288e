//! Statements are prepared once for each connection.

use std::sync::{Arc, Mutex};

use diesel::connection::InstrumentationEvent;
use diesel::prelude::*;
use diesel::query_builder::QueryId;
use upsert_runtime::dsl::greatest;
use upsert_runtime::upsert;

use crate::schema::{page_hits, users};

fn has_static_id<Q: QueryId>(_: &Q) -> bool {
    Q::query_id().is_some()
}

fn same_id<A: QueryId, B: QueryId>(_: &A, _: &B) -> bool {
    A::query_id() == B::query_id()
}

#[test]
fn the_query_id_is_static_wherever_the_parts_allow() {
    let row = (
        page_hits::page.eq("/"),
        page_hits::day.eq(1),
        page_hits::n.eq(1),
    );
    let delta = 5;
    assert!(has_static_id(
        &upsert!(page_hits, values = row, conflict = (page, day), set = < n += 1 >)
    ));
    assert!(has_static_id(
        &upsert!(page_hits, values = { page: "/", day: 1 }, conflict = any, set = nothing)
    ));
    assert!(has_static_id(&upsert!(
        page_hits,
        values = row,
        conflict = (page, day),
        set = < n += delta, likes = greatest(page_hits.likes, excluded.n), title = "x" >,
        where = page_hits.n.lt(excluded.n).and(page_hits.title.is_null()),
        returning = (page, n),
    )));
    assert!(has_static_id(&upsert!(
        users,
        values = { email: "a", name: "b" },
        conflict = (email) where deleted.eq(false),
        set = < logins += 1 >,
    )));
    assert!(has_static_id(
        &upsert!(page_hits, values = row, conflict = unchecked constraint("c"), set = < n += 1 >)
    ));
    assert!(has_static_id(&upsert!(
        users,
        values = { email: "a", name: "b", logins: 1 },
        conflict = key(users_lower_name),
        set = < .. >,
    )));
}

#[test]
fn another_statement_has_another_query_id() {
    let row = (
        page_hits::page.eq("/"),
        page_hits::day.eq(1),
        page_hits::n.eq(1),
    );
    let one = upsert!(page_hits, values = row, conflict = (page, day), set = < n += 1 >);
    assert!(same_id(
        &one,
        &upsert!(page_hits, values = row, conflict = (page, day), set = < n += 2 >)
    ));
    assert!(!same_id(
        &one,
        &upsert!(page_hits, values = row, conflict = (page, day), set = < n -= 1 >)
    ));
    assert!(!same_id(
        &one,
        &upsert!(page_hits, values = row, conflict = (page, day), set = < likes += 1 >)
    ));
    assert!(!same_id(
        &one,
        &upsert!(page_hits, values = row, conflict = unchecked (page), set = < n += 1 >)
    ));
    assert!(!same_id(
        &one,
        &upsert!(page_hits, values = row, conflict = (page, day), set = < n = 1 >)
    ));
    // Constants and names are part of the SQL, so they are part of the id.
    let live = upsert!(users, values = users::email.eq("a"), conflict = (email) where deleted.eq(false), set = nothing);
    let by_email = upsert!(
        users,
        values = users::email.eq("a"),
        conflict = key(users_live_email),
        set = nothing
    );
    let by_name = upsert!(
        users,
        values = users::email.eq("a"),
        conflict = key(users_lower_name),
        set = nothing
    );
    assert!(!same_id(&by_email, &by_name));
    assert!(!same_id(&by_email, &live));
    let dead = upsert!(users, values = users::email.eq("a"), conflict = (email) where deleted.eq(true), set = nothing);
    assert!(!same_id(&live, &dead));
    let a =
        upsert!(page_hits, values = row, conflict = unchecked constraint("a"), set = < n += 1 >);
    let b =
        upsert!(page_hits, values = row, conflict = unchecked constraint("b"), set = < n += 1 >);
    assert!(!same_id(&a, &b));
}

/// Diesel's ids do not say whether an operand can be NULL: `Nullable<T>`, `.nullable()` and
/// `.assume_not_null()` have the id of what is inside.
#[test]
fn what_can_be_null_has_another_query_id() {
    let row = (page_hits::page.eq("/"), page_hits::day.eq(1));
    macro_rules! set {
        ($($set:tt)*) => {
            upsert!(page_hits, values = row, conflict = (page, day), set = { $($set)* })
        };
    }
    let (some, none) = (1_i64, None::<i64>);
    assert!(!same_id(&set!(likes += some), &set!(likes += none)));
    assert!(!same_id(
        &set!(n += page_hits.n),
        &set!(n += page_hits::n.nullable())
    ));
    assert!(!same_id(
        &set!(n += page_hits::likes),
        &set!(n += page_hits::likes.assume_not_null())
    ));
    assert!(!same_id(
        &set!(likes = greatest(page_hits.likes, some)),
        &set!(likes = greatest(page_hits.likes, none))
    ));
    assert!(!same_id(
        &set!(likes = greatest(page_hits::likes, some)),
        &set!(likes = greatest(page_hits::likes.assume_not_null(), some))
    ));
}

/// The statements that the connection has put into its cache, and the number of queries that it has
/// run.
#[derive(Default, Clone)]
pub(crate) struct Seen(Arc<Mutex<(Vec<String>, usize)>>);

impl Seen {
    pub(crate) fn by(conn: &mut impl Connection) -> Self {
        let seen = Self::default();
        let events = seen.clone();
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            let mut seen = events.0.lock().unwrap();
            match event {
                InstrumentationEvent::CacheQuery { sql, .. } => seen.0.push(sql.to_owned()),
                InstrumentationEvent::StartQuery { .. } => seen.1 += 1,
                _ => {}
            }
        });
        seen
    }

    /// What was put into the cache.
    #[cfg(all(feature = "postgres", feature = "mysql"))]
    pub(crate) fn texts(&self) -> Vec<String> {
        self.0.lock().unwrap().0.clone()
    }

    fn get(&self) -> (usize, usize) {
        let seen = self.0.lock().unwrap();
        (seen.0.len(), seen.1)
    }
}

on_each_backend! {
    fn a_number_that_may_be_null_does_not_find_the_statement_of_one_that_is_none(db) {
        let conn = &mut db.connect();
        let row = (page_hits::page.eq("/"), page_hits::day.eq(1), page_hits::likes.eq(5));
        let likes = |conn: &mut _| page_hits::table.select(page_hits::likes).first::<Option<i64>>(conn);
        upsert!(page_hits, values = row, conflict = (page, day), set = < likes += 1 >).execute(conn)?;
        upsert!(page_hits, values = row, conflict = (page, day), set = < likes += 1 >).execute(conn)?;
        assert_eq!(likes(conn)?, Some(6));
        let delta = None::<i64>;
        upsert!(page_hits, values = row, conflict = (page, day), set = < likes += delta >).execute(conn)?;
        assert_eq!(likes(conn)?, Some(6));
        upsert!(page_hits, values = row, conflict = (page, day), set = < likes = greatest(page_hits.likes, 9) >).execute(conn)?;
        upsert!(page_hits, values = row, conflict = (page, day), set = < likes = greatest(page_hits.likes, delta) >).execute(conn)?;
        assert_eq!(likes(conn)?, Some(9));
    }

    fn a_statement_is_prepared_once(db) {
        let conn = &mut db.connect();
        let seen = Seen::by(conn);
        let hit = upsert!(page_hits, conflict = (page, day), set = < n += 1 >);
        for day in 0..10 {
            hit.values((page_hits::page.eq("/"), page_hits::day.eq(day), page_hits::n.eq(1))).execute(conn)?;
        }
        assert_eq!(seen.get(), (1, 10));
    }

    fn a_statement_of_a_struct_is_prepared_once(db) {
        #[derive(Insertable)]
        #[diesel(table_name = page_hits, treat_none_as_default_value = false)]
        struct Hit { page: &'static str, day: i32, n: i64, title: Option<&'static str> }
        let conn = &mut db.connect();
        let seen = Seen::by(conn);
        let hit = upsert!(page_hits, conflict = (page, day), set = < n += 1, title >);
        assert!(has_static_id(&hit.values(&Hit { page: "/", day: 0, n: 1, title: None })));
        for day in 0..10 {
            hit.values(&Hit { page: "/", day, n: 1, title: (day % 2 == 0).then_some("even") }).execute(conn)?;
        }
        assert_eq!(seen.get(), (1, 10));
    }

    // A limit of Diesel's: each field of a derived `Insertable` is one that may be DEFAULT, and a
    // statement with such a field is cached on SQLite only.
    fn a_statement_of_a_struct_whose_fields_may_be_default_is_not_cached(db) {
        #[derive(Insertable)]
        #[diesel(table_name = page_hits)]
        struct Hit { page: &'static str, day: i32, n: i64 }
        let conn = &mut db.connect();
        let sqlite = std::any::type_name_of_val(conn).contains("sqlite");
        let seen = Seen::by(conn);
        let hit = upsert!(page_hits, conflict = (page, day), set = < n += 1 >);
        for day in 0..10 {
            hit.values(&Hit { page: "/", day, n: 1 }).execute(conn)?;
        }
        assert_eq!(seen.get(), (usize::from(sqlite), 10));
    }

    fn raw_sql_is_not_cached_for_it_could_be_anything(db) {
        use diesel::dsl::sql;
        use diesel::sql_types::BigInt;
        let conn = &mut db.connect();
        let seen = Seen::by(conn);
        for n in 0..5 {
            let raw = sql::<BigInt>(&n.to_string());
            upsert!(page_hits, values = { page: "/", day: 1, n: raw.clone() }, conflict = (page, day), set = < n += 1 >)
                .execute(conn)?;
            upsert!(page_hits, values = { page: "/", day: 1, n: 1 }, conflict = (page, day), set = < n = raw >)
                .execute(conn)?;
        }
        assert_eq!(seen.get(), (0, 10));
    }
}
