//! MariaDB's view of its locks is a cache.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use diesel::dsl::{select, sql};
use diesel::mysql::Mysql;
use diesel::sql_types::Text;
use diesel::{RunQueryDsl, sql_query};
use upsert_harness::Waits;

/// Somebody else keeps the server's view of locks from being brought up to date.
#[test]
fn an_answer_of_mariadb_that_is_older_than_the_question_does_not_count() {
    let db = crate::database::mysql("an_answer_that_is_older");
    let monitor = &mut db.connect();
    let version = select(sql::<Text>("VERSION()"));
    if !version
        .get_result::<String>(monitor)
        .unwrap()
        .contains("MariaDB")
    {
        return;
    }
    let (begun, over) = (Barrier::new(2), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            let conn = &mut db.connect();
            let read = || sql_query("DO (SELECT COUNT(*) FROM information_schema.INNODB_TRX)");
            read().execute(conn).unwrap();
            begun.wait();
            while !over.load(Ordering::Relaxed) {
                read().execute(conn).unwrap();
            }
        });
        begun.wait();
        let answer = Mysql::waits(monitor, &[]);
        over.store(true, Ordering::Relaxed);
        assert_eq!(answer, Ok(None));
    });
    // With nobody else, unless it is another test.
    let answered = (0..100).any(|_| Mysql::waits(monitor, &[]) == Ok(Some(Vec::new())));
    assert!(answered);
}
