//! Random expressions: what the reader takes for NOT NULL where its columns are is not NULL in a
//! real database; and words that are SQL's elsewhere: a column that is called so is one.

use super::reader::{self, Dialect};
use diesel::QueryResult;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use upsert_schema::sql::Strict;

use super::live::Server;
use super::number;
use super::random::Random;
use super::replay::Folder;

const EXPRESSIONS: usize = 1_000;

/// A table of which no column is NULL, and some values of each that are odd.
struct Table {
    columns: &'static [(&'static str, &'static str, &'static [&'static str])],
    types: &'static [&'static str],
    operators: &'static [&'static str],
}

fn table(dialect: Dialect) -> Table {
    match dialect {
        Dialect::Postgres => Table {
            columns: &[
                ("a", "text", &["''", "'x'", "'12'", "'a b'", "'2020-01-01'"]),
                ("n", "bigint", &["0", "1", "-1", "7"]),
                (
                    "r",
                    "double precision",
                    &["0", "'Infinity'", "'-Infinity'", "'NaN'", "1.5"],
                ),
                ("m", "numeric", &["0", "'NaN'", "2.5"]),
                (
                    "d",
                    "date",
                    &["'infinity'", "'2020-02-29'", "'0044-03-15 BC'"],
                ),
                (
                    "at",
                    "timestamp with time zone",
                    &["'-infinity'", "'infinity'", "'2020-02-29 12:00'"],
                ),
                ("v", "interval", &["'0'", "'1 day'", "'-1 month'"]),
                ("p", "tstzrange", &["'empty'", "'(,)'", "'[2020-01-01,)'"]),
                (
                    "doc",
                    "jsonb",
                    &["'null'", "'1'", "'{}'", "'\"x\"'", "'[]'"],
                ),
                ("o", "bool", &["true", "false"]),
                ("b", "bytea", &["''", "'x'"]),
                ("i", "inet", &["'0.0.0.0/0'", "'::1'"]),
                ("tags", "int[]", &["'{}'", "'{1}'", "'{NULL}'"]),
                ("g", "path", &["'((0,0),(1,1))'", "'[(0,0),(1,1)]'"]),
                ("x", "box", &["'(0,0),(1,1)'", "'(5,5),(6,6)'"]),
            ],
            types: &[
                "text",
                "int",
                "numeric(9, 2)",
                "date",
                "timestamptz",
                "boolean",
                "varchar(3)",
                "jsonb",
                "interval",
                "float8",
            ],
            operators: &[
                "+", "-", "*", "/", "%", "||", "&", "|", "#", "<<", ">>", "^", "=", "<>", "<",
                ">=", "and", "or", "->", "->>", "@>", "&&", "~",
            ],
        },
        Dialect::Sqlite => Table {
            columns: &[
                (
                    "a",
                    "text",
                    &["''", "'x'", "'12'", "'9e999'", "'2020-01-01'"],
                ),
                (
                    "n",
                    "bigint",
                    &["0", "1", "-9223372036854775808", "9223372036854775807"],
                ),
                ("m", "int", &["0", "7", "-1"]),
                ("r", "real", &["0.0", "9e999", "-9e999", "1.5"]),
                ("b", "", &["x''", "x'00'", "1", "'q'"]),
            ],
            types: &["text", "integer", "real", "numeric", "blob"],
            operators: &[
                "+", "-", "*", "/", "%", "||", "&", "|", "<<", ">>", "=", "<>", "<", ">=", "and",
                "or", "->", "->>", "is",
            ],
        },
        Dialect::Mysql => Table {
            columns: &[
                ("a", "varchar(20)", &["''", "'x'", "'12'", "'2020-01-01'"]),
                ("n", "bigint", &["0", "1", "-1", "7"]),
                ("r", "double", &["0", "1e300", "-1.5"]),
                ("m", "decimal(9, 2)", &["0", "2.5"]),
                (
                    "d",
                    "date",
                    &["'2020-02-29'", "'0000-00-00'", "'2020-00-00'"],
                ),
                (
                    "at",
                    "datetime",
                    &["'2020-02-29 12:00:00'", "'0000-00-00 00:00:00'"],
                ),
                ("doc", "json", &["'null'", "'{}'", "'1'"]),
                ("b", "varbinary(9)", &["''", "'x'"]),
            ],
            types: &[
                "char",
                "char(3)",
                "signed",
                "unsigned",
                "date",
                "datetime",
                "decimal(9, 2)",
                "time",
            ],
            operators: &[
                "+", "-", "*", "/", "%", "div", "mod", "||", "&", "|", "<<", ">>", "^", "=", "<>",
                "<", ">=", "and", "or", "xor", "<=>",
            ],
        },
    }
}

