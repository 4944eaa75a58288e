//! A cluster of MariaDB servers: <https://mariadb.com/kb/en/galera-cluster/>.

use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use super::engine::free_ports;
use super::mariadb::as_administrator;
use super::process::PAUSE;
use super::{Server, ServerBuilder, ServerError};

/// How long a node may take to join: it gets a copy of all data first.
const JOIN: Duration = Duration::from_secs(120);

const PROVIDER: &str = "/usr/lib/galera/libgalera_smm.so";

/// A private Galera cluster: MariaDB servers that replicate each other, each of which takes writes. It is gone when this is
/// dropped.
///
/// It takes Debian's packages `mariadb-server`, `galera-4` and `rsync`.
///
/// ```no_run
/// use upsert_runtime::harness::Cluster;
///
/// let mut cluster = Cluster::start(3)?;
/// let urls: Vec<String> = (0..cluster.len()).map(|node| cluster.url(node)).collect();
/// cluster.kill(1)?; // SIGKILL; the other two go on
/// cluster.restart(1)?; // returns when the node has caught up
/// cluster.cut_off(2)?; // it hears nothing of the others, and refuses to write
/// cluster.reconnect(2)?;
/// # Ok::<(), upsert_runtime::harness::ServerError>(())
/// ```
///
/// Every commit waits for the disk (`innodb_flush_log_at_trx_commit = 1`), which is not what Galera's documentation recommends:
/// without it, a cluster whose nodes crash one after another loses what it has acknowledged
/// (<https://jepsen.io/blog/2026-03-16-mariadb-galera-cluster-12.1.2>).
///
/// What the tests of this crate have seen on 10.11.19, with writes at all three nodes:
///
/// * An upsert that is one statement, with no transaction around it, loses nothing that was acknowledged.
/// * **Upserts in a transaction can be lost on a healthy cluster.** To let the write of another node go first, the server may roll back
///   what the transaction has done, and the error does not always arrive: what comes after it is done without it, and committed.
///   Have the statement by itself, or write at one node only.
/// * Sessions that the server kills may stay connected without ever getting an answer: have a [`Proxy`](crate::harness::Proxy)
///   before each node, and cut it after each change.
/// * To read what another node has acknowledged, `SET SESSION wsrep_sync_wait = 1`
///   (<https://mariadb.com/kb/en/galera-cluster-system-variables/#wsrep_sync_wait>).
#[derive(Debug)]
#[must_use = "the cluster is gone when this is dropped"]
pub struct Cluster {
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    server: Server,
    /// How it is started when there are others.
    joining: Vec<String>,
}

impl Cluster {
    /// Starts a cluster of this many nodes, three at least for the others to go on without one. Returns when each of them takes writes,
    /// after half a minute or so.
    ///
    /// # Errors
    ///
    /// If software is missing, or a node does not start.
    pub fn start(nodes: usize) -> Result<Self, ServerError> {
        for (file, package) in [(PROVIDER, "galera-4"), ("/usr/bin/rsync", "rsync")] {
            if !Path::new(file).exists() {
                return Err(ServerError::new(format!(
                    "Galera is not installed: there is no {file}; Debian's package is {package}"
                )));
            }
        }
        // Three ports a node: the group, which takes the next one too, and the copy of the data.
        let count = u16::try_from(3 * nodes).unwrap_or(u16::MAX);
        let first = free_ports(count)?;
        let ports = (first..first + count)
            .step_by(3)
            .map(|group| (group, group + 2));
        let ports: Vec<_> = ports.collect();
        let all: Vec<_> = ports
            .iter()
            .map(|(group, _)| format!("127.0.0.1:{group}"))
            .collect();
        let all = format!("gcomm://{}", all.join(","));
        let mut cluster = Self { nodes: Vec::new() };
        for (number, (group, transfer)) in ports.into_iter().enumerate() {
            let settings = |address: &str| {
                vec![
                    format!("wsrep-node-name=node{number}"),
                    format!("wsrep-cluster-address={address}"),
                    format!("wsrep-node-address=127.0.0.1:{group}"),
                    format!("wsrep-sst-receive-address=127.0.0.1:{transfer}"),
                    format!(
                        "wsrep-provider-options=base_port={group};gmcast.listen_addr=tcp://127.0.0.1:{group};\
                         ist.recv_addr=127.0.0.1:{}",
                        group + 1
                    ),
                ]
            };
            let address = if number == 0 { "gcomm://" } else { &all };
            let server = settings(address)
                .into_iter()
                .fold(Self::builder(), ServerBuilder::option)
                .start()?;
            let joining = server.options.iter().map(|option| {
                let is_address = option.starts_with("--wsrep-cluster-address=");
                if is_address {
                    format!("--wsrep-cluster-address={all}")
                } else {
                    option.clone()
                }
            });
            let joining = joining.collect();
            cluster.nodes.push(Node { server, joining });
            cluster.wait_for(
                number,
                "SHOW STATUS LIKE 'wsrep_local_state_comment'",
                "Synced",
            )?;
        }
        for number in 0..nodes {
            let size = format!("{nodes}");
            cluster.wait_for(number, "SHOW STATUS LIKE 'wsrep_cluster_size'", &size)?;
        }
        Ok(cluster)
    }

