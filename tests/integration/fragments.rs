//! What a `macro_rules!` matched is one operand in every place of `upsert!`: `$e:expr` and the like
//! arrive in groups without delimiters, which lose their meaning when a macro prints them again.

use diesel::mysql::Mysql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use upsert_runtime::upsert;

use crate::schema::{page_hits, users};

diesel::define_sql_function!(fn lower(text: Text) -> Text);

#[derive(Queryable, Selectable)]
#[diesel(table_name = page_hits)]
struct Hit {
    #[expect(dead_code, reason = "any model will do")]
    n: i64,
}

/// Whether two statements have the same SQL and the same values on these backends.
macro_rules! assert_same {
    ($fragments:expr, $by_hand:expr; $($backend:ty),+) => {{
        let (fragments, by_hand) = ($fragments, $by_hand);
        $(assert_eq!(
            diesel::debug_query::<$backend, _>(&fragments).to_string(),
            diesel::debug_query::<$backend, _>(&by_hand).to_string(),
        );)+
    }};
}

#[test]
fn in_values() {
    macro_rules! literal {
        ($table:path, $page:ident, $e:expr, $literal:literal, $block:block, $ty:ty) => {
            upsert!(
                $table,
                values = { $page: "/", day: 10 - $e, n: 2 * $block, likes: 10 - $literal, ratio: -$e as $ty },
                conflict = (page, day),
                set = nothing,
            )
        };
    }
    assert_same!(
        literal!(crate::schema::page_hits, page, 5 - 3, -4, { 1 + 2 }, f64),
        upsert!(
            page_hits,
            values = { page: "/", day: 8, n: 6, likes: 14, ratio: -2.0 },
            conflict = (page, day),
            set = nothing,
        );
        Pg, Sqlite, Mysql
    );
    macro_rules! row {
        ($column:path, $e:expr, $tt:tt) => {
            upsert!(
                page_hits,
                values = ($column.eq("/"), page_hits::day.eq($tt - $e)),
                conflict = (page, day),
                set = nothing
            )
        };
    }
    assert_same!(
        row!(page_hits::page, 5 - 3, 10),
        upsert!(page_hits, values = (page_hits::page.eq("/"), page_hits::day.eq(8)), conflict = (page, day), set = nothing);
        Pg, Sqlite, Mysql
    );
    macro_rules! whole {
        ($row:expr) => {
            upsert!(
                page_hits,
                values = $row,
                conflict = (page, day),
                set = nothing
            )
        };
    }
    let row = page_hits::page.eq("/");
    assert_same!(
        whole!(&row),
        upsert!(page_hits, values = &row, conflict = (page, day), set = nothing);
        Pg, Sqlite, Mysql
    );
    assert_same!(
        whole!(if "a" < "b" { row } else { page_hits::page.eq("?") }),
        upsert!(page_hits, values = row, conflict = (page, day), set = nothing);
        Pg, Sqlite, Mysql
    );
}

#[test]
fn in_set() {
    macro_rules! set {
        ($table:path, $column:ident, $e:expr, $of:expr, $literal:literal, $block:block, $ty:ty, $path:path, $tt:tt) => {
            upsert!(
                $table,
                conflict = (page, day),
                set = < $column -= 10 - $e, likes = page_hits.$column - $of, title = $path(<$ty>::from("x")), ratio *= 2.0 * $block $tt 1.0 >,
            )
            .values((page_hits::page.eq("/"), page_hits::n.eq(10 - $literal)))
        };
    }
    assert_same!(
        set!(page_hits, n, 5 - 3, excluded.n - 1, -4, { 1.0 + 2.0 }, String, Some, -),
        upsert!(
            page_hits,
            conflict = (page, day),
            set = < n -= 8, likes = page_hits.n - (excluded.n - 1), title = Some("x"), ratio *= 5.0 >,
        )
        .values((page_hits::page.eq("/"), page_hits::n.eq(14)));
        Pg, Sqlite, Mysql
    );
    // Through two macros.
    macro_rules! outer {
        ($e:expr) => {
            inner!(10 - $e)
        };
    }
    macro_rules! inner {
        ($e:expr) => {
            upsert!(page_hits, conflict = (page, day), set = < n = page_hits.n * $e >).values(page_hits::n.eq(20 - $e))
        };
    }
    assert_same!(
        outer!(5 - 3),
        upsert!(page_hits, conflict = (page, day), set = < n = page_hits.n * 8 >).values(page_hits::n.eq(12));
        Pg, Sqlite, Mysql
    );
}

