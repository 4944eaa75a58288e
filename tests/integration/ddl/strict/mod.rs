//! What the library says is NULL only where something in it is: each function, operator and cast on
//! its lists is executed, with every type that the database has it for, and never is.
//!
//! The names are the library's own. One that is added is executed too, or a test fails.

mod forms;
mod mysql;
mod postgres;
mod sqlite;

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_query;
use upsert_schema::sql::Strict;

use self::forms::{Form, Subject};
use self::postgres::OVERLOADS;
use super::expressions::{Count, dialect, fill, null_rows};
use super::live::Server;
use super::number;
use super::random::Random;
use super::reader::{self, Dialect};
use super::replay::Folder;

const ROWS: usize = 16;
/// How often each has to be something that the database takes and the library knows.
const EACH: usize = 10;
/// After so many rounds there is nothing that would be.
const ROUNDS: usize = 60;

/// A table of which no column is NULL, by types, with some values of each that are odd.
type Columns = &'static [(&'static str, &'static [&'static str])];

fn columns(dialect: Dialect) -> Columns {
    match dialect {
        Dialect::Postgres => postgres::COLUMNS,
        Dialect::Sqlite => sqlite::COLUMNS,
        Dialect::Mysql => mysql::COLUMNS,
    }
}

/// The name of the column of a type.
fn name(kind: &str) -> String {
    format!("c_{}", kind.replace(|c: char| !c.is_alphanumeric(), "_"))
}

#[derive(Default, Debug)]
struct Figures {
    /// That the library knows, and the database takes.
    known: usize,
    /// That the database takes alone.
    others: usize,
    /// Of those that were NULL somewhere.
    null: usize,
}

/// What was found out of each.
#[derive(Default)]
struct Report {
    subjects: BTreeMap<Subject, Figures>,
    /// Known, and NULL.
    wrong: Vec<(Subject, String)>,
}

impl Report {
    fn lacks(&self, subject: &Subject) -> bool {
        self.subjects
            .get(subject)
            .is_none_or(|figures| figures.known < EACH)
    }
}

/// Executes all `forms`, and those again of what is not known often enough, over the table that
/// `create` makes. `knows` says of expressions whether they are NULL only where something in them
/// is.
fn explore(
    random: &mut Random,
    (dialect, create, rounds): (Dialect, &str, usize),
    forms: &[Form],
    knows: impl Fn(&str, &[String]) -> Vec<bool>,
    mut count: impl FnMut(String) -> QueryResult<Count>,
) -> Report {
    let mut report = Report::default();
    let cases = usize::try_from(number("UPSERT_DDL_CASES", 1)).unwrap();
    let mut subjects: BTreeMap<Subject, Vec<&Form>> = BTreeMap::new();
    for form in forms {
        subjects.entry(form.subject.clone()).or_default().push(form);
        report.subjects.entry(form.subject.clone()).or_default();
    }
    for round in 0..rounds {
        let mut all = Vec::new();
        for (subject, forms) in &subjects {
            if round > 0 && !report.lacks(subject) {
                continue;
            }
            let forms = random.some(forms.clone(), forms.len());
            let times = subject.times(forms.len()) * cases;
            for form in forms.iter().cycle().take(times) {
                all.push((subject, form.sql(random, columns(dialect))));
            }
        }
        let texts: Vec<_> = all.iter().map(|(_, sql)| sql.clone()).collect();
        // A date of zeros IS NULL on MySQL, and is not.
        let is_null = match dialect {
            Dialect::Mysql => "<=> NULL",
            Dialect::Postgres | Dialect::Sqlite => "IS NULL",
        };
        for ((subject, sql), known) in all.iter().zip(knows(create, &texts)) {
            let Some(nulls) = null_rows(sql, is_null, ROWS, &mut count) else {
                continue;
            };
            let figures = report.subjects.entry((*subject).clone()).or_default();
            if !known {
                figures.others += 1;
                figures.null += usize::from(nulls > 0);
                continue;
            }
            figures.known += 1;
            if nulls > 0 {
                report.wrong.push(((*subject).clone(), sql.clone()));
            }
        }
    }
    report
}

/// What the library knows of expressions over the table that `create` makes.
fn library(dialect: Dialect) -> impl Fn(&str, &[String]) -> Vec<bool> {
    move |create, all| {
        let mut folder = Folder::new();
        let index = |(n, sql)| format!("CREATE UNIQUE INDEX i{n} ON odd (({sql}))");
        let indexes = all.iter().enumerate().map(index);
        folder.add(
            &std::iter::once(create.to_owned())
                .chain(indexes)
                .collect::<Vec<_>>(),
        );
        let mut known = vec![false; all.len()];
        for nulls in reader::nulls(folder.path(), dialect).unwrap() {
            let n: usize = nulls.key[1..].parse().unwrap();
            known[n] = nulls.columns.is_some();
        }
        known
    }
}

/// The table, with its rows.
fn prepare<S: Server>(conn: &mut S, random: &mut Random) -> String {
    conn.empty().unwrap();
    if S::DIALECT == Dialect::Mysql {
        conn.batch_execute("SET sql_mode = ''").unwrap();
    }
    let columns: Vec<_> = columns(S::DIALECT)
        .iter()
        .map(|(kind, values)| (name(kind), *kind, *values))
        .collect();
    fill(conn, &columns, random, ROWS)
}

