//! What an upsert does at each isolation level while another transaction is at the same row: no
//! acknowledged increment is lost, and the rest is as the table in the documentation has it.

mod client;
mod scenario;
mod scenarios;
mod table;

use self::client::Client;
use crate::database::Database;
#[cfg(feature = "postgres")]
use crate::script::{Session, connect, sql};

/// Runs each scenario at each level.
fn check<Conn: Client + 'static>(db: &Database<Conn>) {
    let server = db.connect().server().unwrap();
    let levels = Conn::LEVELS
        .iter()
        .filter(|level| level.only_on.is_none_or(|name| name == server.name));
    let levels: Vec<_> = levels.collect();
    let head = ["`b` upserts a row when".to_owned()].into_iter();
    let mut rows = vec![
        head.chain(levels.iter().map(|level| level.name.to_owned()))
            .collect::<Vec<_>>(),
    ];
    let mut wrong = 0;
    for scenario in scenarios::all::<Conn>() {
        let mut row = vec![scenario.about.to_owned()];
        for level in &levels {
            let outcome = scenario.run(db, **level);
            println!(
                "{}, {}: {}\n{}",
                scenario.about, level.name, outcome.cell, outcome.transcript
            );
            assert!(
                outcome.is_right || scenario.wrong.is_some(),
                "{} at {}: what is stored is not what was acknowledged\n{}",
                scenario.about,
                level.name,
                outcome.transcript
            );
            wrong += usize::from(outcome.cell == scenarios::LOST);
            row.push(outcome.cell);
        }
        rows.push(row);
    }
    // SQLite has one writer, who knows that it has read the newest.
    let expected = if server.name == "SQLite" { 0 } else { 1 };
    assert!(
        wrong >= expected,
        "what has to be wrong was not: these scenarios prove nothing"
    );
    table::compare(&server, &table::markdown(&rows));
}

on_each_backend! {
    fn each_isolation_level_does_what_the_documentation_says(db) {
        check(db);
    }
}

/// The snapshot has the row as it was before it was deleted, and a transaction sees what it has
/// written itself: so says the documentation below the table.
#[cfg(feature = "postgres")]
#[test]
fn at_repeatable_read_a_row_can_be_seen_beside_the_one_that_replaced_it() {
    use diesel::{QueryDsl, RunQueryDsl};
    use upsert_harness::{Script, Seen};

    use crate::schema::page_hits;

    let db = crate::database::postgres("two_rows_of_one_key");
    let look = |begin| {
        let script = Script::new(connect(&db))
            .setup(|conn| conn.prepare(&[("/", 5)]))
            .session("a", |a| {
                a.step("a begins", sql(begin))
                    .step("a deletes", Client::delete)
                    .step("a commits", sql("COMMIT"))
            })
            .session("b", |b| {
                b.step("b begins", sql(begin))
                    .step("b hits", |conn| conn.hit("/"))
                    .step("b looks", Client::stored)
                    .step("b commits", sql("COMMIT"))
            });
        let order = [
            "a begins",
            "a deletes",
            "b begins",
            "b hits",
            "a commits",
            "b looks",
            "b commits",
        ];
        let transcript = script.run(&order).unwrap();
        transcript.last("b looks").map(Seen::to_string)
    };
    let seen = look("BEGIN ISOLATION LEVEL REPEATABLE READ");
    assert_eq!(seen.as_deref(), Some(r#"[("/", 5), ("/", 1)]"#));
    let n = page_hits::table
        .select(page_hits::n)
        .load::<i64>(&mut db.connect());
    assert_eq!(n.unwrap(), [1]);
    let seen = look("BEGIN ISOLATION LEVEL SERIALIZABLE");
    let error =
        "failed: could not serialize access due to read/write dependencies among transactions";
    assert_eq!(seen.as_deref(), Some(error));
}

/// It is PostgreSQL that does not count what ON CONFLICT finds as read, whoever has written the
/// statement.
#[cfg(feature = "postgres")]
#[test]
fn plain_sql_has_the_same_write_skew_at_serializable() {
    use diesel::connection::SimpleConnection;
    use upsert_harness::Script;

    const DELETE: [&str; 2] = [
        "DELETE FROM page_hits WHERE page = '/1'",
        "DELETE FROM page_hits WHERE page = '/2'",
    ];
    let db = crate::database::postgres("plain_sql_has_the_same_write_skew");
    let left = |finds: [&str; 2]| {
        let begin = "BEGIN ISOLATION LEVEL SERIALIZABLE";
        let script = Script::new(connect(&db))
            .setup(|conn| conn.prepare(&[("/1", 10), ("/2", 10)]))
            .session("a", |a| {
                a.step("a begins", sql(begin))
                    .step("a finds", |conn| conn.batch_execute(finds[0]))
                    .step("a deletes", sql(DELETE[1]))
                    .step("a commits", sql("COMMIT"))
            })
            .session("b", |b| {
                b.step("b begins", sql(begin))
                    .step("b finds", |conn| conn.batch_execute(finds[1]))
                    .step("b deletes", sql(DELETE[0]))
                    .step("b commits", sql("COMMIT"))
            });
        let order = [
            "a begins",
            "b begins",
            "a finds",
            "b finds",
            "a deletes",
            "b deletes",
            "a commits",
            "b commits",
        ];
        let transcript = script.run(&order).unwrap();
        let failures = transcript.failures().count();
        (failures, db.connect().stored().unwrap().len())
    };
    let nothing = [
        "INSERT INTO page_hits (page, day, n) VALUES ('/1', 1, 1) ON CONFLICT (page, day) DO NOTHING",
        "INSERT INTO page_hits (page, day, n) VALUES ('/2', 1, 1) ON CONFLICT (page, day) DO NOTHING",
    ];
    assert_eq!(left(nothing), (0, 0));
    // What helps.
    let select = [
        "SELECT FROM page_hits WHERE page = '/1'",
        "SELECT FROM page_hits WHERE page = '/2'",
    ];
    assert_eq!(left(select), (1, 1));
    for first in [select, nothing] {
        let both = [0, 1].map(|n| {
            let then = if first == select {
                nothing[n]
            } else {
                select[n]
            };
            format!("{}; {then}", first[n])
        });
        assert_eq!(left([&both[0], &both[1]]), (1, 1));
    }
}
