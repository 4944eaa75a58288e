//! The statements: each form of an assignment with each operand, and each other section in its
//! forms.
//!
//! An assignment is put together from what `upsert!` expands to, without its checks, which are no
//! part of the statement: for as many calls they take the compiler minutes.

use std::any::type_name;

use diesel::backend::Backend;
use diesel::dsl::{case_when, sql};
use diesel::expression::{AppearsOnTable, Expression};
use diesel::mysql::Mysql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{define_sql_function, infix_operator};
use upsert_runtime::__private::{
    Always, Columns, DoUpdate, InOrder, NoReturning, assign, divide, guard, incomplete, multiply,
    stored, told,
};
use upsert_runtime::dsl::{coalesce, decrement, excluded, greatest, increment, least};
use upsert_runtime::statement::{Delta, Upsert, ops};
use upsert_runtime::upsert;

use super::entry::Entry;
use crate::schema::page_hits::{self, likes, n, ratio};
use crate::schema::users;

type Row = (
    diesel::dsl::Eq<page_hits::page, &'static str>,
    diesel::dsl::Eq<page_hits::day, i32>,
    diesel::dsl::Eq<n, i64>,
    diesel::dsl::Eq<likes, i64>,
);
type Values = <Row as Insertable<page_hits::table>>::Values;
type Key = Columns<(page_hits::page, (page_hits::day, ()))>;
type Set<A, G = Always> =
    Upsert<page_hits::table, Values, DoUpdate<Key, page_hits::page, (A, ()), G, InOrder>>;

/// `set = < assignment >, where = guard`
fn set_where<A, G>(assignment: A, guard: G) -> Set<A, G> {
    let key = Columns::new((page_hits::page, (page_hits::day, ())));
    let clause = DoUpdate::new(key, page_hits::page, (assignment, ()), guard, InOrder);
    let row = (
        page_hits::page.eq("/"),
        page_hits::day.eq(1),
        n.eq(2),
        likes.eq(3),
    );
    incomplete(page_hits::table, clause, NoReturning).into_values(row)
}

/// `set = < assignment >`
fn set<A>(assignment: A) -> Set<A> {
    set_where(assignment, Always)
}

macro_rules! add {
    ($corpus:ident, $operand:expr, $($form:literal $statement:expr;)+) => {
        $($corpus.push(Entry::new(format!($form, stringify!($operand)), $statement));)+
    };
}

/// A list of operands, each with each of the forms.
macro_rules! operands {
    ($name:ident: $forms:ident $($operand:expr),+ $(,)?) => {
        fn $name(corpus: &mut Vec<Entry>) {
            // A function each: one long one takes the compiler minutes.
            $({
                fn forms(corpus: &mut Vec<Entry>) {
                    $forms!(corpus, $operand);
                }
                forms(corpus);
            })+
        }
    };
}

/// What takes a `BigInt` that may be NULL.
macro_rules! of_any {
    ($corpus:ident, $e:expr) => {
        add! { $corpus, $e,
            "likes = {}" set(assign(likes, $e));
            "likes += {}" set(increment(likes, $e));
            "likes -= {}" set(decrement(likes, $e));
            "n += {}" set(increment(n, $e));
            "likes = greatest(likes, {})" set(assign(likes, greatest(likes, $e)));
            "likes = greatest(n, {})" set(assign(likes, greatest(n, $e)));
            "likes = least(page_hits.likes, {})" set(assign(likes, least(stored(likes), $e)));
            "likes = least(excluded.n, {})" set(assign(likes, least(excluded(n), $e)));
            "likes = coalesce(likes, {})" set(assign(likes, coalesce(likes, $e)));
            "likes = coalesce(n.nullable(), {})" set(assign(likes, coalesce(n.nullable(), $e)));
            "likes += greatest(likes, {})" set(increment(likes, greatest(likes, $e)));
            "likes += coalesce(likes, {})" set(increment(likes, coalesce(likes, $e)));
            "likes += least(n, {})" set(increment(likes, least(n, $e)));
        }
    };
}

