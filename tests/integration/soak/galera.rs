//! Three nodes that all take writes, one at a time of which is killed or cut off.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use diesel::connection::{Connection, SimpleConnection};
use diesel::result::ConnectionResult;
use diesel::{MysqlConnection, QueryResult};
use upsert_runtime::harness::{Cluster, Proxy, Turn};

use super::{Counters, Soaked, soak};
use crate::counting::Count;
use crate::faults::wait_until;

struct Nodes {
    cluster: Mutex<Cluster>,
    urls: Vec<String>,
    /// Before each node, as a load balancer would be: a node that is cut off may leave its clients without any answer, for ever.
    proxies: Vec<Proxy>,
    connections: AtomicUsize,
}

impl Soaked for Nodes {
    type Conn = MysqlConnection;
    const RACE: Duration = Duration::from_secs(30);

    /// Whoever loses a node goes to the next one.
    fn connect(&self) -> ConnectionResult<MysqlConnection> {
        let next = self.connections.fetch_add(1, Ordering::Relaxed);
        let node = next % self.urls.len();
        MysqlConnection::establish(&self.proxies[node].url(&self.urls[node]))
    }

    fn hit(&self, conn: &mut MysqlConnection, turn: &mut Turn, page: &str) -> QueryResult<()> {
        turn.increment(page, 1, || conn.hit(page))
    }

    fn fault(&self, turn: &mut Turn) -> &'static str {
        let mut cluster = self.cluster.lock().unwrap_or_else(PoisonError::into_inner);
        let node = turn.below(self.urls.len());
        let pause = Duration::from_millis(turn.below(3000) as u64);
        let fault = match turn.below(3) {
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
        };
        self.proxies[node].cut();
        fault
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
    let proxies = (0..cluster.len()).map(|node| Proxy::before(cluster.node(node).address()));
    let proxies: std::io::Result<Vec<_>> = proxies.collect();
    let mut conn = MysqlConnection::establish(&urls[0]).unwrap();
    conn.batch_execute(MysqlConnection::TABLES).unwrap();
    let nodes = Nodes {
        cluster: Mutex::new(cluster),
        urls,
        proxies: proxies.unwrap(),
        connections: AtomicUsize::new(0),
    };
    soak("Galera", &nodes).unwrap();
}
