//! MySQL evaluates assignments one after another: what reads a column that was written is refused,
//! whatever its SQL looks like, and what reads none is not.

use std::cell::{Cell, RefCell};

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::result::Error::QueryBuilderError;
use diesel::sql_types::{BigInt, Bool};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use upsert_runtime::upsert;

diesel::table! {
    words (k) {
        k -> Integer,
        kept -> BigInt,
        a -> BigInt,
        end -> BigInt,
        values -> BigInt,
        day -> BigInt,
        result -> BigInt,
    }
}

const TABLE: &str = "CREATE TABLE words (k INTEGER PRIMARY KEY, kept BIGINT NOT NULL, a BIGINT NOT NULL, `end` BIGINT NOT NULL,
    `values` BIGINT NOT NULL, `day` BIGINT NOT NULL, result BIGINT NOT NULL)";
const COLUMNS: [&str; 5] = ["kept", "a", "end", "values", "day"];
const STORED: [i64; 5] = [11, 2, 3, 5, 7];
const PROPOSED: [i64; 5] = [31, 37, 41, 43, 47];

/// What is stored in the columns that are assigned.
fn stored_row(conn: &mut MysqlConnection) -> QueryResult<(i64, i64, i64, i64, i64)> {
    let columns = (
        words::a,
        words::end,
        words::values,
        words::day,
        words::result,
    );
    words::table.select(columns).first(conn)
}

/// An expression of raw SQL.
#[derive(Debug, Clone)]
enum E {
    /// Text that reads nothing, and its value.
    Constant(&'static str, i64),
    Stored(usize, Spelling),
    /// The proposed row, with spaces or without.
    Proposed(usize, bool),
    Sum(Box<E>, Box<E>),
    Case(Box<[E; 4]>),
    Call(&'static str, Box<E>),
}

#[derive(Debug, Clone, Copy)]
enum Spelling {
    Quoted,
    Plain,
    Capitals,
    Column,
    Table,
    Qualified,
    Spaces,
    Schema,
}

/// What looks like a column of the table and is none.
const CONSTANTS: [(&str, i64); 8] = [
    ("1", 1),
    ("char_length('a end')", 5),
    ("(select max(u.a) from (select 13 as a) as u)", 13),
    ("(select max(`u`.`end`) from (select 17 `end`) u)", 17),
    ("extract(day from '2020-01-19')", 19),
    ("day(date_add('2020-01-01', interval 1 day))", 2),
    ("timestampdiff(day, '2020-01-01', '2020-01-24')", 23),
    ("('end' = ('x'))", 0),
];

fn expression() -> impl Strategy<Value = E> {
    use Spelling::{Capitals, Column, Plain, Qualified, Quoted, Schema, Spaces, Table};
    let spelling = prop::sample::select(vec![
        Quoted, Plain, Capitals, Column, Table, Qualified, Spaces, Schema,
    ]);
    // Half of them read what stays, so that some expressions read nothing else.
    let column = prop_oneof![Just(0), Just(0), 1..COLUMNS.len()];
    let leaf = prop_oneof![
        prop::sample::select(&CONSTANTS[..]).prop_map(|(text, value)| E::Constant(text, value)),
        (column, spelling).prop_map(|(column, spelling)| E::Stored(column, spelling)),
        (0..COLUMNS.len(), any::<bool>()).prop_map(|(column, wide)| E::Proposed(column, wide)),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let name = prop::sample::select(vec!["abs", "ABS", "+", "cast"]);
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| E::Sum(Box::new(a), Box::new(b))),
            (name, inner.clone()).prop_map(|(name, a)| E::Call(name, Box::new(a))),
            prop::array::uniform4(inner).prop_map(|parts| E::Case(Box::new(parts))),
        ]
    })
}

impl E {
    /// The value, where all columns are read as they were stored.
    fn value(&self) -> i64 {
        match self {
            Self::Constant(_, value) => *value,
            Self::Stored(column, _) => STORED[*column],
            Self::Proposed(column, _) => PROPOSED[*column],
            Self::Sum(a, b) => a.value() + b.value(),
            Self::Case(parts) if parts[0].value() > parts[1].value() => parts[2].value(),
            Self::Case(parts) => parts[3].value(),
            Self::Call(_, a) => a.value(),
        }
    }

    /// Whether a column is read that is assigned.
    fn reads(&self) -> bool {
        match self {
            Self::Constant(..) | Self::Proposed(..) => false,
            Self::Stored(column, _) => *column > 0,
            Self::Sum(a, b) => a.reads() || b.reads(),
            Self::Case(parts) => parts.iter().any(Self::reads),
            Self::Call(_, a) => a.reads(),
        }
    }