/// What the library has no business to know.
fn planted(dialect: Dialect) -> &'static [Subject<&'static str>] {
    use forms::Subject::{Cast, Function, Operator};
    match dialect {
        Dialect::Postgres => &[
            Function("nullif"),
            Function("array_length"),
            // With a pattern.
            Function("substring"),
            Operator("#"),
            // Of an infinite time.
            Cast("time"),
        ],
        Dialect::Sqlite => &[
            Function("nullif"),
            Function("unicode"),
            Function("date"),
            Operator("/"),
        ],
        Dialect::Mysql => &[Function("nullif"), Function("elt"), Operator("div")],
    }
}

/// MySQL 9.6 has these no more, but as a component:
/// <https://dev.mysql.com/doc/refman/9.6/en/encryption-functions.html>
fn is_gone(subject: &Subject) -> bool {
    let is_newest = std::env::var_os("UPSERT_MYSQL_FOLDER").is_some();
    is_newest
        && matches!(subject, Subject::Function(name) if ["md5", "sha", "sha1"].contains(&&**name))
}

mod executed {
    use super::*;

    on_each_backend! {
        fn what_is_on_the_lists_is_null_only_where_something_in_it_is(db) {
            let conn = &mut db.connect();
            let seed = number("UPSERT_DDL_SEED", 1);
            let mut random = Random::new(seed);
            let create = prepare(conn, &mut random);
            let dialect = dialect(conn);
            let overloads = match dialect {
                Dialect::Postgres => sql_query(OVERLOADS).load(conn)?,
                Dialect::Sqlite | Dialect::Mysql => Vec::new(),
            };
            let strict = Strict::of(dialect);
            let forms = forms::of_all(dialect, &strict, &overloads);
            let report = explore(&mut random, (dialect, &create, ROUNDS), &forms, library(dialect), |query| {
                sql_query(query).get_result(conn)
            });
            let sum = |of: fn(&Figures) -> usize| report.subjects.values().map(of).sum::<usize>();
            println!(
                "{} functions, operators and casts in {} forms: {} valid expressions that are known, {} that are not, of which {} were NULL",
                report.subjects.len(), forms.len(), sum(|of| of.known), sum(|of| of.others), sum(|of| of.null),
            );
            if std::env::var_os("UPSERT_DDL_FIGURES").is_some() {
                println!("{:#?}", report.subjects);
            }
            assert!(report.wrong.is_empty(), "seed {seed}: known, and NULL: {:#?}", report.wrong);
            let few = report.subjects.iter().filter(|(subject, _)| report.lacks(subject) && !is_gone(subject));
            let few: Vec<_> = few.collect();
            assert!(few.is_empty(), "seed {seed}: not executed {EACH} times: {few:?}");
            conn.leave()?;
        }

        fn what_the_lists_say_that_this_database_lacks_is_not_null_where_it_has_it(db) {
            let conn = &mut db.connect();
            let mut random = Random::new(1);
            let create = prepare(conn, &mut random);
            let dialect = dialect(conn);
            let forms: Vec<_> = Strict::of(dialect).lacking.into_iter().flat_map(|name| forms::by_number(name, columns(dialect))).collect();
            let report = explore(&mut random, (dialect, &create, 1), &forms, library(dialect), |query| {
                sql_query(query).get_result(conn)
            });
            // MariaDB has an `encode` of its own.
            let null: Vec<_> = report.subjects.iter().filter(|(_, figures)| figures.known + figures.null > 0).collect();
            assert!(null.is_empty(), "{null:?}");
            conn.leave()?;
        }

        fn what_was_once_taken_for_known_is_null_and_is_not_known(db) {
            let conn = &mut db.connect();
            let create = prepare(conn, &mut Random::new(1));
            let dialect = dialect(conn);
            let sql = match dialect {
                Dialect::Postgres => "cast(c_timestamp_with_time_zone as time)",
                Dialect::Sqlite => "substr(x'', 1)",
                Dialect::Mysql => "replace(c_text, 'x', c_text)",
            };
            let query = format!("SELECT count(*) AS n FROM odd WHERE ({sql}) IS NULL");
            let Count { n } = sql_query(query).get_result(conn)?;
            assert!(n > 0);
            assert_eq!(library(dialect)(&create, &[sql.to_owned()]), [false]);
            conn.leave()?;
        }

        fn a_wrong_entry_is_found_out(db) {
            let conn = &mut db.connect();
            let mut random = Random::new(1);
            let create = prepare(conn, &mut random);
            let dialect = dialect(conn);
            let overloads = match dialect {
                Dialect::Postgres => sql_query(OVERLOADS).load(conn)?,
                Dialect::Sqlite | Dialect::Mysql => Vec::new(),
            };
            for planted in planted(dialect) {
                let forms = forms::of(dialect, planted, &overloads);
                let knows_all = |_: &str, all: &[String]| vec![true; all.len()];
                let report = explore(&mut random, (dialect, &create, ROUNDS), &forms, knows_all, |query| {
                    sql_query(query).get_result(conn)
                });
                assert!(!report.wrong.is_empty(), "nobody missed {planted:?}: {:?}", report.subjects);
            }
            conn.leave()?;
        }
    }
}
