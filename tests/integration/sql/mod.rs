//! The exact SQL of every form on every backend, by `debug_query`; no database is needed.

#[macro_use]
mod text;

mod as_by_hand;
mod assignments;
mod functions;
mod order;
mod returning;
mod statement;
mod target;

use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::schema::page_hits;

diesel::define_sql_function!(fn lower(text: Text) -> Text);

const DAY: i32 = 20_000;

#[derive(Insertable)]
#[diesel(table_name = page_hits)]
struct Hit<'a> {
    page: &'a str,
    day: i32,
    n: i64,
}

const HIT: Hit<'_> = Hit {
    page: "/",
    day: DAY,
    n: 1,
};