/// What takes a `BigInt` that is never NULL.
macro_rules! of_not_null {
    ($corpus:ident, $e:expr) => {
        of_any!($corpus, $e);
        add! { $corpus, $e,
            "n = {}" set(assign(n, $e));
            "n *= {}" set(multiply(n, $e));
            "n /= {}" set(divide(n, $e));
            "n = page_hits.n + {}" set(assign(n, stored(n) + $e));
            "n = excluded.n / {}" set(assign(n, excluded(n) / $e));
            "n = (page_hits.n - excluded.n) * {}" set(assign(n, (stored(n) - excluded(n)) * $e));
            "n = greatest(n, 1) / {}" set(assign(n, greatest(n, 1) / $e));
            "likes += 1, where n < {}" set_where(increment(likes, 1), guard(page_hits::table, n.lt($e)));
        }
    };
}

/// What is a SQL expression that may be NULL.
macro_rules! of_nullable_expression {
    ($corpus:ident, $e:expr) => {
        of_any!($corpus, $e);
        of_expression!($corpus, $e);
        add! { $corpus, $e,
            "likes = page_hits.likes / {}" set(assign(likes, stored(likes) / $e));
            "likes += 1, where likes < {}" set_where(increment(likes, 1), guard(page_hits::table, likes.lt($e)));
            "likes += 1, where ({}) is null" set_where(increment(likes, 1), guard(page_hits::table, ($e).is_null()));
        }
    };
}

/// What is a SQL expression that is never NULL.
macro_rules! of_not_null_expression {
    ($corpus:ident, $e:expr) => {
        of_not_null!($corpus, $e);
        of_expression!($corpus, $e);
        add! { $corpus, $e,
            "likes = page_hits.likes + {}.nullable()" set(assign(likes, stored(likes) + ($e).nullable()));
        }
    };
}

/// What is a SQL expression.
macro_rules! of_expression {
    ($corpus:ident, $e:expr) => {
        add! { $corpus, $e,
            "likes = greatest({}, 1)" set(assign(likes, greatest($e, 1)));
            "likes = greatest({}, None)" set(assign(likes, greatest($e, None::<i64>)));
            "likes = greatest({}, likes)" set(assign(likes, greatest($e, likes)));
            "likes = coalesce({}, 1)" set(assign(likes, coalesce($e, 1)));
            "likes = coalesce({}, None)" set(assign(likes, coalesce($e, None::<i64>)));
            "likes += coalesce({}, n)" set(increment(likes, coalesce($e, n)));
            "likes += greatest({}, likes)" set(increment(likes, greatest($e, likes)));
        }
    };
}

/// What divides: the operator is another one for integers.
macro_rules! of_numbers {
    ($corpus:ident, $e:expr) => {
        add! { $corpus, $e,
            "ratio = {}" set(assign(ratio, $e));
            "ratio += {}" set(increment(ratio, $e));
            "ratio /= {}" set(divide(ratio, $e));
            "ratio = page_hits.ratio / {}" set(assign(ratio, stored(ratio) / $e));
            "ratio = greatest(ratio, {})" set(assign(ratio, greatest(ratio, $e)));
        }
    };
}

define_sql_function! {
    #[sql_name = "abs"]
    fn absolute(x: BigInt) -> BigInt;
}
define_sql_function! {
    #[sql_name = "abs"]
    fn absolute_or_null(x: Nullable<BigInt>) -> Nullable<BigInt>;
}
define_sql_function! {
    #[sql_name = "sign"]
    fn of_either<ST: diesel::sql_types::SqlType + diesel::sql_types::SingleValue>(x: ST) -> ST;
}
define_sql_function! {
    fn lower(x: Text) -> Text;
}
define_sql_function! {
    fn upper(x: Text) -> Text;
}
infix_operator!(Modulo, " % ", BigInt);

operands! { values: of_any
    Some(7_i64), None::<i64>,
}

operands! { not_null_values: of_not_null
    7_i64, &7_i64,
}

