//! Three nodes that all take writes, one at a time of which is killed, stopped or cut off.

use std::thread;
use std::time::Duration;

use diesel::result::ConnectionResult;
use diesel::{MysqlConnection, QueryResult};
use upsert_harness::Turn;

use super::{Counters, Soaked, soak};
use crate::counting::{Count, How};
use crate::faults::cluster::{Nodes, count};
use crate::faults::wait_until;
use crate::server::is_mysql;

impl Soaked for Nodes {
    type Conn = MysqlConnection;
    const RACE: Duration = Duration::from_secs(30);
    const TICKETS: bool = false;

    fn connect(&self) -> ConnectionResult<MysqlConnection> {
        self.connect()
    }

    fn count(
        &self,
        conn: &mut MysqlConnection,
        how: How,
        turn: &mut Turn,
        page: &str,
    ) -> QueryResult<()> {
        turn.increment(page, 1, || count(conn, how, page))
    }

    fn fault(&self, turn: &mut Turn) -> &'static str {
        let mut cluster = self.cluster();
        let node = turn.below(self.len());
        let pause = Duration::from_millis(turn.below(3000) as u64);
        let kind = turn.pick(&["kill", "stop", "cut off"]);
        match kind {
            "kill" => cluster.kill(node),
            "stop" => cluster.stop(node),
            _ => cluster.cut_off(node),
        }
        .unwrap();
        self.cut_all();
        thread::sleep(pause);
        match kind {
            "cut off" => cluster.reconnect(node),
            _ => cluster.restart(node),
        }
        .unwrap();
        self.cut_all();
        kind
    }

    /// As each node has them, which has to be the same.
    fn stored(&self) -> Counters {
        let mut nodes: Vec<Counters> = Vec::new();
        // An increment of unknown outcome may still be under way.
        wait_until("the nodes agree", || {
            let counters = |node| {
                self.connect_to(node)
                    .stored()
                    .unwrap()
                    .into_iter()
                    .collect()
            };
            nodes = (0..self.len()).map(counters).collect();
            nodes.iter().all(|counters| *counters == nodes[0])
        });
        nodes.swap_remove(0)
    }
}

#[test]
fn nothing_is_lost_or_doubled() {
    let name = if is_mysql() {
        "MySQL Group Replication"
    } else {
        "Galera"
    };
    soak(name, &Nodes::start());
}
