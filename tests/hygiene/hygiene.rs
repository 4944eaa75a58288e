//! `upsert!` where its surroundings are hostile: another name for the crate, a re-export, no
//! prelude, shadowed names, names of Rust and of `table!` as columns.
#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

/// A crate that passes the macro on.
mod reexported {
    pub(crate) use renamed as counting;
    pub(crate) use renamed::upsert;
}

#[allow(non_snake_case)]
mod schema {
    diesel::table! {
        hits (page) {
            page -> Text,
            n -> BigInt,
            live -> Bool,
        }
    }

    diesel::table! {
        #[sql_name = "odd"]
        Odd (r#type) {
            r#type -> Text,
            set -> BigInt,
            r#where -> Nullable<BigInt>,
            values -> BigInt,
        }
    }
}

renamed::unique_keys! {
    schema::hits: "hits n" (n) where live and page <> "it's";
    crate::schema::Odd: (r#type, set), odd_set (abs(set)) where "\"values\" > 'a'";
}

fn sql<Q: diesel::query_builder::QueryFragment<diesel::sqlite::Sqlite>>(query: &Q) -> String {
    let debug = diesel::debug_query::<diesel::sqlite::Sqlite, _>(query).to_string();
    debug[..debug.find(" -- ").unwrap()].to_owned()
}

const HIT: &str = "INSERT INTO `hits` (`page`, `n`) VALUES (?, ?) ON CONFLICT (`page`) DO UPDATE SET `n` = (`hits`.`n` + ?)";

#[test]
fn the_crate_may_have_another_name() {
    let hit = renamed::upsert!(schema::hits, values = { page: "/", n: 1 }, conflict = (page), set = < n += 1 >);
    assert_eq!(sql(&hit), HIT);
}

#[test]
fn the_macro_may_be_re_exported() {
    use schema::hits;
    let hit = reexported::upsert!(hits, values = { page: "/", n: 1 }, conflict = (page), set = < n += 1 >);
    assert_eq!(sql(&hit), HIT);
    let hit = reexported::counting::upsert!(hits, values = { page: "/", n: 1 }, conflict = (page), set = < n += 1 >);
    assert_eq!(sql(&hit), HIT);
}

/// The derive needs the prelude.
mod of_several_backends {
    use diesel::connection::SimpleConnection;
    use diesel::prelude::*;

    #[derive(diesel::MultiConnection)]
    pub(crate) enum AnyConnection {
        Sqlite(SqliteConnection),
    }

    renamed::multi_backend!(MultiBackend: diesel::sqlite::Sqlite);

    #[test]
    fn a_connection_of_several_backends_is_known_under_another_name() -> QueryResult<()> {
        let conn = &mut AnyConnection::Sqlite(SqliteConnection::establish(":memory:").unwrap());
        conn.batch_execute("CREATE TABLE hits (page TEXT PRIMARY KEY, n BIGINT)")?;
        let hit = renamed::upsert!(super::schema::hits, values = { page: "/", n: 1 }, conflict = (page), set = < n += 1 >);
        assert_eq!(hit.execute(conn), Ok(1));
        Ok(())
    }
}

/// `table!` needs the prelude.
mod with_a_prelude {
    diesel::table! {
        bare (id) {
            id -> Integer,
            n -> Nullable<Integer>,
        }
    }
}

/// All that is public in `keys` is imported, in a module that names tables with declared keys and
/// without.
mod beside_all_of_keys {
    #[allow(unused_imports, reason = "it is imported for what that breaks")]
    use renamed::keys::*;

    diesel::table! {
        undeclared (k) {
            k -> Integer,
            n -> BigInt,
        }
    }

    #[test]
    fn keys_may_be_imported_with_all_that_they_have() {
        let of_none =
            renamed::upsert!(undeclared, values = { k: 1, n: 1 }, conflict = (k), set = < n += 1 >);
        assert!(super::sql(&of_none).contains("ON CONFLICT (`k`)"));
        let of_some = renamed::upsert!(super::schema::hits, values = { page: "/", n: 1 }, conflict = (page), set = < n += 1 >);
        assert_eq!(super::sql(&of_some), super::HIT);
    }
}

mod without_a_prelude {
    #![no_implicit_prelude]

    use crate::with_a_prelude::bare;

    ::renamed::unique_keys! {
        bare: bare_n (n) nulls not distinct, (coalesce(n, 0));
    }

    #[test]
    fn keys_are_declared_without_a_prelude() {
        let by_n = ::renamed::upsert!(bare, conflict = (n), set = < id = 1 >);
        let _ = by_n;
    }

    #[test]
    fn nothing_of_the_prelude_is_needed() {
        use ::std::assert_eq;
        let hit = ::renamed::upsert!(
            crate::schema::hits,
            values = { page: "/", n: 1 },
            conflict = (page),
            set = < n += 1 >,
        );
        assert_eq!(crate::sql(&hit), crate::HIT);
        let partial = ::renamed::upsert!(
            crate::schema::hits,
            values = { page: "/", n: 1 },
            conflict = (page) where hits.live,
            set = nothing,
        );
        let _ = partial;
        let found = ::renamed::get_or_create!(
            crate::schema::hits,
            key = { n: 1 },
            conflict = (n) where hits.live,
            defaults = { page: "/" },
            returning = page,
        );
        let _ = found;
        let _ = ::renamed::lock_or_create!(bare, key = { n: 1 });
    }
}

mod shadowed {
    #![allow(dead_code, non_camel_case_types, non_upper_case_globals)]

    use crate::schema::hits;

    struct Option;
    struct Some;
    struct Clone;
    struct Copy;
    struct Debug;
    struct str;
    struct Text;
    mod core {}
    mod std {}
    mod renamed_by_nobody {}
    mod __private {}
    const KEYS: () = ();
    const problem: () = ();
    const CHECK: () = ();

    ::diesel::table! {
        named (id) {
            id -> Integer,
            member -> Integer,
            column -> Integer,
            table_name -> Integer,
        }
    }

    ::renamed::unique_keys! {
        named: (abs(member)) where column > 1, (table_name);
    }

    #[test]
    fn names_of_the_surroundings_are_not_taken_for_ours() {
        let (column, krate, table, value, excluded, n, page) = (1, 2, 3, 4, 5, 6_i64, "/");
        let hit =
            ::renamed::upsert!(hits, values = { page, n }, conflict = (page), set = < n += n >);
        assert_eq!(crate::sql(&hit), crate::HIT);
        let _ = (column, krate, table, value, excluded);
        let named = ::renamed::upsert!(
            hits,
            values = { page, n: 1 },
            conflict = (page) where live,
            set = nothing,
        );
        let _ = named;
        let found =
            ::renamed::get_or_create!(hits, key = { page }, defaults = { n }, returning = n);
        let _ = found;
    }
}

#[test]
fn a_row_of_an_odd_table_is_found_and_created_by_another_name_of_the_crate() {
    use diesel::connection::{Connection, SimpleConnection};
    use schema::Odd;
    let conn = &mut diesel::SqliteConnection::establish(":memory:").unwrap();
    conn.batch_execute("CREATE TABLE odd (type TEXT PRIMARY KEY, \"set\" BIGINT, \"where\" BIGINT, \"values\" BIGINT)")
        .unwrap();
    let (key, values) = ("a", 3);
    for created in [true, false] {
        let odd = renamed::get_or_create!(
            Odd,
            returning = (r#type, values),
            defaults = { set: 1, r#where: Some(2), values },
            key = { r#type: key },
        );
        assert_eq!(
            odd.get_result::<(String, i64)>(conn).unwrap(),
            (("a".to_owned(), 3), created)
        );
    }
}

#[test]
fn tables_and_columns_may_have_odd_names() {
    use schema::Odd;
    let odd = renamed::upsert!(
        Odd,
        values = { r#type: "a", set: 1, r#where: Some(2), values: 3 },
        conflict = (r#type),
        set = < set += Odd.r#where, r#where += excluded.values, values, >,
        where = diesel::BoolExpressionMethods::and(
            diesel::ExpressionMethods::gt(Odd.values, 1),
            diesel::ExpressionMethods::lt(excluded.set, 5),
        ),
        returning = (r#type, set),
    );
    assert_eq!(
        sql(&odd),
        "INSERT INTO `odd` (`type`, `set`, `where`, `values`) VALUES (?, ?, ?, ?) \
         ON CONFLICT (`type`) DO UPDATE SET `set` = (`odd`.`set` + coalesce(`odd`.`where`, 0)), \
         `where` = (coalesce(`odd`.`where`, 0) + excluded.`values`), `values` = excluded.`values` \
         WHERE ((`odd`.`values` > ?) AND (excluded.`set` < ?)) \
         RETURNING `odd`.`type`, `odd`.`set`"
    );
}

#[test]
fn expressions_are_evaluated_once_and_in_place() {
    use schema::hits;
    let mut calls = 0;
    let mut next = || {
        calls += 1;
        calls
    };
    let _ = renamed::upsert!(hits, values = { page: "/", n: next() }, conflict = (page), set = < n += next() >);
    assert_eq!(calls, 2);
}

#[test]
fn expressions_are_evaluated_in_the_order_in_which_they_are_written() {
    use schema::hits;
    let seen = std::cell::RefCell::new(Vec::new());
    let note = |n: i64| {
        seen.borrow_mut().push(n);
        n
    };
    let _ = renamed::upsert!(
        hits,
        set = < n = hits.n + note(1), live = note(2) > 1 >,
        values = { page: note(3).to_string(), n: note(4) },
        conflict = (page),
    );
    assert_eq!(*seen.borrow(), [1, 2, 3, 4]);
    // So a value can be cloned first and moved then.
    let page = String::from("/");
    let _ = renamed::upsert!(hits, values = { page: page.clone(), n: 1 }, conflict = any, set = < page = page >);
}

/// A crate whose own macro names the table by `$crate`.
mod wrapped {
    macro_rules! hit {
        ($n:expr, $returned:ty) => {
            renamed::upsert!(
                $crate::schema::hits,
                values = { page: "/", n: $n },
                conflict = (page),
                set = < n += $n >,
                returning = $returned,
            )
        };
    }
    pub(crate) use hit;
}

#[test]
fn another_macro_may_write_the_call() {
    #[derive(diesel::Queryable, diesel::Selectable)]
    #[diesel(table_name = schema::hits)]
    #[allow(dead_code)]
    struct N {
        n: i64,
    }
    let hit = wrapped::hit!(1, N);
    assert_eq!(sql(&hit), format!("{HIT} RETURNING `hits`.`n`"));
}

#[test]
fn values_may_be_any_expression() {
    use schema::hits;
    struct By<T> {
        by: T,
    }
    fn by<T>(by: By<T>) -> T {
        by.by
    }
    fn pick<A, B>(a: A, _: B) -> A {
        a
    }
    let (a, page) = (5_i64, "/");
    let picked = renamed::upsert!(
        hits,
        values = { page, n: pick::<i64, &str>(1, ""), live: a > 4 || page.is_empty() },
        conflict = (page),
        set = < n = pick::<_, (u8, u8)>(by(By { by: hits.n }), (1, 2)), live = (a > 4) || (a + 1 < 2) >,
        returning = (page, pick::<_, u8>(hits.n, 1)),
    );
    assert_eq!(
        sql(&picked),
        "INSERT INTO `hits` (`page`, `n`, `live`) VALUES (?, ?, ?) ON CONFLICT (`page`) \
         DO UPDATE SET `n` = `hits`.`n`, `live` = ? RETURNING `hits`.`page`, `hits`.`n`"
    );
    let _ = renamed::upsert!(
        schema::Odd,
        values = { r#type: "a", set: 1, values: 1 },
        conflict = (r#type),
        set = < r#where = None::<i64>, values >,
    );
}

#[test]
fn temporaries_live_as_long_as_the_statement() {
    use diesel::Connection;
    use schema::hits;
    let mut conn = diesel::SqliteConnection::establish(":memory:").unwrap();
    let error = diesel::RunQueryDsl::execute(
        renamed::upsert!(
            hits,
            values = { page: format!("/{}", 1).as_str(), n: 1 },
            conflict = unchecked (page),
            set = < page = &*String::from("x") >,
        ),
        &mut conn,
    );
    assert!(error.unwrap_err().to_string().contains("no such table"));
}

/// A table that a function declares for itself, and one that a macro declares.
#[test]
fn the_table_may_be_local() {
    diesel::table! {
        local (id) {
            id -> Integer,
            n -> Integer,
        }
    }
    let hit = renamed::upsert!(local, values = { id: 1, n: 1 }, conflict = (id), set = < n += 1 >);
    assert!(sql(&hit).ends_with("SET `n` = (`local`.`n` + ?)"));
}

#[test]
fn the_declaration_may_be_local_too() {
    mod schema {
        diesel::table! {
            local (id) {
                id -> Integer,
                page -> Text,
                n -> Integer,
            }
        }
    }
    renamed::unique_keys! { schema::local: local_page (lower(page)); }
    let hit = renamed::upsert!(schema::local, values = { id: 1, page: "/", n: 1 }, conflict = key(local_page), set = < .. >);
    assert_eq!(
        sql(&hit.into_diesel()).split_once(" ON ").unwrap().1,
        "CONFLICT (lower(page)) DO UPDATE SET `page` = excluded.`page`, `n` = excluded.`n`"
    );
}

#[test]
fn keys_may_have_odd_names() {
    use schema::{Odd, hits};
    let by_n = renamed::upsert!(hits, conflict = key("hits n"), set = < live = true >);
    let row = diesel::ExpressionMethods::eq(hits::n, 1_i64);
    assert!(
        sql(&by_n.values(row))
            .contains(" ON CONFLICT (`n`) WHERE live and page <> 'it''s' DO UPDATE")
    );
    let by_set = renamed::upsert!(Odd, values = { r#type: "a", set: 1, values: 1 }, conflict = key(odd_set), set = < .. >);
    assert!(
        sql(&by_set).ends_with(" ON CONFLICT (abs(set)) WHERE \"values\" > 'a' DO UPDATE SET `set` = excluded.`set`, `values` = excluded.`values`"),
        "{}",
        sql(&by_set)
    );
    let _ = renamed::upsert!(Odd, conflict = (set, r#type), set = < values += 1 >);
}

#[test]
fn another_macro_may_write_the_declaration() {
    diesel::table! {
        named (id) {
            id -> Integer,
            page -> Text,
            kind -> Text,
        }
    }
    macro_rules! declare {
        ($table:path, $name:literal, $column:ident, $predicate:literal) => {
            renamed::unique_keys! { $table: $name ($column) where $predicate; }
        };
    }
    declare!(named, "named page", page, "kind = 'live'");
    let live = renamed::upsert!(named, values = { page: "/", kind: "live" }, conflict = key("named page"), set = < kind >);
    assert!(sql(&live).contains(" ON CONFLICT (`page`) WHERE kind = 'live' DO UPDATE"));
}
