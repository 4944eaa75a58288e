//! `unique_keys!`

/// Declares the unique keys of tables, for [`upsert!`](crate::upsert) to know them at compile time.
///
/// `table!` knows a table's primary key. The others are in the migrations:
///
/// ```text
/// unique_keys!(schema, migrations = "migrations");
/// ```
///
/// or are listed by hand:
///
/// ```
/// # use diesel::prelude::*;
/// # use upsert_runtime::{unique_keys, upsert};
/// mod schema {
///     diesel::table! {
///         users (id) {
///             id -> Integer,
///             email -> Text,
///             name -> Text,
///             logins -> Integer,
///             deleted_at -> Nullable<Timestamp>,
///         }
///     }
/// }
/// use schema::users;
///
/// unique_keys! {
///     schema::users:
///         users_email (email),
///         users_live_name (lower(name)) where deleted_at is null;
/// }
///
/// let by_email = upsert!(users, conflict = (email), set = < logins += 1 >);
/// let by_name = upsert!(users, conflict = key(users_live_name), set = < logins += 1 >);
/// ```
///
/// SQL of the second:
///
/// ```sql
/// INSERT INTO "users" (..) VALUES (..) ON CONFLICT (lower(name)) WHERE deleted_at is null DO UPDATE SET ..
/// ```
///
/// It implements [`UniqueKeys`](crate::keys::UniqueKeys) for each table, so it stands in the crate
/// that has the `table!`s. A table is declared once.
///
/// # By hand
///
/// ```text
/// unique_keys! {
///     path::of::table: KEY, KEY;
///     path::of::another: KEY;
/// }
/// KEY = [name] (element, ..) [nulls not distinct] [where predicate]
/// ```
///
/// * `name` is that of the index or constraint, for `key(name)`. One that Rust cannot spell is a
///   string: `"users.email" (email)`.
/// * An element is a column as Rust names it, or SQL. The order, the collation and the operator
///   class behind it (`"a text_pattern_ops"`) are no part of a conflict target, and of two keys
///   that differ in nothing else the database takes one.
/// * Expressions and the predicate are SQL, as in the index. Strings in it have Rust's quotes:
///   `where kind = "live"`. What has no tokens in Rust is a string as a whole:
///   `where "kind = 'live'"`. Columns in it are checked too: a word is one by its place, whatever
///   else it is in SQL. Their types are not known here, and taken for those that are usual there: a
///   `lower(a)` is that of a text, and not of a range. Nor is it known here which columns are
///   generated: `unchecked (slug)` has one in the target, and that nothing moves the row away from
///   such a key is for you to see.
/// * A key holds for every backend that can have it: one with a predicate not for MySQL, one with
///   `nulls not distinct` and a column that can be NULL for PostgreSQL alone. All of it is [taken
///   for granted](crate::verify_unique_keys).
///
/// # Migrations
///
/// The folder is relative to the crate's `Cargo.toml`; its migrations are replayed in the order of
/// their versions, as `diesel migration run` does. What they leave is all that is known of a table,
/// so that even a primary key that `table!` only pretends is refused.
///
/// ```text
/// unique_keys!(schema, migrations = "migrations", except = (audit_log, spatial_ref_sys));
/// unique_keys!(schema, migrations = { postgres: "migrations/postgres", sqlite: "migrations/sqlite" });
/// ```
///
/// * In braces there is a folder for each backend that the crate supports, and a target compiles
///   for those that have its key. A single folder holds for all. What SQL it is in is known from a
///   folder that is called `postgres`, `sqlite` or `mysql`, or else from the feature that is
///   enabled, if it is one; braces say it in any case.
/// * `schema` is the module that has the `table!`s, by the names that `diesel print-schema` gives
///   them. Those of another database schema are in a module of its name, as it writes them. A table
///   that is not there is an error, which `except` settles: `except = (t)` is that of the default
///   schema, `except = (billing::t)` that of another. So is a `table!` of the name that by its
///   `sql_name` or its schema is another table: list its keys by hand.
/// * Of a table that the migrations do not have, `table!` alone claims the primary key. Where
///   `except` names it, and where the migrations drop it or make a view of it, that is refused; by
///   hand it is declared: `unique_keys! { schema::audit_log: }`. A table that a function creates,
///   or that has another name here (`sql_name`), cannot be told from one of another database:
///   declare it by hand too, and have [`verify_unique_keys`](crate::verify_unique_keys) compare it
///   with the database.
/// * The statements and clauses that leave unique keys alone are a list. What is not on it is
///   followed, or is an error that names file and line: list that table's keys by hand, and name it
///   in `except`. So is a block, a procedure or a prepared statement that may drop or alter one,
///   and every one that puts such a statement together while it runs. What a function does that no
///   migration creates is not seen.
/// * A folder for `mysql` is read as MySQL and as MariaDB, and as each version for which there are
///   comments that run (`/*!80000 .. */`, `/*M! .. */`). Where they do not come to the same keys,
///   it is an error.
/// * A `search_path` that a migration leaves set, or a `USE`, holds for that session alone: the
///   next migration writes the schema, or sets it again (`SET LOCAL search_path`).
/// * What goes with a schema, an extension, a type or a function by CASCADE is not always certain:
///   a key that may go is gone.
/// * When a file changes, the crate is compiled again. For a new one as well, `build.rs` says:
///
/// ```
/// println!("cargo:rerun-if-changed=migrations");
/// ```
///
/// # The live database
///
/// [`verify_unique_keys`](crate::verify_unique_keys) compares the keys of a table with those that
/// are there, for a test or the start of a program. `verify = name` defines a function that does it
/// for all tables of the declaration:
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// # use upsert_runtime::unique_keys;
/// # let conn = &mut connection();
/// unique_keys! {
///     verify = verify_keys;
///     page_hits: (title);
/// }
///
/// let error = verify_keys(conn).unwrap_err();
/// assert!(error.to_string().contains("there is no index on these columns"));
/// ```
///
/// With migrations it is one more argument:
/// `unique_keys!(schema, migrations = "migrations", verify = verify_keys)`.
/// [`describe_unique_keys`](crate::describe_unique_keys) writes the declaration of a database, to
/// begin with.
#[macro_export]
macro_rules! unique_keys {
    ($($tokens:tt)*) => {
        $crate::__private::unique_keys! { $crate $($tokens)* }
    };
}
