//! Many threads whose transactions deadlock, on connections that break: what is repeated is counted
//! once, and what nobody knows of once at most.

use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::QueryResult;
use diesel::connection::LoadConnection;
use upsert_harness::{History, Proxy, Turn};
use upsert_runtime::dialect::Transactions;
use upsert_runtime::retry;
use upsert_runtime::retry::Policy;

use super::{ROLLED_BACK, Seen};
use crate::counting::{Count, How, check_counter};
use crate::database::Database;
use crate::faults::race_with_faults;

/// Counts one page, and then touches the row of another one: two that do it the other way round
/// deadlock.
fn count_and_touch<Conn: Count>(
    conn: &mut Conn,
    how: How,
    [counted, touched]: [&str; 2],
) -> QueryResult<i64> {
    let n = conn.count(how, counted)?;
    conn.batch_execute(&format!(
        "UPDATE page_hits SET ratio = ratio + 1 WHERE page = '{touched}'"
    ))?;
    Ok(n)
}

fn race<Conn>(db: &Database<Conn>, how: How) -> (History, Seen)
where
    Conn: Count + LoadConnection<Backend: Transactions>,
{
    let proxy = Proxy::before(db.address()).unwrap();
    let url = proxy.url(&db.url).unwrap();
    let seen = Seen::default();
    let policy = seen.by(Policy::new().attempts(100));
    let cuts = AtomicUsize::new(0);
    let cut = || {
        // Every other time with the answers that are on their way.
        if cuts.fetch_add(1, Ordering::Relaxed) % 2 == 1 {
            proxy.hold_answers();
        }
        proxy.cut();
    };
    let count = |conn: &mut Conn, turn: &mut Turn| {
        let pages = ["/a", "/b", "/c"];
        let first = turn.below(3);
        let pages = [pages[first], pages[(first + 1 + turn.below(2)) % 3]];
        turn.increment(pages[0], 1, || {
            let counted = retry(conn, &policy, |conn| count_and_touch(conn, how, pages));
            // The number is that of an attempt, and attempts may have overtaken each other.
            counted.map(drop).map_err(Into::into)
        })
    };
    // Few: PostgreSQL looks for a deadlock after a second.
    let faults: [&(dyn Fn() + Sync); 4] = [&cut; 4];
    let history = race_with_faults(6, || Conn::establish(&url), count, 30, &faults);
    (history, seen)
}

on_each_server! {
    fn nothing_is_lost_or_doubled_in_deadlocks_and_cuts(db) {
        let (history, seen) = race(db, How::Hit);
        check_counter(&history, &mut db.connect()).unwrap();
        let tally = history.tally();
        assert!(tally.unknown > 0, "no cut was felt: {tally}");
        assert!(seen.classes().contains(&ROLLED_BACK), "nothing was repeated");
    }

    // The control.
    fn a_wrong_statement_in_deadlocks_and_cuts_is_caught(db) {
        let (history, _) = race(db, How::Overwrite);
        let text = check_counter(&history, &mut db.connect()).unwrap_err().to_string();
        assert!(text.contains(" of them are lost"), "{text}");
    }
}
