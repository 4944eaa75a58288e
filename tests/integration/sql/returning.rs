//! What `returning` gives back.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use upsert_runtime::upsert;

use super::HIT;
use super::text::sql;
use crate::schema::page_hits;

#[test]
fn returning_a_column_a_tuple_an_expression_or_a_model() {
    #[derive(Queryable, Selectable)]
    #[diesel(table_name = page_hits)]
    #[allow(dead_code)]
    struct Total {
        page: String,
        n: i64,
    }
    macro_rules! returned {
        ($($returning:tt)+) => {{
            let statement = upsert!(page_hits, values = HIT, conflict = (page, day), set = < n += 1 >, returning = $($returning)+);
            let text = sql::<Pg>(&statement);
            assert_eq!(text, sql::<Sqlite>(&statement).replace('`', "\"").replacen('?', "$1", 1).replacen('?', "$2", 1).replacen('?', "$3", 1).replacen('?', "$4", 1).replacen('?', "$5", 1));
            text[text.find("RETURNING").unwrap()..].to_owned()
        }};
    }
    assert_eq!(returned!(n), r#"RETURNING "page_hits"."n""#);
    assert_eq!(
        returned!((page, n)),
        r#"RETURNING "page_hits"."page", "page_hits"."n""#
    );
    assert_eq!(
        returned!(page_hits.n * 2),
        r#"RETURNING ("page_hits"."n" * $5)"#
    );
    assert_eq!(
        returned!((n, page_hits.likes)),
        r#"RETURNING "page_hits"."n", "page_hits"."likes""#
    );
    let model = upsert!(page_hits, values = HIT, conflict = (page, day), set = < n += 1 >, returning = Total);
    assert!(sql::<Pg>(&model).ends_with(r#"RETURNING "page_hits"."page", "page_hits"."n""#));
}
