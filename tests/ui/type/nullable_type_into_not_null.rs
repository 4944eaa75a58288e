#[path = "../schema.rs"]
mod schema;

use diesel::sql_types::{BigInt, Nullable};
use schema::page_hits;
use upsert_runtime::upsert;

#[derive(Debug, diesel::expression::AsExpression)]
#[diesel(sql_type = Nullable<BigInt>)]
struct Likes(i64);

fn main() {
    let _ = upsert!(page_hits, conflict = (page, day), set = < n = Likes(1) >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n *= Likes(1) >);
}