operands! { nullable: of_nullable_expression
    likes,
    stored(likes),
    excluded(likes),
    n.nullable(),
    excluded(n).nullable(),
    7.into_sql::<Nullable<BigInt>>(),
    None::<i64>.into_sql::<Nullable<BigInt>>(),
    likes + 1,
    stored(likes) + 1,
    stored(likes) / stored(likes),
    n.nullable() + 1,
    greatest(likes, None::<i64>),
    least(n.nullable(), likes),
    coalesce(likes, None::<i64>),
    coalesce(excluded(likes), likes),
    absolute_or_null(likes),
    absolute_or_null(n.nullable()),
    of_either(likes),
    case_when(n.gt(3), n),
    case_when(n.gt(3), likes).otherwise(likes),
    sql::<Nullable<BigInt>>("NULL"),
}

operands! { not_null: of_not_null_expression
    n,
    stored(n),
    excluded(n),
    likes.assume_not_null(),
    stored(likes).assume_not_null(),
    7.into_sql::<BigInt>(),
    n + 1,
    stored(n) + 1,
    stored(n) - excluded(n),
    stored(n) / 2,
    (stored(n) + 1) * 2,
    (n + 1).nullable().assume_not_null(),
    likes.assume_not_null() + 1,
    greatest(n, 1),
    greatest(n, likes),
    greatest(likes, 1),
    least(excluded(n), None::<i64>),
    coalesce(likes, 1),
    coalesce(n.nullable(), n),
    coalesce(likes, None::<i64>).assume_not_null(),
    absolute(n),
    absolute_or_null(likes).assume_not_null(),
    of_either(n),
    case_when(n.gt(3), n).otherwise(1),
    case_when(n.gt(3), likes).otherwise(likes).assume_not_null(),
    Modulo::new(n, 3_i64.into_sql::<BigInt>()),
    sql::<BigInt>("7"),
}

operands! { numbers: of_numbers
    2.5_f64,
    ratio,
    excluded(ratio),
    stored(ratio) / 2.0,
    greatest(ratio, 1.0),
}

/// A table of the same name, of which another column can be NULL.
mod another {
    diesel::table! {
        page_hits (page, day) {
            page -> Text,
            day -> Integer,
            n -> Nullable<BigInt>,
            likes -> BigInt,
            title -> Nullable<Text>,
            ratio -> Double,
        }
    }
}

/// One more, whose number is of another type.
mod whole {
    diesel::table! {
        #[sql_name = "page_hits"]
        hits (page, day) {
            page -> Text,
            day -> Integer,
            n -> BigInt,
            #[sql_name = "likes"]
            liked -> Nullable<BigInt>,
            ratio -> Integer,
        }
    }
}

/// Two tables of one name: what can be NULL in the one cannot in the other.
fn of_another_table(corpus: &mut Vec<Entry>) {
    use another::page_hits;
    use whole::hits;
    add! { corpus, "of another table",
        "likes += 1 {}" upsert!(page_hits, values = { page: "/", day: 1, n: 2, likes: 3 }, conflict = (page, day), set = < likes += 1 >);
        "n += 1 {}" upsert!(page_hits, values = { page: "/", day: 1, n: 2, likes: 3 }, conflict = (page, day), set = < n += 1 >);
        "n = greatest(n, likes) {}" upsert!(page_hits, values = { page: "/", day: 1, n: 2, likes: 3 }, conflict = (page, day),
            set = < n = greatest(page_hits.n, page_hits.likes) >);
        "liked += 1 {}" upsert!(hits, values = { page: "/", day: 1, n: 2, liked: 3 }, conflict = (page, day), set = < liked += 1 >);
        "ratio /= 2 {}" upsert!(hits, values = { page: "/", day: 1, n: 2, liked: 3 }, conflict = (page, day), set = < ratio /= 2 >);
    }
}

