//! Types beside the usual ones: Rust types that can be NULL, and numbers that not every backend
//! has.

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
    fn a_reference_to_an_option_is_a_value_too(db) {
        let conn = &mut db.connect();
        let (title, likes, none) = (Some("b".to_owned()), Some(2_i64), None::<i64>);
        for _ in 0..2 {
            upsert!(
                page_hits,
                values = { page: "/", day: 1, n: 1, title: &title, likes: &none },
                conflict = (page, day),
                set = < title = &title, likes += &likes, n += &none >,
            )
            .execute(conn)?;
        }
        let stored = page_hits::table.select((page_hits::title, page_hits::likes, page_hits::n)).first(conn);
        assert_eq!(stored, Ok((title, likes, 1_i64)));
    }

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
        assert_eq!(set!(< likes = page_hits.likes + Likes(1), n = coalesce(page_hits.likes, 0) >), Some(9));
        assert_eq!(set!(< likes = page_hits.likes - Likes(1) >), Some(8));
        assert_eq!(set!(< likes += ByHand(Some(2)).into_sql::<Nullable<BigInt>>() >), Some(10));
        assert_eq!(set!(< likes = NULL >), None);
        assert_eq!(set!(< likes = coalesce(page_hits.likes, NULL) >), None);
        assert_eq!(set!(< likes = coalesce(page_hits.likes, Likes(6)) >), Some(6));
        assert_eq!(set!(< likes += 1, n += Likes(4) >), Some(7));
        assert_eq!(page_hits::table.select(page_hits::n).first::<i64>(conn)?, 12);
        diesel::update(page_hits::table).set(increment(page_hits::likes, Likes(1))).execute(conn)?;
        assert_eq!(stored(conn)?, Some(8));
    }
}

#[cfg(feature = "postgres")]
#[test]
fn money_is_counted() -> QueryResult<()> {
    use diesel::data_types::Cents;

    diesel::table! {
        accounts (name) {
            name -> Text,
            balance -> Money,
            bonus -> Nullable<Money>,
        }
    }
    let db = crate::database::postgres("money_is_counted");
    let conn = &mut db.connect();
    diesel::sql_query(
        "CREATE TABLE accounts (name TEXT PRIMARY KEY, balance MONEY NOT NULL, bonus MONEY)",
    )
    .execute(conn)?;
    let pay = upsert!(
        accounts,
        conflict = (name),
        set = < balance += excluded.balance, bonus += Cents(25) >,
    );
    for _ in 0..3 {
        pay.values((accounts::name.eq("a"), accounts::balance.eq(Cents(1050))))
            .execute(conn)?;
    }
    let stored = || accounts::table.select((accounts::balance, accounts::bonus));
    assert_eq!(stored().first(conn), Ok((Cents(3150), Some(Cents(50)))));
    let spend = upsert!(
        accounts,
        conflict = (name),
        set = < balance -= Cents(150), bonus -= None::<Cents> >,
    );
    spend
        .values((accounts::name.eq("a"), accounts::balance.eq(Cents(0))))
        .execute(conn)?;
    diesel::update(accounts::table)
        .set(increment(accounts::bonus, Cents(1)))
        .execute(conn)?;
    assert_eq!(stored().first(conn), Ok((Cents(3000), Some(Cents(51)))));
    Ok(())
}

#[cfg(feature = "mysql")]
#[test]
fn small_numbers_of_mysql_are_counted() -> QueryResult<()> {
    diesel::table! {
        levels (name) {
            name -> Text,
            level -> TinyInt,
            best -> Nullable<TinyInt>,
            lives -> Unsigned<TinyInt>,
            score -> Nullable<Unsigned<SmallInt>>,
        }
    }
    let db = crate::database::mysql("small_numbers_of_mysql_are_counted");
    let conn = &mut db.connect();
    diesel::sql_query(
        "CREATE TABLE levels (name VARCHAR(20) PRIMARY KEY, level TINYINT NOT NULL, best TINYINT,
         lives TINYINT UNSIGNED NOT NULL, score SMALLINT UNSIGNED)",
    )
    .execute(conn)?;
    let row = (
        levels::name.eq("a"),
        levels::level.eq(5),
        levels::lives.eq(3),
    );
    let stored =
        || levels::table.select((levels::level, levels::best, levels::lives, levels::score));
    let play = upsert!(
        levels,
        conflict = (name),
        set = < level += 1, best += excluded.level, lives -= 1_u8, score += Some(9) >,
    );
    for _ in 0..3 {
        play.values(row).execute(conn)?;
    }
    assert_eq!(
        stored().first::<(i8, Option<i8>, u8, Option<u16>)>(conn)?,
        (7, Some(10), 1, Some(18))
    );
    let scale = upsert!(levels, conflict = (name), set = < level /= 2, lives *= 3 >);
    scale.values(row).execute(conn)?;
    assert_eq!(
        stored().first::<(i8, Option<i8>, u8, Option<u16>)>(conn)?,
        (3, Some(10), 3, Some(18))
    );
    assert!(
        (0..4).any(|_| play.values(row).execute(conn).is_err()),
        "no number goes below 0"
    );
    assert_eq!(levels::table.select(levels::lives).first::<u8>(conn)?, 0);
    Ok(())
}
