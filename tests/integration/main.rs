use diesel::prelude::*;
use diesel::{debug_query, mysql::Mysql, pg::Pg, sqlite::Sqlite};
use upsert_runtime::dsl::*;
use upsert_runtime::upsert;
diesel::table! {
    page_hits (page, day) {
        page -> Text,
        day -> Integer,
        n -> BigInt,
        m -> Nullable<BigInt>,
        title -> Nullable<Text>,
    }
}
#[derive(Insertable)]
#[diesel(table_name = page_hits)]
struct Hit<'a> {
    page: &'a str,
    day: i32,
    n: i64,
}
macro_rules! show {
    ($s:expr) => {
        println!(
            "{}\n{}",
            debug_query::<Pg, _>(&$s),
            debug_query::<Sqlite, _>(&$s)
        );
        println!("{}\n", debug_query::<Mysql, _>(&$s));
    };
}
#[test]
fn first() {
    let d = 5;
    let hit = upsert!(page_hits, conflict = (page,day), set = < n += 1 >);
    let s = hit.values(&Hit {
        page: "/",
        day: 1,
        n: 1,
    });
    show!(s);
    let s = upsert!(page_hits, values = { page: "/", day: 1, n: d }, conflict = (page, day), set = { m += excluded.n, n -= page_hits.m, title });
    show!(s);
    let s = upsert!(page_hits, values = { page: "/", day: 1, n: d }, conflict = (page, day), set = < m += d, n *= 2 >, where = page_hits.n.lt(excluded.n));
    show!(s);
    let s = upsert!(page_hits, values = { page: "/", day: 1, n: d, title: None::<&str> }, conflict = (page, day), set = < m = greatest(page_hits.m, excluded.n), n /= 2, .. >);
    show!(s);
    let s = upsert!(page_hits, values = { page: "/", day: 1, n: d }, conflict = any, set = nothing);
    show!(s);
    let s = upsert!(page_hits, values = { page: "/", day: 1, n: d }, conflict = (page, day) where title.is_null().and(n.gt(-1)).or(title.eq("it's")), set = <n += 1>, returning = (n, page_hits.m));
    println!("{}", debug_query::<Pg, _>(&s));
    let s = upsert!(page_hits, values = { page: "/", day: 1, n: d }, conflict = constraint("page_hits_pkey"), set = <n += 1>, returning = n);
    println!("{}", debug_query::<Pg, _>(&s));
}