    fn builder() -> ServerBuilder {
        [
            "wsrep-on=ON",
            &format!("wsrep-provider={PROVIDER}"),
            "wsrep-sst-method=rsync",
            "binlog-format=ROW",
            "innodb-autoinc-lock-mode=2",
            "innodb-flush-log-at-trx-commit=1",
        ]
        .into_iter()
        .fold(Server::mariadb(), ServerBuilder::option)
    }

    /// How many nodes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Where a node is, counted from 0.
    ///
    /// # Panics
    ///
    /// If there is no such node; so do the others below.
    #[must_use]
    pub fn url(&self, node: usize) -> String {
        self.nodes[node].server.url()
    }

    /// A node, as a server.
    pub fn node(&self, node: usize) -> &Server {
        &self.nodes[node].server
    }

    /// Kills a node by SIGKILL. The others notice, and go on where they are more than half of those that were there before.
    ///
    /// # Errors
    ///
    /// If a signal cannot be sent.
    pub fn kill(&mut self, node: usize) -> Result<(), ServerError> {
        self.nodes[node].server.kill()
    }

    /// Stops a node in good order: it says that it leaves, so that it does not count any more.
    ///
    /// # Errors
    ///
    /// If a signal cannot be sent.
    pub fn stop(&mut self, node: usize) -> Result<(), ServerError> {
        self.nodes[node].server.stop()
    }

    /// Starts a node again, which joins the others. Returns when it has caught up.
    ///
    /// # Errors
    ///
    /// If it does not start, or does not catch up.
    pub fn restart(&mut self, node: usize) -> Result<(), ServerError> {
        let Node { server, joining } = &mut self.nodes[node];
        server.restart_with(joining)?;
        self.wait_for(
            node,
            "SHOW STATUS LIKE 'wsrep_local_state_comment'",
            "Synced",
        )
    }

    /// Cuts a node off from the others, but not from its clients: neither side hears of the other. By Galera's own means for it,
    /// `gmcast.isolate`. Returns when the node knows it, which takes some five seconds, and refuses to write.
    ///
    /// # Errors
    ///
    /// If the node cannot be reached.
    pub fn cut_off(&mut self, node: usize) -> Result<(), ServerError> {
        self.ask(
            node,
            "SET GLOBAL wsrep_provider_options = 'gmcast.isolate=1'",
        )?;
        self.wait_for(
            node,
            "SHOW STATUS LIKE 'wsrep_cluster_status'",
            "non-Primary",
        )
    }

    /// Ends what [`cut_off`](Self::cut_off) began. Returns when the node has caught up.
    ///
    /// # Errors
    ///
    /// If the node cannot be reached, or does not catch up.
    pub fn reconnect(&mut self, node: usize) -> Result<(), ServerError> {
        self.ask(
            node,
            "SET GLOBAL wsrep_provider_options = 'gmcast.isolate=0'",
        )?;
        self.wait_for(node, "SHOW STATUS LIKE 'wsrep_cluster_status'", "Primary")?;
        self.wait_for(
            node,
            "SHOW STATUS LIKE 'wsrep_local_state_comment'",
            "Synced",
        )
    }

    /// Until the last word of an answer is `word`.
    fn wait_for(&self, node: usize, question: &str, word: &str) -> Result<(), ServerError> {
        let deadline = Instant::now() + JOIN;
        loop {
            let answer = self.ask(node, question);
            if answer
                .as_ref()
                .is_ok_and(|answer| answer.split_whitespace().last() == Some(word))
            {
                return Ok(());
            }
            if Instant::now() >= deadline {
                let last = answer.unwrap_or_else(|error| error.to_string());
                let what = format!("node {node} is not {word}, but: {}", last.trim());
                return Err(ServerError::with_log(what, &self.nodes[node].server.home));
            }
            thread::sleep(PAUSE);
        }
    }

    /// By the server's own client, as its administrator.
    fn ask(&self, node: usize, question: &str) -> Result<String, ServerError> {
        let server = &self.nodes[node].server;
        let output = as_administrator(&server.programs, "mariadb", &server.home)?
            .args(["--connect-timeout=10", "--batch", "--skip-column-names"])
            .arg(format!("--execute={question}"))
            .stdin(Stdio::null())
            .output()
            .map_err(ServerError::io("cannot run the server's client"))?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            let error = String::from_utf8_lossy(&output.stderr);
            Err(ServerError::new(format!(
                "node {node} does not answer: {}",
                error.trim()
            )))
        }
    }
}
