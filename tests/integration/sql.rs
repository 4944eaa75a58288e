//! The exact SQL of every form on every backend, by `debug_query`; no database is needed.

use diesel::mysql::Mysql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::QueryFragment;
use diesel::sql_types::{BigInt, Bool, Text};
use diesel::sqlite::Sqlite;
use upsert_runtime::dsl::{coalesce, decrement, greatest, increment, least};
use upsert_runtime::statement::Assign;
use upsert_runtime::upsert;

use crate::schema::{page_hits, users};

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

/// The SQL, without the values that `debug_query` shows behind it.
fn sql<DB>(statement: &impl QueryFragment<DB>) -> String
where
    DB: diesel::backend::Backend<QueryBuilder: Default> + Default,
{
    let mut builder = DB::QueryBuilder::default();
    statement.to_sql(&mut builder, &DB::default()).unwrap();
    diesel::query_builder::QueryBuilder::finish(builder)
}

/// What follows the values, on PostgreSQL, SQLite and MySQL. SQLite's backquotes are written `"`
/// here.
macro_rules! assert_clause {
    ($statement:expr, pg: $pg:literal, sqlite: $sqlite:literal, mysql: $mysql:literal) => {{
        let statement = $statement;
        assert_eq!(clause(&sql::<Pg>(&statement)), $pg);
        assert_eq!(
            clause(&sql::<Sqlite>(&statement)).replace('`', "\""),
            $sqlite
        );
        assert_eq!(clause(&sql::<Mysql>(&statement)).replace('`', "\""), $mysql);
    }};
    ($statement:expr, standard: $standard:literal, mysql: $mysql:literal) => {{
        let statement = $statement;
        assert_eq!(clause(&numberless(&sql::<Pg>(&statement))), $standard);
        assert_eq!(
            clause(&sql::<Sqlite>(&statement)).replace('`', "\""),
            $standard
        );
        assert_eq!(clause(&sql::<Mysql>(&statement)).replace('`', "\""), $mysql);
    }};
}

/// `?` for `$1`
fn numberless(sql: &str) -> String {
    let mut out = String::new();
    let mut chars = sql.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '$' {
            out.push('?');
            while chars.next_if(char::is_ascii_digit).is_some() {}
        } else {
            out.push(c);
        }
    }
    out
}

fn clause(sql: &str) -> String {
    let start = sql.find(" ON ").expect("there is a conflict clause");
    sql[start + 1..].to_owned()
}

#[test]
fn the_whole_statement() {
    let hit = upsert!(page_hits, conflict = (page,day), set = < n += 1 >).values(HIT);
    assert_eq!(
        diesel::debug_query::<Pg, _>(&hit).to_string(),
        r#"INSERT INTO "page_hits" ("page", "day", "n") VALUES ($1, $2, $3) ON CONFLICT ("page", "day") DO UPDATE SET "n" = ("page_hits"."n" + $4) -- binds: ["/", 20000, 1, 1]"#
    );
    assert_eq!(
        diesel::debug_query::<Sqlite, _>(&hit).to_string(),
        "INSERT INTO `page_hits` (`page`, `day`, `n`) VALUES (?, ?, ?) ON CONFLICT (`page`, `day`) DO UPDATE SET `n` = (`page_hits`.`n` + ?) -- binds: [\"/\", 20000, 1, 1]"
    );
    assert_eq!(
        diesel::debug_query::<Mysql, _>(&hit).to_string(),
        "INSERT INTO `page_hits` (`page`, `day`, `n`) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE `n` = (`page_hits`.`n` + ?) -- binds: [\"/\", 20000, 1, 1]"
    );
}

#[test]
fn a_row_is_a_struct_a_reference_a_tuple_or_a_literal() {
    let hit = upsert!(page_hits, conflict = (page, day), set = < n += 1 >);
    let by_struct = sql::<Pg>(&hit.values(HIT));
    assert_eq!(by_struct, sql::<Pg>(&hit.values(&HIT)));
    let tuple = (
        page_hits::page.eq("/"),
        page_hits::day.eq(DAY),
        page_hits::n.eq(1),
    );
    assert_eq!(by_struct, sql::<Pg>(&hit.values(tuple)));
    assert_eq!(by_struct, sql::<Pg>(&hit.values(&tuple)));
    let page = "/";
    let literal = upsert!(page_hits, values = { page, day: DAY, n: 1 }, conflict = (page, day), set = < n += 1 >);
    assert_eq!(by_struct, sql::<Pg>(&literal));
    let expression = upsert!(page_hits, values = &HIT, conflict = (page, day), set = < n += 1 >);
    assert_eq!(by_struct, sql::<Pg>(&expression));
}

