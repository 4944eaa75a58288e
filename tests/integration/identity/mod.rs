//! A query id stands for one SQL text: Diesel looks a statement up by its id, and executes the one
//! that it finds.
//!
//! A corpus of statements, each form with each operand, of which no two may share an id and differ
//! in SQL; and each of them executed before and after all others on one connection, against a
//! connection of its own.

mod corpus;
mod entry;

use std::collections::HashMap;

use self::corpus::{corpus, texts, with_a_wrong_id};
use self::entry::{Entry, Executes, Numbers, Statement};

/// What the backend of `Conn` has of the corpus.
fn had<Conn: Executes>(corpus: &[Entry]) -> Vec<(&Entry, &dyn Statement<Conn>)> {
    let had = corpus
        .iter()
        .filter_map(|entry| Some((entry, Conn::statement(entry)?)));
    had.collect()
}

/// The number of statements, the number of ids, and the pairs that share an id and not their SQL.
fn ids<Conn: Executes>(corpus: &[Entry]) -> (usize, usize, Vec<String>) {
    let mut known = HashMap::new();
    let mut clashes = Vec::new();
    let had = had::<Conn>(corpus);
    for (entry, statement) in &had {
        let Some(id) = entry.id else { continue };
        let sql = statement.sql();
        let (name, first) = known
            .entry(id)
            .or_insert_with(|| (&entry.name, sql.clone()));
        if *first != sql {
            clashes.push(format!("{name}: {first}\n{}: {sql}", entry.name));
        }
    }
    (had.len(), known.len(), clashes)
}

/// What a statement does where there is no row, and to a row without a NULL and with one.
type Outcome = [Result<Vec<Numbers>, String>; 3];

fn outcome<Conn: Executes>(statement: &dyn Statement<Conn>, conn: &mut Conn) -> Outcome {
    ["", "('/', 1, 4, 5, 9)", "('/', 1, 4, NULL, 9)"].map(|row| {
        let prepare = match row {
            "" => "DELETE FROM page_hits; DELETE FROM users;".to_owned(),
            row => format!("DELETE FROM page_hits; INSERT INTO page_hits (page, day, n, likes, ratio) VALUES {row};"),
        };
        conn.batch_execute(&prepare).unwrap();
        statement.execute(conn).map_err(|error| error.to_string())?;
        Ok(conn.stored().unwrap())
    })
}

/// The statements that do something else on one connection than each on its own; onwards each comes
/// after those before it, and back after those behind it.
fn differing<Conn: Executes>(corpus: &[Entry], connect: impl Fn() -> Conn) -> Vec<String> {
    let had = had(corpus);
    let alone = had
        .iter()
        .map(|(_, statement)| outcome(*statement, &mut connect()));
    let alone = alone.collect::<Vec<_>>();
    let mut differing = Vec::new();
    let mut compare = |conn: &mut Conn, at: usize| {
        let (entry, statement) = &had[at];
        let together = outcome(*statement, conn);
        if together != alone[at] {
            differing.push(format!(
                "{}: {together:?}, alone {:?}",
                entry.name, alone[at]
            ));
        }
    };
    let conn = &mut connect();
    (0..had.len()).for_each(|at| compare(conn, at));
    let conn = &mut connect();
    (0..had.len()).rev().for_each(|at| compare(conn, at));
    let failed = had
        .iter()
        .zip(&alone)
        .filter(|(_, alone)| alone.iter().all(Result::is_err));
    let failed = failed.map(|((entry, _), alone)| format!("{}: {alone:?}", entry.name));
    assert_eq!(
        failed.collect::<Vec<_>>().join("\n"),
        "",
        "each can be executed"
    );
    differing
}

on_each_backend! {
    fn an_id_has_one_sql(db) {
        fn of<Conn: Executes>(_: Conn, corpus: &[Entry]) -> (usize, usize, Vec<String>) {
            ids::<Conn>(corpus)
        }
        let (statements, ids, clashes) = of(db.connect(), &[corpus(), texts()].into_iter().flatten().collect::<Vec<_>>());
        println!("{statements} statements have {ids} ids");
        assert_eq!(clashes.join("\n\n"), "");
        // The control.
        let (_, _, clashes) = of(db.connect(), &with_a_wrong_id());
        assert_eq!(clashes.len(), 1);
    }

    fn a_statement_does_what_it_does_on_a_connection_of_its_own(db) {
        let differing = |corpus: &[Entry]| differing(corpus, || db.connect());
        assert_eq!(differing(&corpus()).join("\n"), "");
        // The control: onwards the one, back the other.
        assert_eq!(differing(&with_a_wrong_id()).len(), 2);
    }
}