#[test]
fn in_a_condition() {
    macro_rules! condition {
        ($left:expr, $e:expr, $literal:literal, $block:block, $ty:ty, $method:ident, $more:expr) => {
            upsert!(
                page_hits,
                values = page_hits::n.eq(1),
                conflict = (page, day),
                set = < n += 1 >,
                where = $left.$method(10 - $e).and($more).and(page_hits.n.ne(<$ty>::from($literal - $block))),
            )
        };
    }
    assert_same!(
        condition!(page_hits.n - excluded.n, 5 - 3, -4, { 1 + 2 }, i64, gt, page_hits.n.lt(1).or(excluded.n.is_null())),
        upsert!(
            page_hits,
            values = page_hits::n.eq(1),
            conflict = (page, day),
            set = < n += 1 >,
            where = (page_hits.n - excluded.n).gt(8).and(page_hits.n.lt(1).or(excluded.n.is_null())).and(page_hits.n.ne(-7)),
        );
        Pg, Sqlite, Mysql
    );
}

#[test]
fn in_returning() {
    macro_rules! returning {
        ($column:ident, $e:expr, $of:expr, $block:block) => {
            upsert!(
                page_hits,
                values = page_hits::n.eq(1),
                conflict = (page, day),
                set = < n += 1 >,
                returning = ($column, page_hits.n - $of, page_hits.n * $block, page_hits.n + (10 - $e)),
            )
        };
    }
    assert_same!(
        returning!(page, 5 - 3, page_hits.n - 1, { 1 + 2 }),
        upsert!(
            page_hits,
            values = page_hits::n.eq(1),
            conflict = (page, day),
            set = < n += 1 >,
            returning = (page, page_hits.n - (page_hits.n - 1), page_hits.n * 3, page_hits.n + 8),
        );
        Pg, Sqlite
    );
    macro_rules! model {
        ($model:ty, $path:path) => {
            (
                upsert!(page_hits, values = page_hits::n.eq(1), conflict = (page, day), set = < n += 1 >, returning = $model),
                upsert!(page_hits, values = page_hits::n.eq(1), conflict = (page, day), set = < n += 1 >, returning = $path),
            )
        };
    }
    let by_hand = || upsert!(page_hits, values = page_hits::n.eq(1), conflict = (page, day), set = < n += 1 >, returning = Hit);
    let (by_type, by_path) = model!(Hit, Hit);
    assert_same!(by_type, by_hand(); Sqlite);
    assert_same!(by_path, by_hand(); Sqlite);
    macro_rules! list {
        ($list:expr) => {
            upsert!(page_hits, values = page_hits::n.eq(1), conflict = (page, day), set = < n += 1 >, returning = $list)
        };
    }
    assert_same!(
        list!((n, page_hits.n * 2)),
        upsert!(page_hits, values = page_hits::n.eq(1), conflict = (page, day), set = < n += 1 >, returning = (n, page_hits.n * 2));
        Pg, Sqlite
    );
    assert_same!(
        list!(page_hits.n - 1),
        upsert!(page_hits, values = page_hits::n.eq(1), conflict = (page, day), set = < n += 1 >, returning = page_hits.n - 1);
        Pg, Sqlite
    );
}

#[test]
fn in_a_conflict_target() {
    macro_rules! columns {
        ($a:ident, $b:ident) => {
            upsert!(page_hits, values = page_hits::n.eq(1), conflict = ($a, $b), set = < n += 1 >)
        };
        ($list:expr) => {
            upsert!(page_hits, values = page_hits::n.eq(1), conflict = $list, set = < n += 1 >)
        };
    }
    let by_hand = || upsert!(page_hits, values = page_hits::n.eq(1), conflict = (page, day), set = < n += 1 >);
    assert_same!(columns!(page, day), by_hand(); Pg, Sqlite, Mysql);
    assert_same!(columns!((page, day)), by_hand(); Pg, Sqlite, Mysql);

    macro_rules! index {
        ($function:path, $of:expr, $id:ident, $sum:expr, $literal:literal, $e:expr, $tt:tt) => {
            upsert!(
                users,
                values = users::name.eq("a"),
                conflict = unchecked ($function($of), $id * $sum) where logins.gt($literal).and($e).and(logins.ne($tt)),
                set = nothing,
            )
        };
    }
    assert_same!(
        index!(lower, name, id, logins - 1, -4, id.gt(1).or(deleted.eq(false)), 7),
        upsert!(
            users,
            values = users::name.eq("a"),
            conflict = unchecked (lower(name), id * (logins - 1)) where logins.gt(-4).and(id.gt(1).or(deleted.eq(false))).and(logins.ne(7)),
            set = nothing,
        );
        Pg, Sqlite
    );

    macro_rules! named {
        ($key:ident, $constraint:literal) => {
            (
                upsert!(users, values = users::name.eq("a"), conflict = key($key), set = nothing),
                upsert!(users, values = users::name.eq("a"), conflict = unchecked constraint($constraint), set = nothing),
            )
        };
    }
    let (key, constraint) = named!(users_live_email, "users_name");
    assert_same!(
        key,
        upsert!(users, values = users::name.eq("a"), conflict = key(users_live_email), set = nothing);
        Pg, Sqlite
    );
    assert_same!(
        constraint,
        upsert!(users, values = users::name.eq("a"), conflict = unchecked constraint("users_name"), set = nothing);
        Pg
    );
}