#[test]
fn sections_come_in_any_order() {
    let expected = sql::<Pg>(&upsert!(
        page_hits,
        values = { page: "/", day: DAY },
        conflict = (page, day),
        set = < n += 1 >,
        where = page_hits.n.lt(5),
        returning = n,
    ));
    let backwards = upsert!(
        page_hits,
        returning = n,
        where = page_hits.n.lt(5),
        set = { n += 1 },
        conflict = (page, day),
        values = { page: "/", day: DAY }
    );
    assert_eq!(sql::<Pg>(&backwards), expected);
    let first = upsert!(
        page_hits,
        set = < n += 1 >,
        where = page_hits.n.lt(5),
        values = { page: "/", day: DAY },
        returning = n,
        conflict = (page, day),
    );
    assert_eq!(sql::<Pg>(&first), expected);
}

#[test]
fn the_four_operators() {
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < n += 1, ratio *= 1.5 >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = ("page_hits"."n" + ?), "ratio" = ("page_hits"."ratio" * ?)"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "n" = ("page_hits"."n" + ?), "ratio" = ("page_hits"."ratio" * ?)"#
    );
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < n /= 2, ratio /= 2.0 >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = ("page_hits"."n" / ?), "ratio" = ("page_hits"."ratio" / ?)"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "n" = ("page_hits"."n" DIV ?), "ratio" = ("page_hits"."ratio" / ?)"#
    );
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < n -= excluded.n >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = ("page_hits"."n" - excluded."n")"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "n" = ("page_hits"."n" - VALUES("n"))"#
    );
}

#[test]
fn in_a_sum_null_counts_as_zero_on_either_side() {
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < likes += 1 >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "likes" = (coalesce("page_hits"."likes", 0) + ?)"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "likes" = (coalesce("page_hits"."likes", 0) + ?)"#
    );
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < likes -= excluded.likes, n += Some(1) >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "likes" = (coalesce("page_hits"."likes", 0) - coalesce(excluded."likes", 0)), "n" = ("page_hits"."n" + coalesce(?, 0))"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "likes" = (coalesce("page_hits"."likes", 0) - coalesce(VALUES("likes"), 0)), "n" = ("page_hits"."n" + coalesce(?, 0))"#
    );
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < n += excluded.likes >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = ("page_hits"."n" + coalesce(excluded."likes", 0))"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "n" = ("page_hits"."n" + coalesce(VALUES("likes"), 0))"#
    );
}

#[test]
fn a_bare_column_takes_the_proposed_value() {
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < title, n >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "title" = excluded."title", "n" = excluded."n""#,
        mysql: r#"ON DUPLICATE KEY UPDATE "title" = VALUES("title"), "n" = VALUES("n")"#
    );
}

#[test]
fn values_and_expressions_are_assigned_null_or_not() {
    let title = String::from("Home");
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < title = &title, likes = excluded.n, n = 5 >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "title" = ?, "likes" = excluded."n", "n" = ?"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "title" = ?, "likes" = VALUES("n"), "n" = ?"#
    );
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < n = page_hits.n * 2 + excluded.n >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = (("page_hits"."n" * ?) + excluded."n")"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "n" = (("page_hits"."n" * ?) + VALUES("n"))"#
    );
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < likes = None::<i64>, title = None::<&str> >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "likes" = ?, "title" = ?"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "likes" = ?, "title" = ?"#
    );
}