const LITERALS: &[&str] = &[
    "'x'",
    "''",
    "0",
    "1",
    "7",
    "2.5",
    "null",
    "true",
    "'2020-01-01'",
];

/// Those that are on no list of the library's, or not for what they are given.
const OTHERS: &[&str] = &[
    "coalesce",
    "ifnull",
    "nullif",
    "if",
    "iif",
    "array_length",
    "time",
    "datetime",
    "strftime",
    "julianday",
    "unixepoch",
    "unicode",
    "sign",
    "sqrt",
    "ln",
    "mod",
    "div",
    "date_part",
    "to_char",
    "to_number",
    "regexp_match",
    "regexp_substr",
    "jsonb_typeof",
    "json_extract",
    "json_type",
    "last_day",
    "to_days",
    "str_to_date",
    "inet_aton",
    "unhex",
    "elt",
    "lead",
    "isempty",
    "upper_inf",
    "pg_catalog.lower",
];

/// Those that keep NOT NULL somewhere, and as many that do not.
fn functions(dialect: Dialect) -> Vec<&'static str> {
    let strict = Strict::of(dialect);
    [&strict.functions[..], &strict.lacking, OTHERS].concat()
}

fn expression(random: &mut Random, table: &Table, functions: &[&str], depth: usize) -> String {
    if depth == 0 || random.percent(20) {
        return if random.percent(70) {
            table.columns[random.below(table.columns.len())]
                .0
                .to_owned()
        } else {
            random.one(LITERALS).to_owned()
        };
    }
    let some = |random: &mut Random| expression(random, table, functions, depth - 1);
    let one = some(random);
    match random.below(14) {
        0..4 => {
            let name = random.one(functions);
            let mut arguments = vec![one];
            while arguments.len() < 3 && random.percent(40) {
                arguments.push(some(random));
            }
            format!("{name}({})", arguments.join(", "))
        }
        4..7 => format!("{one} {} {}", random.one(table.operators), some(random)),
        7 => format!("({one})"),
        8 => format!("cast({one} as {})", random.one(table.types)),
        9 => format!("({one})::{}", random.one(table.types)),
        10 => format!("{one} is {}null", random.one(&["", "not "][..])),
        11 => {
            let then = some(random);
            let other = format!(" else {}", some(random));
            let other = if random.percent(50) { &other } else { "" };
            format!("case when {one} then {then}{other} end")
        }
        12 => format!("trim(both {} from {one})", some(random)),
        _ => random
            .one(&[
                "(E at time zone 'UTC')",
                "not E",
                "-E",
                "substring(E from 2)",
                "E + interval '1 day'",
            ])
            .replace('E', &one),
    }
}

#[derive(QueryableByName)]
pub(super) struct Count {
    #[diesel(sql_type = BigInt)]
    pub(super) n: i64,
}

/// In how many of the rows `expression` is NULL; `None` where it is an error in all of them.
pub(super) fn null_rows(
    expression: &str,
    is_null: &str,
    rows: usize,
    mut count: impl FnMut(String) -> QueryResult<Count>,
) -> Option<i64> {
    let mut count = |of: &str| {
        let query = format!("SELECT count(*) AS n FROM odd WHERE {of} ({expression}) {is_null}");
        count(query).ok().map(|count| count.n)
    };
    // Otherwise it is none that the database has.
    count("id < 0 AND")?;
    // An error in one row hides the others.
    count("").or_else(|| {
        let each = (0..rows).filter_map(|row| count(&format!("id = {row} AND")));
        each.reduce(|all, n| all + n)
    })
}

/// Creates the table `odd` with `columns`, by their names, types and values.
pub(super) fn fill<S: Server, N: std::fmt::Display>(
    conn: &mut S,
    columns: &[(N, &str, &[&str])],
    random: &mut Random,
    rows: usize,
) -> String {
    let definitions: Vec<_> = columns
        .iter()
        .map(|(name, kind, _)| format!("{name} {kind} NOT NULL"))
        .collect();
    let create = format!("CREATE TABLE odd (id INT, {})", definitions.join(", "));
    conn.batch_execute(&create).unwrap();
    for row in 0..rows {
        let values: Vec<_> = columns
            .iter()
            .map(|(.., values)| random.one(values))
            .collect();
        conn.batch_execute(&format!(
            "INSERT INTO odd VALUES ({row}, {})",
            values.join(", ")
        ))
        .unwrap();
    }
    create
}

