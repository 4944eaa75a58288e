use crate::Dialect::{Mysql, Postgres, Sqlite};
use crate::sql::lexer::tokens;
use crate::{Dialect, Element, Null, Scope, Sql, Type};

fn sql(text: &str) -> Sql {
    Sql(text.to_owned())
}

/// A table of which nothing is known.
fn any(dialect: Dialect) -> Scope {
    Scope::new(dialect, Vec::new(), false)
}

/// One with these columns alone.
fn table(dialect: Dialect, columns: &[(&str, &str)]) -> Scope {
    let typed = |(name, kind): &(&str, &str)| {
        let kind = Type::of(&tokens(kind, dialect).unwrap(), dialect);
        ((*name).to_owned(), kind)
    };
    Scope::new(dialect, columns.iter().map(typed).collect(), true)
}

fn columns(text: &str, dialect: Dialect) -> String {
    sql(text).columns(&any(dialect)).join(" ")
}

fn never_null(text: &str, dialect: Dialect) -> String {
    sql(text).never_null_columns(&any(dialect)).join(" ")
}

/// The columns whose NULL makes it NULL; `?` where nobody knows.
fn null(text: &str, scope: &Scope) -> String {
    match sql(text).null(scope) {
        Null::Of(columns) => columns.join(" "),
        Null::Unknown => "?".to_owned(),
    }
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
        "a === 'x'",
        "a =@ 'x'",
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
fn a_word_is_a_column_by_its_place_whatever_it_is_called() {
    // Each of them can be a column without quotes there.
    for (words, dialect) in [
        (
            "interval at by exists between match operator row mod div time date zone values xor regexp glob rlike binary day \
             overlaps escape unknown",
            Postgres,
        ),
        (
            "array any both leading trailing end for like glob match regexp except by at asc desc row interval operator \
             symmetric user current_date localtime cast placing similar if key",
            Sqlite,
        ),
        (
            "at by escape end date time day any some symmetric operator placing similar ilike glob user zone array",
            Mysql,
        ),
    ] {
        for word in words.split_whitespace() {
            for (text, expected) in [
                (format!("lower({word})"), word.to_owned()),
                (format!("{word} || a"), format!("{word} a")),
                (format!("coalesce(a, {word}, 'x')"), format!("a {word}")),
                (format!("a = 1 and not {word} is null"), format!("a {word}")),
                (
                    format!("case when a then {word} else b end"),
                    format!("a {word} b"),
                ),
                (format!("(({word}))"), word.to_owned()),
            ] {
                assert_eq!(columns(&text, dialect), expected, "{text}");
            }
        }
    }
}

#[test]
fn a_side_of_trim_is_no_column() {
    for text in [
        "trim(both from a)",
        "TRIM(LEADING FROM a)",
        "trim(trailing 'x' from a)",
        "trim(trailing b from a) || trim(both from b)",
    ] {
        let expected = if text.contains("b from a") {
            "b a"
        } else {
            "a"
        };
        for dialect in [Postgres, Sqlite, Mysql] {
            assert_eq!(columns(text, dialect), expected, "{text}");
        }
    }
    assert_eq!(columns("trim(both)", Sqlite), "both");
    assert_eq!(columns("trim(both, a)", Sqlite), "both a");
}

#[test]
fn a_word_behind_an_operand_is_none() {
    for (text, expected) in [
        ("at at time zone at", "at"),
        ("at at local and by", "at by"),
        ("a like b escape escape", "a b escape"),
        ("match between by and row or exists", "match by row exists"),
        ("a is unknown and unknown", "a unknown"),
        ("a is not distinct from b", "a b"),
        ("a collate \"C\" || b", "a b"),
        ("cast(a as character varying(10)) || zone", "a zone"),
        ("trim(both from a) || substring(b from 1 for 2)", "a b"),
        ("interval '1 day' + interval", "interval"),
        ("position('x' in day) = extract(day from time)", "day time"),
        ("array['a'::text[], b] && array_append(c, d)", "b c d"),
        ("a in (b, 'c') is not true", "a b"),
    ] {
        assert_eq!(columns(text, Postgres), expected, "{text}");
    }
    assert_eq!(
        columns(
            "date_add(a, interval 1 day) div b xor binary c regexp d",
            Mysql
        ),
        "a b c d"
    );
    assert_eq!(columns("a is b and a glob glob", Sqlite), "a b glob");
}

#[test]
fn what_a_table_does_not_have_is_no_column() {
    let days = table(Postgres, &[("a", "text"), ("nfc", "text")]);
    assert_eq!(sql("normalize(a, nfkc)").columns(&days), ["a"]);
    assert_eq!(sql("normalize(a, nfc)").columns(&days), ["a", "nfc"]);
    assert_eq!(sql("xmlserialize(content a as text)").columns(&days), ["a"]);
    // SQLite has them for columns before it has them for numbers.
    let truths = table(Sqlite, &[("true", "int")]);
    assert_eq!(sql("lower(true) || false").columns(&truths), ["true"]);
    assert_eq!(null("lower(true)", &truths), "true");
}

#[test]
fn on_postgres_what_is_known_to_keep_not_null_depends_on_its_columns() {
    let scope = table(
        Postgres,
        &[
            ("a", "text not null"),
            ("b", "character varying(10)"),
            ("n", "bigint"),
            ("d", "date"),
            ("at", "timestamp with time zone"),
            ("interval", "pg_catalog.text"),
            ("u", "uuid"),
            ("nick", "public.citext"),
            ("period", "tstzrange"),
            ("doc", "jsonb"),
            ("mood", "public.mood"),
            ("p", "path"),
        ],
    );
    for (text, expected) in [
        ("a", "a"),
        ("lower(a)", "a"),
        ("LOWER(interval)", "interval"),
        ("pg_catalog.lower((a)::text)", "a"),
        ("upper(trim(both from nick)) || b", "nick b"),
        ("coalesce(a, '')", ""),
        ("(COALESCE(a, b, '-1'::integer))", ""),
        ("coalesce(a, -1)", ""),
        ("coalesce(a, b)", "b"),
        ("coalesce(a, upper(b))", "b"),
        ("\"left\"(b, 3)", "b"),
        ("coalesce(a, null)", "a"),
        ("coalesce(a, '') || b", "b"),
        ("coalesce(nullif(a, ''), '-')", ""),
        ("at::date", "at"),
        ("a::time", "a"),
        ("(at at time zone 'UTC')", "at"),
        ("(at at time zone 'UTC')::date", "at"),
        ("date_trunc('day', at, 'UTC')", "at"),
        ("date_trunc('hour', at at time zone a)", "at a"),
        ("d - 1", "d"),
        ("n / 10", "n"),
        ("n / n % 7", "n"),
        ("-n * 2 ^ 3", "n"),
        ("cast(n as numeric(10, 2))", "n"),
        ("u::text", "u"),
        ("md5(a || '-' || n::text)", "a n"),
        ("substring(a from 1 for 2)", "a"),
        ("substring(a, 2)", "a"),
        ("left(a, 8)", "a"),
        ("a is null", ""),
        (
            "(a is not null and n > 3) or not d = date '2020-01-01'",
            "n d",
        ),
        ("case when a is null then 'x' else b end", "b"),
        ("a collate \"C\"", "a"),
        ("doc || '{}'", "doc"),
        ("period * period", "period"),
    ] {
        assert_eq!(null(text, &scope), expected, "{text}");
    }
    for text in [
        "nullif(a, '')",
        "case when a = 'x' then b end",
        "doc ->> 'id'",
        "tags[1]",
        "array_length(a, 1)",
        "lower(period)",
        "lower(coalesce(period, 'empty'))",
        "lower(greatest(period, 'empty'))",
        "lower(mood)",
        "mood::text",
        "lower(p)",
        "p + p",
        // PostgreSQL 18 has NULL for the `null` of JSON.
        "doc::int",
        "substring(a from '[0-9]+')",
        "substring(a, b)",
        "regexp_match(a, b)",
        "extract(day from at)",
        "date_part('day', at)",
        "to_char(at, 'YYYY')",
        "my.lower(a)",
        "unaccent(a)",
        "lower(unaccent(a))",
        "n # 3",
        "n operator(public.+) 3",
        "a || null",
        "array_to_string(array[a], ',')",
        "a::mood",
        "at::time",
        "cast(at + interval '1 day' as timetz)",
        "(a, b)",
        "",
    ] {
        assert_eq!(null(text, &scope), "?", "{text}");
    }
}

#[test]
fn on_sqlite_a_division_an_infinity_and_a_date_may_be_null() {
    let scope = table(
        Sqlite,
        &[
            ("a", "text"),
            ("n", "BIG INT not null"),
            ("m", "int"),
            ("x", "real"),
            ("y", "numeric"),
        ],
    );
    for (text, expected) in [
        ("lower(a) || ltrim(x)", "a x"),
        ("n / 10 + m % 7", "n m"),
        ("n + m", "n m"),
        ("x * 2 - 1", "x"),
        ("length(a) - n", "a n"),
        ("ifnull(x, 0)", ""),
        ("cast(a as integer)", "a"),
        ("iif(n, a, 'x')", "a"),
        ("substr(a, n, 2)", "a n"),
        ("max(n, m)", "n m"),
        ("n & 1 = 0", "n"),
    ] {
        assert_eq!(null(text, &scope), expected, "{text}");
    }
    for text in [
        "n / m",
        "n % 0",
        "n / 1 || a",
        "x + y",
        "x - x",
        "x * 0",
        "date(a)",
        "strftime('%Y', a)",
        "unicode(a)",
        "floor(x)",
        "json_extract(a, '$')",
        "a -> 'b'",
        "max(n)",
        "substr(y, 1)",
        "substr(x'', 1)",
        "mine(a)",
    ] {
        assert_eq!(null(text, &scope), "?", "{text}");
    }
}

#[test]
fn on_mysql_a_text_may_be_no_date() {
    let scope = table(
        Mysql,
        &[
            ("a", "varchar(10)"),
            ("n", "int unsigned"),
            ("at", "datetime"),
            ("doc", "json"),
        ],
    );
    for (text, expected) in [
        ("lower(`a`)", "a"),
        ("cast(at as date)", "at"),
        (
            "cast(a as char(5) character set utf8mb4) collate utf8mb4_bin",
            "a",
        ),
        ("cast(n as unsigned) + 1", "n"),
        ("date(at)", "at"),
        ("n div 10", "n"),
        ("if(n, a, 'x')", "a"),
        ("replace(replace(a, ' ', ''), '-', '_')", "a"),
    ] {
        assert_eq!(null(text, &scope), expected, "{text}");
    }
    for text in [
        "date(a)",
        "replace(a, 'x', a)",
        "replace(a, 'x', 'xx')",
        "replace(a, '\\n', 'xx')",
        "cast(a as date)",
        "cast(doc as unsigned)",
        "n / n",
        "n mod n",
        "n / 2 ^ 2",
        "n xor n is null",
        "a || n is null",
        "date(-at)",
        "date(abs(at))",
        "date(not at)",
        "date(coalesce(at, 'x'))",
        "greatest(a, doc -> '$.x')",
    ] {
        assert_eq!(null(text, &scope), "?", "{text}");
    }
}

#[test]
fn by_hand_it_has_to_hold_on_each_database_that_can_have_it() {
    let scope = Scope::by_hand(Sqlite);
    for (text, expected) in [
        ("lower(name)", "name"),
        ("seen_at::date", "seen_at"),
        ("(seen_at at time zone 'UTC')", "seen_at"),
        ("date_trunc('day', seen_at)", "seen_at"),
        ("day - 1", "day"),
        ("id / 10", "id"),
        ("(a / b)::text", "a b"),
        ("cast(a as text)", "a"),
        ("cast(seen_at as date)", "seen_at"),
    ] {
        assert_eq!(null(text, &scope), expected, "{text}");
    }
    for text in [
        "a / b",
        "date(seen_at)",
        "floor(x)",
        "array_length(tags, 1)",
        "cast(cast(a as jsonb) as integer)",
        "a::jsonb::integer",
    ] {
        assert_eq!(null(text, &scope), "?", "{text}");
    }
}

#[test]
fn a_renamed_column_has_its_new_name_wherever_it_stands() {
    let renamed =
        |text: &str, new: &str, dialect| sql(text).rename_column("a", new, &any(dialect)).0;
    assert_eq!(
        renamed("lower( A ) || 'a' || a(\"a\") || b.a", "c", Postgres),
        "lower( \"c\" ) || 'a' || a(\"c\") || b.\"c\""
    );
    assert_eq!(renamed("a = 1", "Big", Postgres), "\"Big\" = 1");
    assert_eq!(renamed("a = 1", "order", Sqlite), "\"order\" = 1");
    assert_eq!(renamed("`a` = 1", "x y", Mysql), "`x y` = 1");
    assert_eq!(renamed("\"A\" = 1", "b", Postgres), "\"A\" = 1");
    let at = sql("lower(at) || (b at time zone at)").rename_column("at", "c", &any(Postgres));
    assert_eq!(at.0, "lower(\"c\") || (b at time zone \"c\")");
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
            for scope in [any(dialect), Scope::by_hand(dialect)] {
                sql.columns(&scope);
                sql.never_null_columns(&scope);
                sql.null(&scope);
                sql.rename_column("a", "b", &scope);
            }
            sql.element(dialect);
        }
    }
    let deep = sql(&format!("{}a{}", "(".repeat(100_000), ")".repeat(100_000)));
    assert_eq!(deep.never_null_columns(&any(Postgres)), ["a"]);
    assert_eq!(null(&deep.0, &Scope::by_hand(Sqlite)), "a");
    let deep = format!("{}a{}", "lower(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(null(&deep, &Scope::by_hand(Sqlite)), "?");
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
fn a_bracket_behind_a_word_quotes_nothing() {
    let columns = |sql: &str| Sql(sql.to_owned()).columns(&any(Sqlite));
    assert_eq!(columns("kind = any (ARRAY['a'::text, 'b'])"), ["kind"]);
    assert_eq!(columns("lower([Odd name])"), ["Odd name"]);
    // But for a keyword.
    assert_eq!(columns("a and[b--c] > 1 OR[d]"), ["a", "b--c", "d"]);
}
