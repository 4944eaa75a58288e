//! Types beside the usual ones: Rust types that can be NULL, and numbers that not every backend has.

use diesel::backend::Backend;
use diesel::dsl::AsExprOf;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::serialize::{IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Nullable};
use upsert_runtime::dsl::{coalesce, greatest, increment, least};
use upsert_runtime::upsert;

use crate::schema::page_hits;

/// Its SQL type is a nullable one, as `jiff-diesel` has them. What is negative is NULL.
#[derive(Debug, Clone, Copy, AsExpression)]
#[diesel(sql_type = Nullable<BigInt>)]
struct Likes(i64);

impl<DB> ToSql<Nullable<BigInt>, DB> for Likes
where
    DB: Backend,
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> diesel::serialize::Result {
        if self.0 < 0 {
            return Ok(IsNull::Yes);
        }
        ToSql::<BigInt, DB>::to_sql(&self.0, out)
    }
}

/// Likewise, without the derive.
#[derive(Debug, Clone, Copy)]
struct ByHand(Option<i64>);

impl AsExpression<Nullable<BigInt>> for ByHand {
    type Expression = AsExprOf<Option<i64>, Nullable<BigInt>>;

    fn as_expression(self) -> Self::Expression {
        AsExpression::<Nullable<BigInt>>::as_expression(self.0)
    }
}

const NULL: Likes = Likes(-1);

on_each_backend! {
    fn a_rust_type_that_can_be_null_goes_wherever_an_option_does(db) {
        let conn = &mut db.connect();
        let stored = |conn: &mut _| page_hits::table.select(page_hits::likes).first::<Option<i64>>(conn);
        macro_rules! set {
            ($($set:tt)+) => {{
                upsert!(page_hits, values = { page: "/", day: 1, likes: Likes(3) }, conflict = (page, day), set = $($set)+)
                    .execute(conn)?;
                stored(conn)?
            }};
        }
        assert_eq!(set!(nothing), Some(3));
        assert_eq!(set!(< likes = Likes(5) >), Some(5));
        assert_eq!(set!(< likes += Likes(2) >), Some(7));
        assert_eq!(set!(< likes -= &Likes(3) >), Some(4));
        assert_eq!(set!(< likes += NULL >), Some(4));
        assert_eq!(set!(< likes = greatest(page_hits.likes, Likes(9)) >), Some(9));
        assert_eq!(set!(< likes = greatest(page_hits.likes, NULL) >), Some(9));
        assert_eq!(set!(< likes = least(page_hits.likes, Likes(8)) >), Some(8));
        assert_eq!(set!(< likes += ByHand(Some(2)).into_sql::<Nullable<BigInt>>() >), Some(10));
        assert_eq!(set!(< likes = NULL >), None);
        assert_eq!(set!(< likes = coalesce(page_hits.likes, NULL) >), None);
        assert_eq!(set!(< likes = coalesce(page_hits.likes, Likes(6)) >), Some(6));
        assert_eq!(set!(< likes += 1, n += Likes(4) >), Some(7));
        assert_eq!(page_hits::table.select(page_hits::n).first::<i64>(conn)?, 4);
        diesel::update(page_hits::table).set(increment(page_hits::likes, Likes(1))).execute(conn)?;
        assert_eq!(stored(conn)?, Some(8));
    }

    fn every_expression_works_in_other_queries(db) {
        let conn = &mut db.connect();
        upsert!(page_hits, values = { page: "/", day: 1, n: 5 }, conflict = (page, day), set = nothing).execute(conn)?;
        let selected = page_hits::table
            .filter((greatest(page_hits::n, 1) + 1).gt(2).and((coalesce(page_hits::likes, 0) * 2).eq(0)))
            .order(least(page_hits::n, 3) - 1)
            .select((
                page_hits::page,
                greatest(page_hits::n, page_hits::likes) + 1,
                coalesce(page_hits::likes, 2) / 2,
                1.into_sql::<BigInt>(),
            ))
            .first::<(String, i64, i64, i64)>(conn)?;
        assert_eq!(selected, ("/".to_owned(), 6, 1, 1));
        let grouped = page_hits::table
            .group_by(page_hits::page)
            .select((page_hits::page, greatest(diesel::dsl::max(page_hits::n), 0) + 1))
            .first::<(String, i64)>(conn)?;
        assert_eq!(grouped, ("/".to_owned(), 6));
    }
}

mod returning {
    use super::*;

    on_each_backend! { returning:
        fn every_expression_can_be_returned_beside_columns_and_literals(db) {
            let conn = &mut db.connect();
            let hit = upsert!(
                page_hits,
                conflict = (page, day),
                set = < n += 1 >,
                where = (page_hits.n + 1).lt(100).and(greatest(page_hits.n, excluded.n).gt(0)).and((coalesce(page_hits.likes, 0) + 1).gt(0)),
                returning = (
                    page,
                    page_hits.n + 1,
                    page_hits.n - page_hits.n,
                    page_hits.n * 2 + 1,
                    page_hits.n / 2,
                    1.into_sql::<BigInt>(),
                    greatest(page_hits.n, 7),
                    least(page_hits.n, page_hits.likes),
                    coalesce(page_hits.likes, page_hits.n) + 1,
                ),
            );
            let row = (page_hits::page.eq("/"), page_hits::day.eq(1), page_hits::n.eq(5));
            hit.values(row).execute(conn)?;
            assert_eq!(hit.values(row).get_result(conn), Ok(("/".to_owned(), 7_i64, 0_i64, 13_i64, 3_i64, 1_i64, 7_i64, 6_i64, 7_i64)));
            let one = upsert!(page_hits, values = row, conflict = (page, day), set = < n += 1 >, returning = page_hits.n + 1);
            assert_eq!(one.get_result::<i64>(conn), Ok(8));
        }
    }
}
