//! `upsert!`

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
/// It returns an [`Upsert`](crate::statement::Upsert), which is executed like any other Diesel
/// query; without `values`, an [`IncompleteUpsert`](crate::statement::IncompleteUpsert), which is
/// kept and given one row after the other:
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
/// The table comes first: the path of its `table!` module. By `use schema::page_hits::dsl::*` alone
/// that name is a struct, so take the module too: `use schema::page_hits::{self, dsl::*}`. The
/// sections come in any order. `conflict` and `set` have to be there.
///
/// ## `conflict`: which unique key the row may meet
///
/// | written | is |
/// |---|---|
/// | `(a, b)` | the columns of a unique key, in any order |
/// | `(lower(name))` | the elements of an expression index |
/// | `(a) where deleted.eq(false)` | a partial index |
/// | `key(name)` | a key by the name under which [`unique_keys!`](crate::unique_keys) declares it, with its expressions and predicate |
/// | `constraint("name")` | a constraint |
/// | `any` | whatever unique key is hit; `set` may change it. A row that hits none is inserted, one more each time where NULL is in its keys |
/// | `unchecked (a, b)` | columns, an index or a constraint, without the check below |
/// | `unchecked key(name)` | a declared key, of which nothing is checked but that it is declared, and for the backend |
///
/// A function in it is one that Diesel knows, so `lower`, `date_trunc` and their like are declared
/// with [`define_sql_function!`](diesel::define_sql_function); `key(name)` needs none:
///
/// ```
/// # use diesel::prelude::*;
/// # use upsert_runtime::{unique_keys, upsert};
/// # mod tables {
/// #     diesel::table! { tags (id) { id -> Integer, name -> Text, n -> BigInt } }
/// # }
/// # use tables::tags;
/// use diesel::sql_types::Text;
///
/// diesel::define_sql_function! {
///     fn lower(text: Text) -> Text;
/// }
///
/// unique_keys! { tables::tags: tags_name (lower(name)); }
///
/// # let conn = &mut SqliteConnection::establish(":memory:").unwrap();
/// # diesel::sql_query("CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT NOT NULL, n BIGINT NOT NULL)").execute(conn)?;
/// # diesel::sql_query("CREATE UNIQUE INDEX tags_name ON tags (lower(name))").execute(conn)?;
/// for name in ["Rust", "rust"] {
///     upsert!(tags, values = { name, n: 1 }, conflict = (lower(name)), set = < n += 1 >).execute(conn)?;
/// }
/// upsert!(tags, values = { name: "RUST", n: 1 }, conflict = key(tags_name), set = < n += 1 >).execute(conn)?;
/// assert_eq!(tags::table.select(tags::n).load::<i64>(conn)?, [3]);
/// # diesel::QueryResult::Ok(())
/// ```
///
/// **The target is looked up at compile time**, among the primary key of `table!` and what
/// [`unique_keys!`](crate::unique_keys) declares: a target that is no unique key would be an error
/// of PostgreSQL and SQLite [when the statement runs][pg], and on MySQL there would be one row more
/// each time. It has to be a key on exactly these columns, and that its expression or predicate is
/// the same one is for the database to say. These do not compile either:
///
/// * a column of the key that can be NULL by `table!` or by the migrations, for [NULLs are
///   distinct][nulls] and conflict with nothing; unless the key is NULLS NOT DISTINCT, or the key's
///   predicate rules NULL out (`where email is not null`), or a literal `values = { .. }` has a
///   Rust value there whose type has no NULL: a `&str`, and no `Option<&str>`, no `f64` (SQLite
///   stores NaN as NULL) and no SQL expression but `coalesce` with such a value. In a literal row
///   that is asked for with such a predicate too;
/// * an expression of the key that may be NULL where no column in it is. Known not to be are, on
///   columns of types that come with the database: `||`, `+`, `-`, `*`, and `/` and `%` by a number
///   that is written there; comparisons, AND, OR, NOT, `IS NULL`; casts (not of JSON), `COLLATE`,
///   `AT TIME ZONE`; CASE with ELSE; `coalesce` with something that is never NULL; `lower`,
///   `upper`, `trim`, `replace`, `substr`, `left`, `right`, `length`, `md5`, `abs`, `round`,
///   `date_trunc` and their like, as far as the database keeps NOT NULL in them. `date(a)` is known
///   on PostgreSQL, and not on SQLite, where a text may be none. If you know it of another one:
///   `unchecked key(name)`;
/// * a literal `values = { .. }` without a column of the key; in place of one that is generated, by
///   the migrations, without those that it is computed from;
/// * an assignment to a column of the key: the row keeps the key by which it was met. Those that an
///   expression or a generated column of it is made of, `lower(name)`, may become what is proposed,
///   all of them, for then the key is the same: by `name`, or by `..`. A column of the key's
///   predicate may become anything: an update that makes it false takes the row out of the index,
///   and the next one like it is inserted; so is each row for which it is false to begin with;
/// * a column of the key that is `ON UPDATE CURRENT_TIMESTAMP`, by the migrations: each update
///   would move the row away from its key;
/// * **on MySQL and MariaDB** another unique key that the row could hit, because there [the clause
///   fires on any][my]. What it cannot hit does not count: keys with all columns of the target and
///   more, and, where `values` is a literal, keys with a column that it leaves out and that is NULL
///   or new then. By migrations that is one that is AUTO_INCREMENT, or nullable without a DEFAULT,
///   or whose whole DEFAULT is `uuid()` in a CHAR(36) or `uuid_to_bin(uuid())` in a BINARY(16);
///   none where the table has a trigger BEFORE INSERT, which may fill it in. By hand nobody says,
///   and only a primary key of one column is taken for AUTO_INCREMENT. `any` says that each key may
///   be hit;
/// * **on MySQL and MariaDB** such a row where the AUTO_INCREMENT is no BIGINT. Each upsert takes a
///   number (below), so that an INT has none left after 2^31 of them, hours of a busy counter: then
///   MySQL proposes the last number again, finds the row that has it, and adds to **that** row. Not
///   for `any` either; that a row which is no literal leaves it out is not seen there;
/// * **on MySQL and MariaDB** a literal 0 in an AUTO_INCREMENT column of the target: it stands for
///   [the next number][zero], as NULL does, and there would be one more row each time. By hand it
///   is refused in a primary key of one column. A 0 that is a Rust variable, in a struct or the
///   value of an expression (`1 - 1`) is not seen; with the SQL mode `NO_AUTO_VALUE_ON_ZERO` it is
///   a number like another.
///
/// What a trigger does is not seen: one that changes a column of the key, before an INSERT or an
/// UPDATE, moves the row away from it.
///
/// **Each upsert takes a number of a sequence**, on every backend (PostgreSQL's `SERIAL` and
/// `GENERATED AS IDENTITY`, AUTO_INCREMENT, SQLite's `AUTOINCREMENT`, but not its rowid without
/// that): the row is made before its key is found to be there, and a number is never given back. So
/// ids have gaps, of one number for each update. What helps: a column of eight bytes (BIGINT,
/// BIGSERIAL); no id where the key is one already (`PRIMARY KEY (page, day)`); an UPDATE first, and
/// the upsert where it finds no row.
///
/// In the elements and the predicate of an index every bare name is a column of the table, as in
/// `CREATE INDEX`, and every literal is written into the SQL: the databases compare it with the
/// index's own while they plan. PostgreSQL proves that the predicate implies the index's. SQLite
/// compares text: `TRUE` and `FALSE` are written in capitals, and have to be in the index too;
/// `key(name)` has the index's own text.
///
/// Expressions, predicates and `constraint` are PostgreSQL's; expressions and predicates are
/// SQLite's too; elsewhere they do not compile. `any` with an update does not compile on
/// PostgreSQL, [which wants a target][pg].
///
/// ## `set`: what happens to the stored row
///
/// A new row is what `values` says: `n: 1` counts the first, and `n += 1` each one after it.
/// `< .. >` or `{ .. }` with assignments, separated by commas, or `nothing`:
///
/// | written | means |
/// |---|---|
/// | `n += e`, `n -= e` | `n = table.n + e`; a NULL on either side counts as 0 |
/// | `n *= e`, `n /= e` | `n = table.n * e`; between integers `/=` drops the fraction; a nullable column does not compile |
/// | `n = e` | any Diesel expression or Rust value; one of a Rust type that can be NULL itself derives `AsExpression`, or is `e.into_sql::<Nullable<..>>()` |
/// | `n` | `n = excluded.n` |
/// | `..` | every other column of a literal `values = { }`, key columns excepted, from `excluded` |
///
/// In `e` the table's own name is the stored row and `excluded` the proposed one:
/// `page_hits.n + excluded.n`, even where a local variable has that name. `n = n + 1` does not
/// compile, for there `n` would be a variable: `n += 1`, or `n = (n) + 1` where that is meant. A
/// table that is called `excluded` does not compile. All else is Rust; [`dsl`](crate::dsl) has
/// `greatest`, `least` and `coalesce`. Arithmetic that begins with one of these has one meaning on
/// every backend; what else Diesel has is the backend's own (`page_hits::n / 2` has a fraction on
/// MySQL, `page_hits.n / 2` has none). `..` leaves the columns of the primary key as they are too,
/// so that a row keeps its identity when it is met by another key. All assignments see the row as
/// it was stored. MySQL evaluates them [from left to right][update], so they are written in an
/// order that makes no difference; where there is none, because two read each other's columns, the
/// statement does not compile for MySQL.
///
/// `nothing` keeps the stored row: `DO NOTHING`, and `k = k` on MySQL, where `INSERT IGNORE` would
/// [hide other errors][ignore].
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
/// It says which stored rows are updated, and nothing of a row that is inserted: that is for
/// `values`, or a CHECK of the database, which is asked of the proposed row too where a stored one
/// is updated: `CHECK (qty >= 0)` refuses a proposed `qty` of -2 that `qty += excluded.qty` would
/// add. Whether it held, [`outcome`](crate::Upsert::outcome) tells on each backend. PostgreSQL and
/// SQLite tell by the number of rows too, 0 where nothing was written. **MySQL and MariaDB do
/// not**: there `execute` gives 1 for a row that was inserted and for one that stayed as it was,
/// and 2 for one that was changed.
///
/// MySQL has no such clause: there each value is `if(condition, value, table.column)`. Where `if`
/// may not give back exactly what is stored, a `Timestamp` or a `Json`, the assignment [does not
/// compile](crate::dialect::SupportsGuardOn). So that it is the same for all of them, a condition
/// must not be one that changes while the statement runs, such as `rand()`. One that reads several
/// columns which are assigned ("where one of them differs") is evaluated before the first
/// assignment, into the session's variable `@upsert_guard`; MySQL 8 counts that as a
/// [deprecated][variable] use and warns.
///
/// ## `values`: the proposed row
///
/// `{ page: "/", day, n: 1 }`, in which `day` is short for `day: day`; or anything `Insertable`
/// that is one row: `&hit`, a tuple. A `Vec`, a slice or a SELECT does not compile: each row is a
/// statement of its own. A struct whose fields are all `None` leaves everything to the database; on
/// SQLite, which has no `DEFAULT` here, it leaves the [rowid] to it, so that a `WITHOUT ROWID`
/// table is an error of the database, and no column may be called `_rowid_`.
///
/// ## `returning`: what comes back
///
/// A column, a tuple of columns or expressions, or a type `Model` that derives `Selectable`, for
/// `Model::as_returning()`. It is the row as stored afterwards, and none where nothing was inserted
/// or updated: with `set = nothing` it is `NotFound` where the row is there. Does not compile on
/// MySQL, where Diesel has no `RETURNING`. [`get_outcome`](crate::Upsert::get_outcome) gives it in
/// each case and on each backend, beside whether the row was inserted, updated or left as it was.
///
/// # What the backends do differently
///
/// * **A row that is left alone is written all the same on MySQL and MariaDB**, with the values
///   that it has: by `set = nothing`, and by a `where` that does not hold. [BEFORE UPDATE
///   triggers][triggers] run, and what they change is stored. Under such a `where` a column that is
///   [`ON UPDATE CURRENT_TIMESTAMP`][auto] is set where a column with a DEFAULT is assigned and is
///   NULL; not if `set` assigns it too. What [strict mode][strict] would not store again, an
///   `ENUM`'s empty value or on MySQL a date of zeros, is an error then.
/// * **`LAST_INSERT_ID()` of MySQL and MariaDB** is the number of the last row that the session
///   inserted: an upsert that updates a row leaves it at that of **another** row (seen on MySQL 9.7
///   and MariaDB 10.11; [the manual][my] has it otherwise). `returning = id` and
///   [`get_outcome`](crate::Upsert::get_outcome) give it. Or assign the
///   number, for which [`LAST_INSERT_ID(id)`][last] is there:
///
///   ```text
///   diesel::define_sql_function! { #[sql_name = "last_insert_id"] fn is_last<T: diesel::sql_types::SingleValue>(id: T) -> T; }
///   diesel::define_sql_function! { fn last_insert_id() -> BigInt; }
///
///   upsert!(users, values = { email }, conflict = (email), set = < logins += 1, id = is_last(users.id) >).execute(conn)?;
///   let id: i64 = diesel::select(last_insert_id()).get_result(conn)?;
///   ```
/// * **Division by zero** is an error, but NULL on SQLite, which a column that is NOT NULL refuses.
///   SQLite stores **NaN** as NULL too, and MySQL has none.
/// * **`Float`** has eight bytes on SQLite, whose sums are those of `Double`. A quotient of
///   **`Numeric`** has [four decimals more][div] than its dividend on MySQL before it is stored, on
///   PostgreSQL at least sixteen digits; SQLite has no decimals but REAL. There a column that is
///   declared [DECIMAL or NUMERIC][affinity] keeps 7.0 as an integer, and the quotient of two of
///   them drops its fraction: declare it REAL or DOUBLE.
/// * **`conflict = any`** with a row that meets two stored rows by two keys updates one of them:
///   that of the index which the database looks at first, and SQLite's order is not MySQL's.
/// * **PostgreSQL**, several sessions inserting a row for the first time that has two unique keys:
///   the target settles the conflict on its own key, and now and then one of them meets the other
///   key first, which is a `UniqueViolation`. Nothing is written then, and executing it again is
///   right.
///
/// # Long statements
///
/// The type of a statement is as deep as its expressions are. From some 50 `.and(..)` in a row on,
/// or 100 `+`, or 100 assignments, the compiler asks for `#![recursion_limit = "256"]` in the
/// crate, as it does for any Diesel query of that kind.
///
/// # Errors
///
/// Those of the database, as [`diesel::result::Error`]; nothing is written then. A number that
/// overflows is one on PostgreSQL, and on MySQL in its [strict mode][strict], which is the default;
/// SQLite, whose integers all have eight bytes, makes a `BigInt` that overflows a REAL unless the
/// table is [STRICT](https://sqlite.org/stricttables.html); it stores an `Integer` or a `SmallInt`
/// that is larger than its type, STRICT or not, and Diesel reads another number from it: there a
/// CHECK helps, or a `BigInt`.
/// `QueryBuilderError` on MySQL where a Rust expression or raw SQL hides what may be a read of a
/// column that was assigned before it: its name, unless that is certainly something else there
/// (`VALUES(n)`, `other.n`, the `end` of a `case`).
///
/// [pg]: https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT
/// [my]: https://dev.mysql.com/doc/refman/8.4/en/insert-on-duplicate.html
/// [nulls]: https://www.postgresql.org/docs/current/indexes-unique.html
/// [zero]: https://dev.mysql.com/doc/refman/8.4/en/example-auto-increment.html
/// [rowid]: https://sqlite.org/lang_createtable.html#rowid
/// [update]: https://dev.mysql.com/doc/refman/8.4/en/update.html
/// [variable]: https://dev.mysql.com/doc/refman/8.4/en/user-variables.html
/// [strict]: https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#sql-mode-strict
/// [affinity]: https://sqlite.org/datatype3.html#type_affinity
/// [last]: https://dev.mysql.com/doc/refman/8.4/en/information-functions.html#function_last-insert-id
/// [triggers]: https://dev.mysql.com/doc/refman/8.4/en/trigger-syntax.html
/// [auto]: https://dev.mysql.com/doc/refman/8.4/en/timestamp-initialization.html
/// [div]: https://dev.mysql.com/doc/refman/8.4/en/arithmetic-functions.html#operator_div
/// [ignore]: https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#ignore-effect-on-execution
#[macro_export]
macro_rules! upsert {
    ($($tokens:tt)*) => {
        $crate::__private::upsert! { $crate $($tokens)* }
    };
}