#[test]
fn two_dots_are_the_other_columns_without_the_key() {
    assert_clause!(
        upsert!(
            page_hits,
            values = { page: "/", day: DAY, n: 1, title: "Home", likes: 2 },
            conflict = (page, day),
            set = < n += 1, .. >,
        ),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = ("page_hits"."n" + ?), "title" = excluded."title", "likes" = excluded."likes""#,
        mysql: r#"ON DUPLICATE KEY UPDATE "n" = ("page_hits"."n" + ?), "title" = VALUES("title"), "likes" = VALUES("likes")"#
    );
    let partial = upsert!(
        users,
        values = { email: "a@b.c", name: "A" },
        conflict = (lower(name)) where deleted.eq(false),
        set = < .. >,
    );
    assert!(
        sql::<Pg>(&partial)
            .ends_with(r#"DO UPDATE SET "email" = excluded."email", "name" = excluded."name""#)
    );
}

#[test]
fn a_condition_on_the_update() {
    assert_clause!(
        upsert!(
            page_hits,
            conflict = (page, day),
            set = < n = excluded.n, title >,
            where = page_hits.n.lt(excluded.n),
        )
        .values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "title" = excluded."title", "n" = excluded."n" WHERE ("page_hits"."n" < excluded."n")"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "title" = if(("page_hits"."n" < VALUES("n")), VALUES("title"), "page_hits"."title"), "n" = if(("page_hits"."n" < VALUES("n")), VALUES("n"), "page_hits"."n")"#
    );
}

#[test]
fn a_condition_that_reads_what_is_written_is_evaluated_once_where_assignments_see_each_other() {
    assert_clause!(
        upsert!(
            page_hits,
            conflict = (page, day),
            set = < n, title >,
            where = page_hits.n.nullable().lt(page_hits.likes).or(page_hits.title.ne(excluded.title).and(page_hits.n.gt(0))),
        )
        .values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = excluded."n", "title" = excluded."title" WHERE (("page_hits"."n" < "page_hits"."likes") OR (("page_hits"."title" != excluded."title") AND ("page_hits"."n" > ?)))"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "n" = if(@upsert_guard := (("page_hits"."n" < "page_hits"."likes") OR (("page_hits"."title" != VALUES("title")) AND ("page_hits"."n" > ?))), VALUES("n"), "page_hits"."n"), "title" = if(@upsert_guard, VALUES("title"), "page_hits"."title")"#
    );
}

#[test]
fn readers_come_before_the_writer_of_what_they_read() {
    assert_clause!(
        upsert!(
            page_hits,
            conflict = (page, day),
            set = < n += 1, likes = page_hits.n, ratio *= 2.0 >,
        )
        .values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "likes" = "page_hits"."n", "n" = ("page_hits"."n" + ?), "ratio" = ("page_hits"."ratio" * ?)"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "likes" = "page_hits"."n", "n" = ("page_hits"."n" + ?), "ratio" = ("page_hits"."ratio" * ?)"#
    );
}

#[test]
fn a_column_by_its_path_or_its_bare_name_is_seen_as_well() {
    let by_path =
        upsert!(page_hits, conflict = (page, day), set = < n += 1, likes = page_hits::n >);
    let bare = {
        use crate::schema::page_hits::n;
        upsert!(page_hits, conflict = (page, day), set = < n += 1, likes = n >)
    };
    let expected =
        r#"ON DUPLICATE KEY UPDATE `likes` = `page_hits`.`n`, `n` = (`page_hits`.`n` + ?)"#;
    assert_eq!(clause(&sql::<Mysql>(&by_path.values(HIT))), expected);
    assert_eq!(clause(&sql::<Mysql>(&bare.values(HIT))), expected);
}

#[test]
fn a_hidden_read_of_what_was_written_is_refused_where_it_would_be_wrong() {
    fn stored() -> page_hits::n {
        page_hits::n
    }
    let hidden =
        upsert!(page_hits, conflict = (page, day), set = < n += 1, likes = stored() >).values(HIT);
    assert!(sql::<Pg>(&hidden).ends_with(r#""likes" = "page_hits"."n""#));
    let refused = refused(&hidden);
    assert!(
        refused.contains("`page_hits`.`likes` reads `page_hits`.`n`"),
        "{refused}"
    );
}

#[test]
fn a_hidden_read_in_a_condition_is_said_to_be_there() {
    fn few() -> diesel::dsl::Lt<page_hits::n, i64> {
        page_hits::n.lt(5)
    }
    let hidden = upsert!(
        page_hits,
        conflict = (page, day),
        set = < n += 1, likes = 2 >,
        where = few(),
    );
    let refused = refused(&hidden.values(HIT));
    assert!(
        refused.starts_with("`where`, which holds for `page_hits`.`likes`, reads `page_hits`.`n`"),
        "{refused}"
    );
    assert!(refused.contains("inside `where`"), "{refused}");
}

/// Why MySQL cannot have the statement.
fn refused(statement: &impl QueryFragment<Mysql>) -> String {
    let mut builder = diesel::mysql::MysqlQueryBuilder::default();
    let error = statement.to_sql(&mut builder, &Mysql).unwrap_err();
    error.to_string()
}

#[test]
fn a_cycle_of_assignments_is_fine_where_all_see_the_stored_row() {
    let swap = upsert!(
        page_hits,
        conflict = (page, day),
        set = < n = coalesce(page_hits.likes, 0), likes = page_hits.n >,
    )
    .values(HIT);
    let expected = r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = coalesce("page_hits"."likes", ?), "likes" = "page_hits"."n""#;
    assert_eq!(clause(&numberless(&sql::<Pg>(&swap))), expected);
    assert_eq!(clause(&sql::<Sqlite>(&swap)).replace('`', "\""), expected);
}

#[test]
fn doing_nothing_is_never_insert_ignore() {
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = nothing).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO NOTHING"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "page" = "page_hits"."page""#
    );
    assert_clause!(
        upsert!(page_hits, conflict = any, set = nothing).values(HIT),
        standard: "ON CONFLICT DO NOTHING",
        mysql: r#"ON DUPLICATE KEY UPDATE "page" = "page_hits"."page""#
    );
    assert_clause!(
        upsert!(users, conflict = any, set = nothing).values(users::email.eq("a")),
        standard: "ON CONFLICT DO NOTHING",
        mysql: r#"ON DUPLICATE KEY UPDATE "id" = "users"."id""#
    );
}

#[test]
fn any_key_where_the_backend_can() {
    let any = upsert!(page_hits, conflict = any, set = < n += 1 >).values(HIT);
    assert_eq!(
        clause(&sql::<Sqlite>(&any)),
        "ON CONFLICT DO UPDATE SET `n` = (`page_hits`.`n` + ?)"
    );
    assert_eq!(
        clause(&sql::<Mysql>(&any)),
        "ON DUPLICATE KEY UPDATE `n` = (`page_hits`.`n` + ?)"
    );
}

#[test]
fn an_index_is_named_by_its_elements_and_its_predicate() {
    let live = upsert!(
        users,
        conflict = (email) where deleted.eq(false),
        set = < logins += 1 >,
    )
    .values(users::email.eq("a"));
    let expected = r#"ON CONFLICT ("email") WHERE ("deleted" = FALSE) DO UPDATE SET "logins" = ("users"."logins" + ?)"#;
    assert_eq!(clause(&numberless(&sql::<Pg>(&live))), expected);
    assert_eq!(clause(&sql::<Sqlite>(&live)).replace('`', "\""), expected);

    let qualified = upsert!(
        users,
        conflict = (users.email) where users.deleted.eq(false),
        set = < logins += 1 >,
    );
    assert_eq!(
        clause(&numberless(&sql::<Pg>(
            &qualified.values(users::email.eq("a"))
        ))),
        expected
    );

    let name =
        upsert!(users, conflict = (lower(name)), set = < logins += 1 >).values(users::name.eq("a"));
    assert_eq!(
        clause(&sql::<Pg>(&name)),
        r#"ON CONFLICT (lower("name")) DO UPDATE SET "logins" = ("users"."logins" + $2)"#
    );
}

#[test]
fn constants_of_an_index_are_written_into_the_sql() {
    let statement = upsert!(
        users,
        conflict = unchecked (email, lower(name)) where logins.gt(-1).and(name.ne("it's")).and(logins.lt(1_000i32)),
        set = nothing,
    )
    .values(users::email.eq("a"));
    assert_eq!(
        clause(&sql::<Pg>(&statement)),
        r#"ON CONFLICT ("email", lower("name")) WHERE ((("logins" > -1) AND ("name" != 'it''s')) AND ("logins" < 1000)) DO NOTHING"#
    );
}

#[test]
fn a_constraint_by_its_name() {
    let statement =
        upsert!(page_hits, conflict = unchecked constraint("odd \"name\""), set = < n += 1 >)
            .values(HIT);
    assert_eq!(
        clause(&sql::<Pg>(&statement)),
        r#"ON CONFLICT ON CONSTRAINT "odd ""name""" DO UPDATE SET "n" = ("page_hits"."n" + $4)"#
    );
}

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

#[test]
fn greatest_and_least_ignore_null_everywhere() {
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < n = greatest(page_hits.n, excluded.n) >).values(HIT),
        pg: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = greatest("page_hits"."n", excluded."n")"#,
        sqlite: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = max("page_hits"."n", excluded."n")"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "n" = greatest("page_hits"."n", VALUES("n"))"#
    );
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < likes = least(page_hits.likes, excluded.likes) >).values(HIT),
        pg: r#"ON CONFLICT ("page", "day") DO UPDATE SET "likes" = least("page_hits"."likes", excluded."likes")"#,
        sqlite: r#"ON CONFLICT ("page", "day") DO UPDATE SET "likes" = coalesce(min("page_hits"."likes", excluded."likes"), "page_hits"."likes", excluded."likes")"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "likes" = coalesce(least("page_hits"."likes", VALUES("likes")), "page_hits"."likes", VALUES("likes"))"#
    );
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < n = greatest(page_hits.likes, 5) >).values(HIT),
        pg: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = greatest("page_hits"."likes", $4)"#,
        sqlite: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = coalesce(max("page_hits"."likes", ?), ?)"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "n" = coalesce(greatest("page_hits"."likes", ?), ?)"#
    );
}