    fn sql(&self, schema: &str) -> String {
        match self {
            Self::Constant(text, _) => (*text).to_owned(),
            Self::Proposed(column, false) => format!("VALUES(`{}`)", COLUMNS[*column]),
            Self::Proposed(column, true) => format!("values ( words.`{}` )", COLUMNS[*column]),
            Self::Sum(a, b) => format!("({} + {})", a.sql(schema), b.sql(schema)),
            Self::Case(parts) => {
                let [a, b, then, other] = &**parts;
                format!(
                    "case when {} > {} then {} else {} end",
                    a.sql(schema),
                    b.sql(schema),
                    then.sql(schema),
                    other.sql(schema)
                )
            }
            Self::Call("+", a) => format!("+{}", a.sql(schema)),
            Self::Call("cast", a) => format!("cast({} as signed)", a.sql(schema)),
            Self::Call(name, a) => format!("{name}({})", a.sql(schema)),
            Self::Stored(column, spelling) => {
                let name = COLUMNS[*column];
                match spelling {
                    // Reserved: it has to be quoted, or to stand right behind a period.
                    Spelling::Plain | Spelling::Capitals | Spelling::Spaces if name == "values" => {
                        "`Values`".into()
                    }
                    Spelling::Plain => name.into(),
                    Spelling::Capitals => name.to_uppercase(),
                    Spelling::Quoted => format!("`words`.`{name}`"),
                    Spelling::Column => format!("`{name}`"),
                    Spelling::Table => format!("words.`{name}`"),
                    Spelling::Qualified => format!("words.{name}"),
                    Spelling::Spaces => format!("`words` . {name}"),
                    Spelling::Schema => format!("{schema}.words.`{name}`"),
                }
            }
        }
    }

    /// Whether a name without quotes stands before a word: then nobody knows which of the two is
    /// the column.
    fn has_plain_name(&self) -> bool {
        match self {
            Self::Constant(..) | Self::Proposed(..) => false,
            Self::Stored(_, spelling) => matches!(
                spelling,
                Spelling::Plain | Spelling::Capitals | Spelling::Qualified | Spelling::Spaces
            ),
            Self::Sum(a, b) => a.has_plain_name() || b.has_plain_name(),
            Self::Case(parts) => parts.iter().any(Self::has_plain_name),
            Self::Call(_, a) => a.has_plain_name(),
        }
    }
}

#[test]
fn a_column_that_is_called_like_a_word_is_not_taken_for_it() -> QueryResult<()> {
    let db = &crate::database::mysql("a_column_that_is_called_like_a_word");
    let conn = &mut db.connect();
    conn.batch_execute(TABLE)?;
    conn.batch_execute("INSERT INTO words VALUES (1, 11, 2, 3, 5, 7, 0)")?;
    upsert!(
        words,
        values = { k: 1, kept: 31, a: 37, end: 41, values: 43, day: 47, result: 0 },
        conflict = (k),
        set = <
            end += 1,
            values,
            day += 1,
            a = diesel::dsl::case_when(words.kept.gt(10), words.kept).otherwise(excluded.values),
            result = sql::<BigInt>("kept + day(date_add('2020-01-01', interval 1 day))"),
        >,
    )
    .execute(conn)?;
    assert_eq!(stored_row(conn)?, (11, 4, 43, 8, 13));
    Ok(())
}

diesel::table! {
    totals (k) {
        k -> Integer,
        a -> BigInt,
        tenfold -> BigInt,
        hundredfold -> BigInt,
        seen -> BigInt,
        kept -> BigInt,
    }
}

#[test]
fn a_generated_column_is_that_of_the_stored_row() -> QueryResult<()> {
    let db = &crate::database::mysql("a_generated_column_is_that_of_the_stored_row");
    let conn = &mut db.connect();
    conn.batch_execute(
        "CREATE TABLE totals (k INTEGER PRIMARY KEY, a BIGINT NOT NULL, tenfold BIGINT AS (a * 10) VIRTUAL,
         hundredfold BIGINT AS (a * 100) STORED, seen BIGINT NOT NULL, kept BIGINT NOT NULL);
         INSERT INTO totals (k, a, seen, kept) VALUES (1, 1, 0, 0)",
    )?;
    for expected in [(2, 10, 100), (3, 20, 200)] {
        upsert!(
            totals,
            values = { k: 1, a: 5, seen: 0, kept: 0 },
            conflict = (k),
            set = < a += 1, seen = totals.tenfold, kept = totals.hundredfold >,
        )
        .execute(conn)?;
        let row = totals::table
            .select((totals::a, totals::seen, totals::kept))
            .first::<(i64, i64, i64)>(conn)?;
        assert_eq!(row, expected);
    }
    Ok(())
}

diesel::table! {
    labels (k) {
        k -> Integer,
        a -> Text,
        b -> Nullable<Text>,
        n -> BigInt,
    }
}

