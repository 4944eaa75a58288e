//! Three nodes that all take writes, one at a time of which is killed or cut off.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use diesel::connection::{Connection, SimpleConnection};
use diesel::result::ConnectionResult;
use diesel::{MysqlConnection, QueryResult};
use upsert_runtime::harness::{Cluster, Turn};

use super::{Counters, Soaked, soak};
use crate::counting::Count;
use crate::faults::wait_until;

struct Nodes {
    cluster: Mutex<Cluster>,
    urls: Vec<String>,
    connections: AtomicUsize,
}

impl Soaked for Nodes {
    type Conn = MysqlConnection;
    const RACE: Duration = Duration::from_secs(30);

    /// Whoever loses a node goes to the next one.
    fn connect(&self) -> ConnectionResult<MysqlConnection> {
        let next = self.connections.fetch_add(1, Ordering::Relaxed);
        MysqlConnection::establish(&self.urls[next % self.urls.len()])
    }

    fn hit(&self, conn: &mut MysqlConnection, turn: &mut Turn, page: &str) -> QueryResult<()> {
        turn.increment(page, 1, || conn.hit(page))
    }

    fn fault(&self, turn: &mut Turn) -> &'static str {
        let mut cluster = self.cluster.lock().unwrap_or_else(PoisonError::into_inner);
        let node = turn.below(self.urls.len());
        let pause = Duration::from_millis(turn.below(3000) as u64);
        match turn.below(3) {
            0 => {
                cluster.kill(node).unwrap();
                thread::sleep(pause);
                cluster.restart(node).unwrap();
                "kill"
            }
            1 => {
                cluster.stop(node).unwrap();
                thread::sleep(pause);
                cluster.restart(node).unwrap();
                "stop"
            }
            _ => {
                cluster.cut_off(node).unwrap();
                thread::sleep(pause);
                cluster.reconnect(node).unwrap();
                "cut off"
            }
        }
    }

    /// As each node has them, which has to be the same.
    fn stored(&self) -> Counters {
        let mut nodes: Vec<Counters> = Vec::new();
        // An increment of unknown outcome may still be under way.
        wait_until("the nodes agree", || {
            nodes = self.urls.iter().map(|url| stored(url)).collect();
            nodes.iter().all(|counters| *counters == nodes[0])
        });
        nodes.swap_remove(0)
    }
}

fn stored(url: &str) -> Counters {
    let mut conn = MysqlConnection::establish(url).unwrap();
    // A node may not have applied yet what another has acknowledged:
    // https://mariadb.com/kb/en/galera-cluster-system-variables/#wsrep_sync_wait
    conn.batch_execute("SET SESSION wsrep_sync_wait = 1")
        .unwrap();
    conn.stored().unwrap().into_iter().collect()
}

#[test]
fn nothing_is_lost_or_doubled() {
    let cluster = Cluster::start(3).unwrap();
    let urls: Vec<_> = (0..cluster.len()).map(|node| cluster.url(node)).collect();
    let mut conn = MysqlConnection::establish(&urls[0]).unwrap();
    conn.batch_execute(MysqlConnection::TABLES).unwrap();
    let nodes = Nodes {
        cluster: Mutex::new(cluster),
        urls,
        connections: AtomicUsize::new(0),
    };
    soak("Galera", &nodes).unwrap();
}
