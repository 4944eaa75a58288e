//! `get_or_create!`

use diesel::prelude::*;
use upsert_runtime::get_or_create;

use crate::schema::page_hits;

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
}