on_each_backend! {
    fn what_is_known_to_keep_not_null_is_never_null(db) {
        const ROWS: usize = 24;
        let conn = &mut db.connect();
        conn.empty()?;
        if dialect(conn) == Dialect::Mysql {
            conn.batch_execute("SET sql_mode = ''")?;
        }
        let seed = number("UPSERT_DDL_SEED", 1);
        let mut random = Random::new(seed);
        let table = table(dialect(conn));
        let create = fill(conn, table.columns, &mut random, ROWS);
        let functions = functions(dialect(conn));
        let all: Vec<_> = (0..EXPRESSIONS).map(|_| expression(&mut random, &table, &functions, 3)).collect();
        let mut folder = Folder::new();
        let index = |(n, sql)| format!("CREATE UNIQUE INDEX i{n} ON odd (({sql}))");
        folder.add(&std::iter::once(create).chain(all.iter().enumerate().map(index)).collect::<Vec<_>>());
        // A date of zeros IS NULL on MySQL, and is not.
        let is_null = if dialect(conn) == Dialect::Mysql { "<=> NULL" } else { "IS NULL" };
        let (mut kept, mut refused_and_null) = (0, 0);
        for known in reader::nulls(folder.path(), dialect(conn)).unwrap() {
            let sql = &all[known.key[1..].parse::<usize>().unwrap()];
            let nulls = null_rows(sql, is_null, ROWS, |query| sql_query(query).get_result(conn));
            match known.columns {
                Some(_) => {
                    assert!(nulls.unwrap_or(0) == 0, "seed {seed}: `{sql}` is NULL in {nulls:?} rows");
                    kept += usize::from(nulls.is_some());
                }
                None => refused_and_null += usize::from(nulls.is_some_and(|nulls| nulls > 0)),
            }
        }
        println!("{EXPRESSIONS} expressions: {kept} are known, {refused_and_null} of the others were NULL");
        // That they could have been found out.
        assert!(kept > EXPRESSIONS / 10 && refused_and_null > 2, "{kept}, {refused_and_null}");
        conn.leave()?;
    }
}

/// Words that mean something in SQL. Which of them a column can be called without quotes differs by
/// database.
const WORDS: &str = "abort action after all alter always analyze and any array as asc asymmetric at attach authorization \
    autoincrement before begin between binary both by cascade case cast check collate column comment commit conflict \
    constraint create cross current current_date current_time current_timestamp current_user database date day default \
    deferrable delete desc detach distinct div do drop each else end escape except exclude exists explain extract fail \
    false fetch filter first following for foreign freeze from full generated glob grant group groups having hour if \
    ignore ilike in index initially inner insert instead intersect interval into is isnull join json key last lateral \
    leading left like limit local localtime localtimestamp match materialized mod month name natural no normalize not \
    nothing notnull null nulls of offset on only operator option or order others outer over overlaps overlay partition \
    placing plan position pragma preceding precision primary query raise range recursive references regexp reindex \
    release rename replace restrict returning right rlike rollback row rows savepoint select session_user set similar \
    some substring symmetric table tablesample temp then ties time timestamp to trailing transaction treat trigger trim \
    true type unbounded union unique unknown update user using vacuum value values variadic verbose view virtual when \
    where window with within without xmlparse xor year zone";

mod words {
    use super::*;

    on_each_backend! { returning:
        fn a_column_that_is_called_like_a_word_of_sql_has_its_new_name_in_the_expressions_of_keys(db) {
            let conn = &mut db.connect();
            let mut columns = 0;
            for word in WORDS.split_whitespace() {
                conn.empty()?;
                let statements = [
                    format!("CREATE TABLE words (id INT, {word} TEXT)"),
                    format!("CREATE UNIQUE INDEX one ON words (lower({word}), id)"),
                    format!("CREATE UNIQUE INDEX two ON words ((coalesce({word}, 'x') || {word})) WHERE NOT {word} = '-' AND {word} IS NOT NULL"),
                    format!("ALTER TABLE words RENAME COLUMN {word} TO renamed"),
                ];
                if statements.iter().any(|statement| conn.batch_execute(statement).is_err()) {
                    continue;
                }
                columns += 1;
                let mut folder = Folder::new();
                folder.add(&statements);
                let read = reader::read(folder.path(), dialect(conn), None).unwrap();
                let texts: Vec<_> = read.iter().map(|found| format!("{:?} {:?}", found.index.elements, found.index.predicate)).collect();
                assert_eq!(texts, [
                    r#"[Expression("lower(\"renamed\")"), Column("id")] None"#,
                    r#"[Expression("coalesce(\"renamed\", 'x') || \"renamed\"")] Some("NOT \"renamed\" = '-' AND \"renamed\" IS NOT NULL")"#,
                ], "{word}");
                let nulls = reader::nulls(folder.path(), dialect(conn)).unwrap();
                assert!(nulls.iter().all(|nulls| nulls.columns.as_deref() == Some(&["renamed".to_owned()])), "{word}: {nulls:?}");
            }
            println!("{columns} words can be columns");
            assert!(columns > 60, "{columns}");
            conn.leave()?;
        }
    }
}

pub(super) fn dialect<S: Server>(_: &S) -> Dialect {
    S::DIALECT
}
