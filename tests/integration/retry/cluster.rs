//! A cluster that takes writes on each node, and refuses at COMMIT what another node was faster to
//! write: Galera, or MySQL Group Replication where the server is MySQL.

use std::sync::atomic::{AtomicUsize, Ordering};

use upsert_harness::Race;
use upsert_runtime::retry;
use upsert_runtime::retry::Policy;

use super::{ROLLED_BACK, Seen};
use crate::counting::{How, check_counter};
use crate::faults::cluster::{Nodes, count};
use crate::server::is_mysql;

#[test]
fn what_a_node_refuses_at_commit_is_repeated() {
    let nodes = Nodes::start();
    let seen = Seen::default();
    let policy = seen.by(Policy::new().attempts(1_000));
    let node = AtomicUsize::new(0);
    let history = Race::new().threads(3).rounds(50).fixed().run(
        || Ok(nodes.connect_to(node.fetch_add(1, Ordering::Relaxed) % nodes.len())),
        |conn, turn| {
            turn.increment("/", 1, || {
                let counted = retry(conn, &policy, |conn| count(conn, How::Hit, "/"));
                counted.map_err(Into::into)
            })
        },
    );
    let tally = history.tally();
    assert_eq!(
        (tally.acknowledged, tally.failed, tally.unknown),
        (150, 0, 0)
    );
    let classes = seen.classes();
    let failures = classes.iter().filter(|class| class.is_some());
    assert!(
        failures.clone().count() > 0,
        "no two nodes wrote at the same time"
    );
    assert!(
        failures.clone().all(|class| *class == ROLLED_BACK),
        "{seen:?}"
    );
    let mut messages = seen.messages();
    messages.sort_unstable();
    messages.dedup();
    println!("refused: {messages:?}");
    // Galera has been seen not to pass on that it has rolled a transaction back.
    if is_mysql() {
        let certification = "Got error 149 - 'Lock deadlock; Retry transaction' during COMMIT";
        assert!(
            messages
                .iter()
                .any(|message| message.contains(certification)),
            "{messages:?}"
        );
        for node in 0..nodes.len() {
            check_counter(&history, &mut nodes.connect_to(node)).unwrap();
        }
    }
}