#[test]
fn a_condition_on_what_is_written_holds_for_all_assignments_or_for_none() -> QueryResult<()> {
    let db = &crate::database::mysql("a_condition_on_what_is_written");
    // Where two texts do not differ and are not the same.
    let table = "CREATE TABLE labels (k INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT, n BIGINT NOT NULL) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci";
    let conn = &mut db.connect();
    conn.batch_execute(table)?;
    let text = |text: &str| Some(text.to_owned());
    for (a, b, n, expected) in [
        ("a", text("b"), 1, ("A", text("B"), 1)),
        ("a", text("x"), 1, ("a", text("x"), 1)),
        ("x", text("b"), 1, ("x", text("b"), 1)),
        ("a", text("b"), 2, ("a", text("b"), 2)),
        ("a", None, 1, ("A", text("B"), 1)),
        ("a", None, 2, ("a", None, 2)),
    ] {
        // Whatever the variable was before, on a new connection too.
        for before in [
            "",
            "SET @upsert_guard = 'x'",
            "SET @upsert_guard = 1",
            "SET @upsert_guard = NULL",
        ] {
            let conn = &mut db.connect();
            conn.batch_execute("REPLACE INTO labels VALUES (1, 'A', 'B', 1)")?;
            if !before.is_empty() {
                conn.batch_execute(before)?;
            }
            for _ in 0..2 {
                upsert!(
                    labels,
                    values = { k: 1, a, b: b.clone(), n },
                    conflict = (k),
                    set = < .. >,
                    where = labels.a.ne(excluded.a).or(labels.b.assume_not_null().ne(excluded.b.assume_not_null())).or(labels.n.ne(excluded.n)),
                )
                .execute(conn)?;
                let row = labels::table
                    .select((labels::a, labels::b, labels::n))
                    .first::<(String, Option<String>, i64)>(conn)?;
                assert_eq!((&*row.0, row.1, row.2), expected, "{before}");
            }
        }
    }
    Ok(())
}

#[test]
fn what_reads_a_column_that_was_written_is_refused_and_nothing_else() {
    let db = &crate::database::mysql("what_reads_a_column_that_was_written");
    let conn = &RefCell::new(db.connect());
    let schema = db.url.rsplit_once('/').unwrap().1;
    conn.borrow_mut().batch_execute(TABLE).unwrap();
    let (accepted, refused, wrong) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let count = |counter: &Cell<u32>| counter.set(counter.get() + 1);
    let config = Config {
        cases: 1500,
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&(expression(), expression()), |(value, guard)| {
        let conn = &mut *conn.borrow_mut();
        let [kept, a, end, values, day] = STORED;
        let stored =
            format!("REPLACE INTO words VALUES (1, {kept}, {a}, {end}, {values}, {day}, 0)");
        conn.batch_execute(&stored).unwrap();
        let text = (value.sql(schema), format!("({}) > 20", guard.sql(schema)));
        let [kept, a, end, values, day] = PROPOSED;
        let outcome = upsert!(
            words,
            values = { k: 1, kept, a, end, values, day, result: 0 },
            conflict = (k),
            set = < a += 1, end += 1, values += 1, day += 1, result = sql::<BigInt>(&text.0) >,
            where = sql::<Bool>(&text.1),
        )
        .execute(conn);
        let [_, a, end, values, day] = STORED;
        let expected = match guard.value() > 20 {
            true => (a + 1, end + 1, values + 1, day + 1, value.value()),
            false => (a, end, values, day, 0),
        };
        let reads = value.reads() || guard.reads();
        match outcome {
            Ok(_) => {
                count(&accepted);
                prop_assert!(!reads, "{text:?}");
                prop_assert_eq!(stored_row(conn).unwrap(), expected, "{:?}", text);
            }
            Err(QueryBuilderError(error)) => {
                count(&refused);
                let may_read = reads || value.has_plain_name() || guard.has_plain_name();
                prop_assert!(may_read, "{text:?}: {error}");
                // As it would be without the check.
                let assigned = ["a", "end", "values", "day"]
                    .map(|c| format!("`{c}` = if({}, words.`{c}` + 1, `{c}`)", text.1));
                conn.batch_execute(&format!(
                    "INSERT INTO words VALUES (1, 31, 37, 41, 43, 47, 0)
                     ON DUPLICATE KEY UPDATE {}, result = if({}, {}, result)",
                    assigned.join(", "),
                    text.1,
                    text.0
                ))
                .unwrap();
                if stored_row(conn).unwrap() != expected {
                    prop_assert!(reads, "{text:?}: {error}");
                    count(&wrong);
                }
            }
            Err(error) => prop_assert!(false, "{text:?}: {error}"),
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    let counts = (accepted.get(), refused.get(), wrong.get());
    assert!(
        counts.0 > 200 && counts.1 > 200 && counts.2 > 20,
        "{counts:?}"
    );
}