#[test]
fn coalesce_is_never_null_if_its_last_argument_is_not() {
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < n = coalesce(page_hits.likes, 1) * 2 >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "n" = (coalesce("page_hits"."likes", ?) * ?)"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "n" = (coalesce("page_hits"."likes", ?) * ?)"#
    );
    assert_clause!(
        upsert!(page_hits, conflict = (page, day), set = < title = coalesce(page_hits.title, excluded.title) >).values(HIT),
        standard: r#"ON CONFLICT ("page", "day") DO UPDATE SET "title" = coalesce("page_hits"."title", excluded."title")"#,
        mysql: r#"ON DUPLICATE KEY UPDATE "title" = coalesce("page_hits"."title", VALUES("title"))"#
    );
}

#[test]
fn comparisons_shifts_and_generics_stand_inside_angle_brackets() {
    let (a, b) = (1_i64, 2_i64);
    let odd = upsert!(
        page_hits,
        conflict = (page, day),
        set = < n = if a > b { a } else { b >> 1 }, likes = Vec::<i64>::from([a]).first().copied(), title = None::<String> >,
        returning = n,
    )
    .values(HIT);
    assert!(sql::<Pg>(&odd).contains(r#"SET "n" = $4, "likes" = $5, "title" = $6 RETURNING"#));
    let last = upsert!(page_hits, conflict = (page, day), set = < likes = None::<i64>>).values(HIT);
    assert!(sql::<Pg>(&last).ends_with(r#"SET "likes" = $4"#));
    let two = upsert!(
        page_hits,
        conflict = (page, day),
        set = < likes = std::collections::BTreeMap::<i64, i64>::new().get(&1).copied(), n = 1 >,
    )
    .values(HIT);
    assert!(sql::<Pg>(&two).ends_with(r#"SET "likes" = $4, "n" = $5"#));
}

#[test]
fn an_increment_is_a_changeset_of_any_diesel_update() {
    let update = diesel::update(page_hits::table).set(increment(page_hits::n, 2));
    assert_eq!(
        sql::<Pg>(&update),
        r#"UPDATE "page_hits" SET "n" = ("page_hits"."n" + $1)"#
    );
    let several = diesel::update(page_hits::table)
        .filter(page_hits::day.eq(1))
        .set((increment(page_hits::likes, 1), page_hits::title.eq("x")));
    assert_eq!(
        sql::<Mysql>(&several),
        "UPDATE `page_hits` SET `likes` = (coalesce(`page_hits`.`likes`, 0) + ?), `title` = ? WHERE (`page_hits`.`day` = ?)"
    );
    let boxed = diesel::update(page_hits::table)
        .filter(page_hits::day.eq(1))
        .into_boxed()
        .set((
            increment(page_hits::n, page_hits::likes),
            Some(decrement(page_hits::likes, 2)),
            None::<Assign<page_hits::ratio, page_hits::ratio>>,
        ));
    assert_eq!(
        sql::<Sqlite>(&boxed),
        "UPDATE `page_hits` SET `n` = (`page_hits`.`n` + coalesce(`page_hits`.`likes`, 0)), \
         `likes` = (coalesce(`page_hits`.`likes`, 0) - ?) WHERE (`page_hits`.`day` = ?)"
    );
}

/// Statements that Diesel can write itself: ours are the same text, on PostgreSQL and on SQLite.
mod as_by_hand {
    use diesel::query_dsl::methods::FilterDsl;
    use diesel::upsert::excluded;

    use super::*;

    macro_rules! assert_same {
        ($ours:expr, $by_hand:expr) => {{
            let (ours, by_hand) = ($ours, $by_hand);
            assert_eq!(sql::<Pg>(&ours), sql::<Pg>(&by_hand));
            assert_eq!(sql::<Sqlite>(&ours), sql::<Sqlite>(&by_hand));
            let ours = ours.into_diesel();
            assert_eq!(sql::<Pg>(&ours), sql::<Pg>(&by_hand));
            assert_eq!(sql::<Sqlite>(&ours), sql::<Sqlite>(&by_hand));
        }};
    }

    #[test]
    fn increments() {
        assert_same!(
            upsert!(page_hits, values = HIT, conflict = (page, day), set = < n += 1 >),
            diesel::insert_into(page_hits::table)
                .values(HIT)
                .on_conflict((page_hits::page, page_hits::day))
                .do_update()
                .set(page_hits::n.eq(page_hits::n + 1))
        );
        assert_same!(
            upsert!(page_hits, values = HIT, conflict = (page, day), set = < n -= excluded.n, ratio /= 2.0 >),
            diesel::insert_into(page_hits::table)
                .values(HIT)
                .on_conflict((page_hits::page, page_hits::day))
                .do_update()
                .set((
                    page_hits::n.eq(page_hits::n - excluded(page_hits::n)),
                    page_hits::ratio.eq(page_hits::ratio / 2.0),
                ))
        );
    }

    #[test]
    fn one_column_in_the_target() {
        assert_same!(
            upsert!(users, values = { email: "a" }, conflict = unchecked (email), set = < name = "b", logins >),
            diesel::insert_into(users::table)
                .values((users::email.eq("a"),))
                .on_conflict(users::email)
                .do_update()
                .set((
                    users::name.eq("b"),
                    users::logins.eq(excluded(users::logins))
                ))
        );
    }

    #[test]
    fn nothing() {
        assert_same!(
            upsert!(
                page_hits,
                values = HIT,
                conflict = (page, day),
                set = nothing
            ),
            diesel::insert_into(page_hits::table)
                .values(HIT)
                .on_conflict((page_hits::page, page_hits::day))
                .do_nothing()
        );
        assert_same!(
            upsert!(page_hits, values = HIT, conflict = any, set = nothing),
            diesel::insert_into(page_hits::table)
                .values(HIT)
                .on_conflict_do_nothing()
        );
    }

    #[test]
    fn a_condition() {
        assert_same!(
            upsert!(
                page_hits,
                values = HIT,
                conflict = (page, day),
                set = < n >,
                where = page_hits.n.lt(excluded.n).and(page_hits.title.is_not_null()),
            ),
            diesel::insert_into(page_hits::table)
                .values(HIT)
                .on_conflict((page_hits::page, page_hits::day))
                .do_update()
                .set(page_hits::n.eq(excluded(page_hits::n)))
                .filter(
                    page_hits::n
                        .lt(excluded(page_hits::n))
                        .and(page_hits::title.is_not_null())
                )
        );
    }

    #[test]
    fn returning() {
        let ours = upsert!(page_hits, values = HIT, conflict = (page, day), set = < n += 1 >, returning = (page, n));
        let by_hand = diesel::insert_into(page_hits::table)
            .values(HIT)
            .on_conflict((page_hits::page, page_hits::day))
            .do_update()
            .set(page_hits::n.eq(page_hits::n + 1))
            .returning((page_hits::page, page_hits::n));
        assert_eq!(sql::<Pg>(&ours), sql::<Pg>(&by_hand));
    }

    #[test]
    fn a_constraint() {
        let ours = upsert!(page_hits, values = HIT, conflict = unchecked constraint("c"), set = < n += 1 >);
        let by_hand = diesel::insert_into(page_hits::table)
            .values(HIT)
            .on_conflict(diesel::upsert::on_constraint("c"))
            .do_update()
            .set(page_hits::n.eq(page_hits::n + 1));
        assert_eq!(sql::<Pg>(&ours), sql::<Pg>(&by_hand));
    }

    #[test]
    fn on_mysql_too_where_diesel_can() {
        let ours = upsert!(page_hits, values = HIT, conflict = (page, day), set = < n += 1 >);
        let by_hand = diesel::insert_into(page_hits::table)
            .values(HIT)
            .on_conflict(diesel::dsl::DuplicatedKeys)
            .do_update()
            .set(page_hits::n.eq(page_hits::n + 1));
        assert_eq!(sql::<Mysql>(&ours), sql::<Mysql>(&by_hand));
    }
}

/// Expressions of other crates and of Diesel are values like any other.
#[test]
fn raw_sql_is_a_value() {
    let raw = upsert!(
        page_hits,
        conflict = (page, day),
        set = < n = diesel::dsl::sql::<BigInt>("1 + 1") >,
        where = diesel::dsl::sql::<Bool>("true"),
    )
    .values(HIT);
    assert!(sql::<Pg>(&raw).ends_with(r#"SET "n" = 1 + 1 WHERE true"#));
}
