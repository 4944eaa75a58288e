//! A cluster that takes writes on each node, one of which is killed, and one cut off.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use diesel::MysqlConnection;
use diesel::connection::{Connection, SimpleConnection};
use upsert_runtime::harness::{Cluster, Race};

use super::{DEADLINE, wait_until};
use crate::counting::{Count, assert_counted};

#[test]
fn no_acknowledged_increment_is_lost_with_a_node_killed_and_one_cut_off() {
    let mut cluster = Cluster::start(3).unwrap();
    let urls: Vec<_> = (0..cluster.len()).map(|node| cluster.url(node)).collect();
    let mut conn = MysqlConnection::establish(&urls[0]).unwrap();
    conn.batch_execute(MysqlConnection::TABLES).unwrap();

    let connections = AtomicUsize::new(0);
    let acknowledged = AtomicUsize::new(0);
    let history = thread::scope(|scope| {
        let race = scope.spawn(|| {
            Race::new().threads(6).rounds(400).patience(DEADLINE).run(
                // Whoever loses a node goes to the next one.
                || {
                    let next = connections.fetch_add(1, Ordering::Relaxed);
                    MysqlConnection::establish(&urls[next % urls.len()])
                },
                |conn, turn| {
                    let page = format!("/{}", turn.below(5));
                    turn.increment(&page, 1, || conn.hit(&page))?;
                    acknowledged.fetch_add(1, Ordering::Relaxed);
                    Ok(())
                },
            )
        });
        let wait_for = |many| {
            wait_until("increments are acknowledged", || {
                acknowledged.load(Ordering::Relaxed) >= many
            });
        };
        wait_for(200);
        cluster.kill(1).unwrap();
        wait_for(400);
        cluster.restart(1).unwrap();
        wait_for(600);
        cluster.cut_off(2).unwrap();
        wait_for(800);
        cluster.reconnect(2).unwrap();
        race.join().unwrap()
    });
    eprintln!("{}", history.tally());
    for url in &urls {
        let mut conn = MysqlConnection::establish(url).unwrap();
        // A node may not have applied yet what another has acknowledged:
        // https://mariadb.com/kb/en/galera-cluster-system-variables/#wsrep_sync_wait
        conn.batch_execute("SET SESSION wsrep_sync_wait = 1")
            .unwrap();
        assert_counted(&history, &mut conn);
    }
}