/// A function that is generic over its number, whatever its type.
fn of_generics(corpus: &mut Vec<Entry>) {
    fn hit<By, Kind>(by: By) -> Entry
    where
        By: Delta<likes, Nullable<BigInt>, ops::Plus, Kind>,
        By::Value:
            QueryId + QueryFragment<Sqlite> + QueryFragment<Pg> + QueryFragment<Mysql> + 'static,
    {
        let statement = upsert!(page_hits, values = { page: "/", day: 1, n: 2 }, conflict = (page, day), set = < likes += by >);
        Entry::new(format!("likes += by: {}", type_name::<By>()), statement)
    }
    fn hit_by<const BY: i64>() -> Entry {
        let statement = upsert!(page_hits, values = { page: "/", day: 1, n: BY }, conflict = (page, day), set = < n += BY >);
        Entry::new(format!("n += {BY}"), statement)
    }
    corpus.extend([
        hit(1),
        hit(Some(1)),
        hit(None::<i64>),
        hit(n),
        hit(n.nullable()),
        hit(excluded(likes)),
        hit(coalesce(likes, 1)),
    ]);
    corpus.extend([hit_by::<1>(), hit_by::<2>()]);
}

/// The other sections.
fn of_sections(corpus: &mut Vec<Entry>) {
    let row = (
        page_hits::page.eq("/"),
        page_hits::day.eq(1),
        n.eq(2),
        likes.eq(3),
    );
    let other = (
        page_hits::day.eq(1),
        page_hits::page.eq("/"),
        likes.eq(3),
        n.eq(2),
    );
    add! { corpus, "(page, day, n, likes)",
        "nothing {}" upsert!(page_hits, values = row, conflict = (page, day), set = nothing);
        "nothing on any {}" upsert!(page_hits, values = row, conflict = any, set = nothing);
        "n {}" upsert!(page_hits, values = row, conflict = (page, day), set = < n >);
        "n, likes {}" upsert!(page_hits, values = row, conflict = (page, day), set = < n, likes >);
        "likes, n {}" upsert!(page_hits, values = row, conflict = (day, page), set = < likes, n >);
        "n {} on (day, page)" upsert!(page_hits, values = row, conflict = (day, page), set = < n >);
        "n += 1 {} where true" upsert!(page_hits, values = row, conflict = (page, day), set = < n += 1 >, where = true.into_sql::<Bool>());
        "n += 1 {} where n < 5" upsert!(page_hits, values = row, conflict = (page, day), set = < n += 1 >, where = page_hits.n.lt(5));
        "n += 1 {} where n = 5" upsert!(page_hits, values = row, conflict = (page, day), set = < n += 1 >, where = page_hits.n.eq(5));
        "n += 1 {} where likes = 5" upsert!(page_hits, values = row, conflict = (page, day), set = < n += 1 >, where = page_hits.likes.eq(5));
        "n += 1 {} where likes is null" upsert!(page_hits, values = row, conflict = (page, day), set = < n += 1 >, where = page_hits.likes.is_null());
    }
    add! { corpus, "(day, page, likes, n)",
        "nothing {}" upsert!(page_hits, values = other, conflict = (page, day), set = nothing);
        "n {}" upsert!(page_hits, values = other, conflict = (page, day), set = < n >);
    }
    add! { corpus, "a literal row",
        ".. {}" upsert!(page_hits, values = { page: "/", day: 1, n: 2, likes: 3 }, conflict = (page, day), set = < .. >);
        ".. {} without likes" upsert!(page_hits, values = { page: "/", day: 1, n: 2 }, conflict = (page, day), set = < .. >);
        ".. {} but likes += None" upsert!(page_hits, values = { page: "/", day: 1, n: 2, likes: 3 }, conflict = (page, day),
            set = < .., likes += None::<i64> >);
        ".. {} but likes += 1" upsert!(page_hits, values = { page: "/", day: 1, n: 2, likes: 3 }, conflict = (page, day), set = < .., likes += 1 >);
        "likes: Some {}" upsert!(page_hits, values = { page: "/", day: 1, n: 2, likes: Some(3) }, conflict = (page, day), set = < likes >);
        "likes: None {}" upsert!(page_hits, values = { page: "/", day: 1, n: 2, likes: None::<i64> }, conflict = (page, day), set = < likes >);
    }
    macro_rules! but_on_mysql {
        ($($name:literal: $statement:expr;)+) => {
            $(corpus.push(Entry::new_but_on_mysql($name.to_owned(), $statement));)+
        };
    }
    but_on_mysql! {
        "returning n": upsert!(page_hits, values = row, conflict = (page, day), set = < n += 1 >, returning = n);
        "returning likes": upsert!(page_hits, values = row, conflict = (page, day), set = < n += 1 >, returning = likes);
        "returning (n, likes)": upsert!(page_hits, values = row, conflict = (page, day), set = < n += 1 >, returning = (n, likes));
        "returning n + 1": upsert!(page_hits, values = row, conflict = (page, day), set = < n += 1 >, returning = page_hits.n + 1);
        "returning greatest(likes, 1)": upsert!(page_hits, values = row, conflict = (page, day), set = < n += 1 >,
            returning = greatest(likes, 1));
        "returning greatest(likes, None)": upsert!(page_hits, values = row, conflict = (page, day), set = < n += 1 >,
            returning = greatest(likes, None::<i64>));
        "a partial index": upsert!(users, values = { email: "a", name: "b" }, conflict = (email) where deleted.eq(false), set = < logins += 1 >);
        "a partial index by its name": upsert!(users, values = { email: "a", name: "b" }, conflict = key(users_live_email), set = < logins += 1 >);
        "an index on an expression": upsert!(users, values = { email: "a", name: "b" }, conflict = (lower(name)), set = < logins += 1 >);
        "an index on an expression by its name": upsert!(users, values = { email: "a", name: "b" }, conflict = key(users_lower_name),
            set = < logins += 1 >);
        "nothing on an index": upsert!(users, values = { email: "a", name: "b" }, conflict = key(users_lower_name), set = nothing);
        "on any": upsert!(users, values = { email: "a", name: "b" }, conflict = any, set = nothing);
    }
}

