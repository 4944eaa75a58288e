//! Random sequences of DDL: a real database and the reader of migrations come to the same unique
//! keys.
//!
//! A statement that the database refuses is left out. `UPSERT_DDL_CASES` says how many sequences
//! there are, and `UPSERT_DDL_SEED` with which seed they begin; a sequence that fails is shortened
//! before it is shown.

mod columns_of_sqlite;
mod comparison;
mod expressions;
#[cfg(feature = "mysql")]
mod foreign_keys;
mod generator;
mod live;
mod random;
mod reader;
mod replay;
mod strict;

use std::time::Instant;

use self::live::Server;
use self::random::Random;
use self::replay::Folder;

/// Statements of a sequence, those that are refused among them.
const STATEMENTS: usize = 32;
/// How many of a hundred statements the database has to accept, so that something is tested.
const ACCEPTED: usize = 75;

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |text| text.parse().expect("a number"))
}

#[derive(Debug, Default)]
struct Figures {
    statements: usize,
    accepted: usize,
    keys: usize,
}

/// Runs the sequence of `seed`, and asks both for the keys after each migration.
fn explore<S: Server>(conn: &mut S, seed: u64, figures: &mut Figures) {
    let mut random = Random::new(seed);
    let mut folder = Folder::new();
    let mut accepted: Vec<String> = Vec::new();
    let mut migration = Vec::new();
    conn.empty().unwrap();
    for n in 1..=STATEMENTS {
        let tables = live::tables(conn).unwrap();
        let statement = generator::statement(&mut random, S::DIALECT, &tables);
        figures.statements += 1;
        match conn.run(&statement) {
            Ok(()) => migration.push(statement),
            Err(why) if std::env::var_os("UPSERT_DDL_REFUSED").is_some() => {
                eprintln!("{statement}\n    {why}");
            }
            Err(_) => {}
        }
        if migration.is_empty() || n < STATEMENTS && !random.percent(25) {
            continue;
        }
        figures.accepted += migration.len();
        folder.add(&migration);
        accepted.append(&mut migration);
        let tables = live::tables(conn).unwrap();
        let keys = live::keys(conn, &tables).unwrap();
        figures.keys += keys.len();
        let differences = folder.differences(conn, &keys);
        if !differences.is_empty() {
            let (statements, differences) = replay::shorten(conn, accepted, differences);
            panic!(
                "seed {seed}:\n{};\n\n{}",
                statements.join(";\n"),
                differences.join("\n")
            );
        }
    }
}

/// That a reader which passes over a statement is found out.
fn forget<S: Server>(conn: &mut S, seed: u64) -> usize {
    let mut random = Random::new(seed);
    let mut folder = Folder::new();
    let mut noticed = 0;
    let mut before = Vec::new();
    conn.empty().unwrap();
    for _ in 0..STATEMENTS {
        let tables = live::tables(conn).unwrap();
        let statement = generator::statement(&mut random, S::DIALECT, &tables);
        if conn.run(&statement).is_err() {
            continue;
        }
        let tables = live::tables(conn).unwrap();
        let after = live::keys(conn, &tables).unwrap();
        let differs = !comparison::differences(S::DIALECT, &before, &after).is_empty();
        if differs && !folder.forgets {
            let differences = folder.differences(conn, &after);
            assert_ne!(differences, [""; 0], "nobody missed `{statement}`");
            noticed += 1;
        }
        folder.add(&[statement]);
        before = after;
    }
    noticed
}

on_each_backend! {
    fn any_sequence_of_statements_leaves_the_keys_that_the_reader_says(db) {
        let conn = &mut db.connect();
        let (start, mut figures) = (Instant::now(), Figures::default());
        let cases = number("UPSERT_DDL_CASES", cases(conn));
        let first = number("UPSERT_DDL_SEED", 1);
        for seed in first..first + cases {
            explore(conn, seed, &mut figures);
        }
        println!("{cases} sequences from seed {first} on: {figures:?} in {:?}", start.elapsed());
        assert!(figures.accepted * 100 >= figures.statements * ACCEPTED, "{figures:?}");
        assert!(figures.keys > figures.accepted, "{figures:?}");
        conn.leave()?;
    }

    fn a_reader_that_forgets_a_statement_is_found_out(db) {
        let conn = &mut db.connect();
        let noticed: usize = (1..=4).map(|seed| forget(conn, seed)).sum();
        assert!(noticed > STATEMENTS, "{noticed}");
        conn.leave()?;
    }
}

/// So many that it takes some seconds.
fn cases<S: Server>(_: &S) -> u64 {
    match S::DIALECT {
        reader::Dialect::Sqlite => 40,
        reader::Dialect::Postgres => 12,
        reader::Dialect::Mysql => 8,
    }
}
