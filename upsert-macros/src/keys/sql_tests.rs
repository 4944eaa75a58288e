use super::Dialect::{self, Mysql, Postgres, Sqlite};
use super::{Element, Sql};

fn sql(text: &str) -> Sql {
    Sql(text.to_owned())
}

fn columns(text: &str, dialect: Dialect) -> String {
    sql(text).columns(dialect).join(" ")
}

fn never_null(text: &str, dialect: Dialect) -> String {
    sql(text).never_null_columns(dialect).join(" ")
}

#[test]
fn the_columns_of_an_expression_are_what_is_neither_function_keyword_nor_type() {
    for (text, expected) in [
        ("lower(Name)", "name"),
        ("coalesce(a, 'b', c.d, 1e5)", "a d"),
        (
            "(a::timestamp with time zone at time zone 'UTC')::date",
            "a",
        ),
        ("a::character varying(10) || b::public.\"T\" || c", "a b c"),
        ("CAST(a AS double precision) + b", "a b"),
        ("extract(year from a)", "a"),
        ("case when \"Case\" then a else not b end", "Case a b"),
        ("a collate \"C\"", "a"),
        (
            "date '2020-01-01' < day and \"select\" in (1, 2)",
            "day select",
        ),
        ("a = A and a.a is null", "a"),
        ("md5(a || $$b$$) <> E'c'", "a"),
        ("((data ->> 'x'))", "data"),
    ] {
        assert_eq!(columns(text, Postgres), expected, "{text}");
    }
    assert_eq!(
        columns("Name || name || `x y` || [z]", Sqlite),
        "Name x y z"
    );
    assert_eq!(columns("concat(`a`, \"b\", _utf8mb4'c', 1d)", Mysql), "a");
}

#[test]
fn a_predicate_binds_the_columns_that_cannot_be_null_where_it_is_true() {
    for (text, expected) in [
        ("a IS NOT NULL", "a"),
        ("((a IS NOT NULL) AND (b = 1))", "a b"),
        (
            "a = 'x' and b > c and d in (1, 2) and e between 1 and 2 and f",
            "a b d e f",
        ),
        (
            "t.a and not b and not (c is null) and d is true and e notnull",
            "a b c d e",
        ),
        ("(a)::text = 'x'::text and 5 < b", "a b"),
        ("a = 1 or a = 2", "a"),
        ("(a = 1 and b = 2) or (b = 3 and c = 4)", "b"),
        ("a like 'x%' and b not in (1)", "a b"),
    ] {
        assert_eq!(never_null(text, Postgres), expected, "{text}");
    }
    assert_eq!(never_null("a is 1 and b is not 1", Sqlite), "a");
}

#[test]
fn a_predicate_that_may_be_true_for_null_binds_nothing() {
    for text in [
        "a IS NULL",
        "a is not true",
        "not a is not null",
        "a is distinct from 1",
        "a = 1 is null",
        "a = 1 is not true",
        "a = 1 or b = 1",
        "a <> all (array[1])",
        "coalesce(a, 1) = 1",
        "case when a then b else c end",
        "not (a = 1 and b = 1)",
        "a + 1",
        "a between 1 and 2 or b",
        "true",
        "",
    ] {
        assert_eq!(never_null(text, Postgres), "", "{text}");
    }
    assert_eq!(never_null("a <=> null", Mysql), "");
    assert_eq!(never_null("a = 1 || b = 1", Mysql), "");
    assert_eq!(never_null("a not in ()", Sqlite), "");
    assert_eq!(never_null("a = 1 xor b", Mysql), "");
}

#[test]
fn the_null_of_a_column_is_that_of_the_expression_but_for_a_fallback() {
    for (text, expected) in [
        ("lower(a)", "a"),
        ("coalesce(a, '')", ""),
        ("(COALESCE(a, b, '-1'::integer))", ""),
        ("coalesce(a, -1)", ""),
        ("coalesce(a, b)", "a b"),
        ("coalesce(a, null)", "a"),
        ("coalesce(a, '') || b", "a b"),
        ("ifnull(a, 0)", ""),
    ] {
        assert_eq!(
            sql(text).null_columns(Postgres).join(" "),
            expected,
            "{text}"
        );
    }
}

#[test]
fn a_renamed_column_has_its_new_name_wherever_it_stands() {
    let renamed = |text: &str, new: &str, dialect| sql(text).rename_column("a", new, dialect).0;
    assert_eq!(
        renamed("lower( A ) || 'a' || a(\"a\") || b.a", "c", Postgres),
        "lower( c ) || 'a' || a(\"c\") || b.c"
    );
    assert_eq!(renamed("a = 1", "Big", Postgres), "\"Big\" = 1");
    assert_eq!(renamed("a = 1", "order", Sqlite), "\"order\" = 1");
    assert_eq!(renamed("`a` = 1", "x y", Mysql), "`x y` = 1");
    assert_eq!(renamed("\"A\" = 1", "b", Postgres), "\"A\" = 1");
}

#[test]
fn a_text_is_an_element() {
    assert_eq!(
        sql("(Email)").element(Postgres),
        Some(Element::Column("email".to_owned()))
    );
    assert_eq!(
        sql("lower(email)").element(Sqlite),
        Some(Element::Expression(sql("lower(email)")))
    );
    assert_eq!(sql("").element(Sqlite), None);
}

#[test]
fn text_that_is_no_sql_is_harmless() {
    for text in [
        "'",
        "((((",
        "))))",
        "a.",
        ".",
        "::",
        "cast(a as",
        "coalesce(",
        "not",
        "extract(",
        "a between",
        "a ::",
        "(a",
        "collate",
    ] {
        for dialect in [Postgres, Sqlite, Mysql] {
            let sql = sql(text);
            sql.columns(dialect);
            sql.never_null_columns(dialect);
            sql.null_columns(dialect);
            sql.rename_column("a", "b", dialect);
            sql.element(dialect);
        }
    }
    let deep = sql(&format!("{}a{}", "(".repeat(100_000), ")".repeat(100_000)));
    assert_eq!(deep.never_null_columns(Postgres), ["a"]);
}

#[test]
fn an_element_that_is_no_call_stands_in_parentheses() {
    for (sql, element) in [
        ("lower(name)", "lower(name)"),
        ("b + 1", "(b + 1)"),
        ("(b + 1)", "(b + 1)"),
        ("lower(a) || lower(b)", "(lower(a) || lower(b))"),
        ("data ->> 'id'", "(data ->> 'id')"),
    ] {
        assert_eq!(Sql(sql.to_owned()).as_element(), element);
    }
}

#[test]
fn some_expressions_make_null_of_what_is_none() {
    let null = |sql: &str| Sql(sql.to_owned()).can_be_null_by_itself(Postgres);
    for sql in [
        "nullif(a, '')",
        "case when a then b end",
        "data ->> 'id'",
        "a / b",
        "tags[1]",
    ] {
        assert!(null(sql), "{sql}");
    }
    for sql in [
        "lower(a)",
        "a || b",
        "coalesce(nullif(a, ''), '-')",
        "a + b",
        "md5(a)",
    ] {
        assert!(!null(sql), "{sql}");
    }
}

#[test]
fn a_bracket_behind_a_word_quotes_nothing() {
    let columns = |sql: &str| Sql(sql.to_owned()).columns(Sqlite);
    assert_eq!(columns("kind = any (ARRAY['a'::text, 'b'])"), ["kind"]);
    assert_eq!(columns("lower([Odd name])"), ["Odd name"]);
}