/// Upserts whose outcome is asked for, each with the same forms.
macro_rules! told {
    ($($name:literal: { $($clause:tt)+ })+) => {
        /// What is executed for it.
        fn of_outcomes(corpus: &mut Vec<Entry>) {
            $({
                let upsert = upsert!(page_hits, values = { page: "/", day: 1, n: 2 }, $($clause)+);
                corpus.push(Entry::new_but_on_sqlite(concat!("traced: ", $name).to_owned(), told::traced(upsert)));
                corpus.push(Entry::new(concat!("insert only: ", $name).to_owned(), told::insert_only(upsert)));
                let upsert = upsert!(page_hits, values = { page: "/", day: 1, n: 2 }, $($clause)+, returning = n);
                corpus.push(Entry::new_on_postgres(concat!("traced, n: ", $name).to_owned(), told::returning_trace(upsert)));
            })+
        }

        /// What reads its row.
        fn of_rows(corpus: &mut Vec<Entry>) {
            $({
                let upsert = upsert!(page_hits, values = { page: "/", day: 1, n: 2 }, $($clause)+);
                corpus.push(Entry::new(concat!("row: ", $name).to_owned(), told::by_key(upsert)));
                let upsert = upsert!(page_hits, values = { day: 1, page: "/", likes: 2 }, $($clause)+, returning = page_hits.n + 1);
                corpus.push(Entry::new(concat!("n + 1: ", $name).to_owned(), told::by_key(upsert)));
            })+
        }
    };
}

told! {
    "nothing": { conflict = (page, day), set = nothing }
    "nothing on (day, page)": { conflict = (day, page), set = nothing }
    "n += 1": { conflict = (page, day), set = < n += 1 > }
    "n += 1 on (day, page)": { conflict = (day, page), set = < n += 1 > }
    "n += 1 where n < 5": { conflict = (page, day), set = < n += 1 >, where = page_hits.n.lt(5) }
    "n += 1 where likes < 5": { conflict = (page, day), set = < n += 1 >, where = page_hits.likes.lt(5) }
    "n, likes += 1 where n < likes": {
        conflict = (page, day), set = < n += 1, likes += 1 >, where = page_hits.n.nullable().lt(page_hits.likes)
    }
}

