//! The public macros: each carries its documentation here and hands `$crate` to the proc macro, so that
//! a renamed or re-exported dependency works.

/// Inserts a row, or updates the one that is there.
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// # let conn = &mut connection();
/// upsert!(page_hits, values = { page: "/", day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >)
///     .execute(conn)?;
/// # diesel::QueryResult::Ok(())
/// ```
///
/// SQL on PostgreSQL and SQLite, and on MySQL and MariaDB:
///
/// ```sql
/// INSERT INTO "page_hits" ("page", "day", "n") VALUES ($1, $2, $3)
///     ON CONFLICT ("page", "day") DO UPDATE SET "n" = ("page_hits"."n" + $4)
/// INSERT INTO `page_hits` (`page`, `day`, `n`) VALUES (?, ?, ?)
///     ON DUPLICATE KEY UPDATE `n` = (`page_hits`.`n` + ?)
/// ```
///
/// It returns an [`Upsert`](crate::statement::Upsert), which is executed like any other Diesel query; without
/// `values`, an [`IncompleteUpsert`](crate::statement::IncompleteUpsert), which is kept and given one row after the other:
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// # let conn = &mut connection();
/// let hit = upsert!(page_hits, conflict = (page, day), set = < n += 1 >);
/// for page in ["/", "/about", "/"] {
///     let row = (page_hits::page.eq(page), page_hits::day.eq(1), page_hits::n.eq(1));
///     hit.values(row).execute(conn)?;
/// }
/// # diesel::QueryResult::Ok(())
/// ```
///
/// # Sections
///
/// The table comes first: the path of its `table!` module. The sections come in any order. `conflict` and `set`
/// have to be there.
///
/// ## `conflict`: which unique key the row may meet
///
/// | written | is |
/// |---|---|
/// | `(a, b)` | the columns of a unique key |
/// | `(lower(name))` | the elements of an expression index |
/// | `(a) where deleted.eq(false)` | a partial index |
/// | `constraint("name")` | a constraint |
/// | `any` | whatever unique key is hit |
///
/// In the elements and the predicate of an index every bare name is a column of the table, as in `CREATE INDEX`, and
/// every literal is written into the SQL: the databases compare it with the index's own while they plan. PostgreSQL
/// proves that the predicate implies the index's. SQLite compares text: `TRUE` and `FALSE` are written in capitals, and
/// have to be in the index too.
///
/// Expressions, predicates and `constraint` are PostgreSQL's; expressions and predicates are SQLite's too; elsewhere they
/// do not compile. `any` with an update does not compile on PostgreSQL, [which wants a target][pg].
///
/// **On MySQL and MariaDB the clause fires on any unique key** that the row hits, [whatever is written here][my]. Use it
/// with tables that have one unique key which the row can hit, or say `any`.
///
/// ## `set`: what happens to the stored row
///
/// `< .. >` or `{ .. }` with assignments, separated by commas, or `nothing`:
///
/// | written | means |
/// |---|---|
/// | `n += e`, `n -= e` | `n = table.n + e`; a NULL on either side counts as 0 |
/// | `n *= e`, `n /= e` | `n = table.n * e`; between integers `/=` drops the fraction; a nullable column does not compile |
/// | `n = e` | any Diesel expression or Rust value |
/// | `n` | `n = excluded.n` |
/// | `..` | every other column of a literal `values = { }`, key columns excepted, from `excluded` |
///
/// In `e` the table's own name is the stored row and `excluded` the proposed one: `page_hits.n + excluded.n`, even where a
/// local variable has that name. All else is Rust; [`dsl`](crate::dsl) has `greatest`, `least` and `coalesce`. Arithmetic
/// that begins with one of these has one meaning on every backend; what else Diesel has is the backend's own
/// (`page_hits::n / 2` has a fraction on MySQL, `page_hits.n / 2` has none). `..` leaves the columns of the primary key as
/// they are too, so that a row keeps its identity when it is met by another key. All assignments see the row as it was stored. MySQL
/// evaluates them [from left to right][update], so they are written in an order that makes no difference; where there is
/// none, because two read each other's columns, the statement does not compile for MySQL.
///
/// `nothing` keeps the stored row: `DO NOTHING`, and `k = k` on MySQL, where `INSERT IGNORE` would [hide other errors][ignore].
///
/// ## `where`: which stored rows are updated
///
/// A Diesel condition on both rows. Where it is false or NULL the stored row stays as it is:
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// # let conn = &mut connection();
/// upsert!(
///     page_hits,
///     values = { page: "/", day: 1, n: 5, title: "Home" },
///     conflict = (page, day),
///     set = < .. >,
///     where = page_hits.n.lt(excluded.n),
/// )
/// .execute(conn)?;
/// # diesel::QueryResult::Ok(())
/// ```
///
/// MySQL has no such clause: there each value is `if(condition, value, table.column)`. So that it is the same for all of them,
/// a condition must not be one that changes while the statement runs, such as `rand()`.
///
/// ## `values`: the proposed row
///
/// `{ page: "/", day, n: 1 }`, in which `day` is short for `day: day`; or anything `Insertable`: `&hit`, a tuple.
///
/// ## `returning`: what comes back
///
/// A column, a tuple of columns or expressions, or a type `Model` that derives `Selectable`, for
/// `Model::as_returning()`. It is the row as stored afterwards, and none where nothing was inserted or updated. Does not
/// compile on MySQL, where Diesel has no `RETURNING`.
///
/// # Errors
///
/// Those of the database, as [`diesel::result::Error`]; nothing is written then. A number that overflows is one on
/// PostgreSQL, and on MySQL in its [strict mode][strict], which is the default; SQLite makes it a REAL unless the table is
/// [STRICT](https://sqlite.org/stricttables.html). `QueryBuilderError` where `values` has not one row, where `..` stands for
/// nothing, and on MySQL where a Rust expression or raw SQL hides a read of a column that was assigned before it.
///
/// [pg]: https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT
/// [my]: https://dev.mysql.com/doc/refman/8.4/en/insert-on-duplicate.html
/// [update]: https://dev.mysql.com/doc/refman/8.4/en/update.html
/// [strict]: https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#sql-mode-strict
/// [ignore]: https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#ignore-effect-on-execution
#[macro_export]
macro_rules! upsert {
    ($($tokens:tt)*) => {
        $crate::__private::upsert! { $crate $($tokens)* }
    };
}

/// What the examples in this documentation share.
#[doc(hidden)]
#[macro_export]
macro_rules! doctest_prelude {
    () => {
        use diesel::prelude::*;
        use upsert_runtime::upsert;

        diesel::table! {
            page_hits (page, day) {
                page -> Text,
                day -> Integer,
                n -> BigInt,
                title -> Nullable<Text>,
            }
        }

        fn connection() -> SqliteConnection {
            let mut conn = SqliteConnection::establish(":memory:").unwrap();
            diesel::connection::SimpleConnection::batch_execute(
                &mut conn,
                "CREATE TABLE page_hits (
                    page TEXT NOT NULL, day INTEGER NOT NULL, n BIGINT NOT NULL, title TEXT,
                    PRIMARY KEY (page, day)
                )",
            )
            .unwrap();
            conn
        }
    };
}