/// Conflict targets with constants, which are part of the text; there are no such indexes to
/// execute them with.
fn of_constants(corpus: &mut Vec<Entry>) {
    macro_rules! constants {
        ($($constant:literal),+) => {
            $(corpus.push(Entry::new_but_on_mysql(concat!("where name = ", stringify!($constant)).to_owned(), upsert!(
                users,
                values = { email: "a", name: "b" },
                conflict = unchecked (email) where name.eq($constant),
                set = < logins += 1 >
            )));)+
        };
    }
    macro_rules! numbers {
        ($($constant:expr),+) => {
            $(corpus.push(Entry::new_but_on_mysql(concat!("where logins > ", stringify!($constant)).to_owned(), upsert!(
                users,
                values = { email: "a", name: "b" },
                conflict = unchecked (email) where logins.gt($constant),
                set = < logins += 1 >
            )));)+
        };
    }
    constants!("a", "b", "it's", "", "\"", "a ", "1");
    numbers!(1, 2, -1, 1_0, 0x10);
    macro_rules! more {
        ($($name:literal: { $($target:tt)+ })+) => {
            $(corpus.push(Entry::new_but_on_mysql($name.to_owned(), upsert!(
                users,
                values = { email: "a", name: "b" },
                conflict = unchecked $($target)+,
                set = < logins += 1 >
            )));)+
        };
    }
    more! {
        "deleted": { (email) where deleted.eq(true) }
        "not deleted": { (email) where deleted.eq(false) }
        "deleted or not": { (email) where deleted.eq(true).or(deleted.eq(false)) }
        "lower(email)": { (lower(email)) }
        "upper(email)": { (upper(email)) }
        "lower(email), name": { (lower(email), name) }
        "coalesce(email, '')": { (coalesce(email, "")) }
        "coalesce(email, 'x')": { (coalesce(email, "x")) }
    }
    macro_rules! constraints {
        ($($name:literal),+) => {
            $(corpus.push(Entry::new_on_postgres(concat!("constraint ", $name).to_owned(), upsert!(
                users,
                values = { email: "a", name: "b" },
                conflict = unchecked constraint($name),
                set = < logins += 1 >
            )));)+
        };
    }
    constraints!("a", "b", "a ");
}

/// Statements that are executed.
pub(super) fn corpus() -> Vec<Entry> {
    let mut corpus = Vec::new();
    for part in [
        values,
        not_null_values,
        nullable,
        not_null,
        numbers,
        of_another_table,
        of_generics,
        of_sections,
        of_outcomes,
    ] {
        part(&mut corpus);
    }
    corpus
}

/// Statements that have nothing to be executed on.
pub(super) fn texts() -> Vec<Entry> {
    let mut corpus = Vec::new();
    of_constants(&mut corpus);
    of_rows(&mut corpus);
    corpus
}

/// A node whose query id leaves out what its SQL depends on.
#[derive(Debug, Clone, Copy)]
struct Wrong<const MORE: bool>;

impl<const MORE: bool> QueryId for Wrong<MORE> {
    type QueryId = Wrong<false>;
}

impl<const MORE: bool> Expression for Wrong<MORE> {
    type SqlType = BigInt;
}

impl<const MORE: bool, T> AppearsOnTable<T> for Wrong<MORE> {}

impl<const MORE: bool, DB: Backend> QueryFragment<DB> for Wrong<MORE> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(if MORE { "9" } else { "8" });
        Ok(())
    }
}

/// Two that must be found.
pub(super) fn with_a_wrong_id() -> Vec<Entry> {
    let mut corpus = Vec::new();
    add! { corpus, "wrong",
        "likes = 8 {}" set(assign(likes, Wrong::<false>));
        "likes = 9 {}" set(assign(likes, Wrong::<true>));
        "likes = likes {}" set(assign(likes, likes));
    }
    corpus
}
