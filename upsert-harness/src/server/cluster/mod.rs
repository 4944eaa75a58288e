//! Clusters whose nodes all take writes, and what differs between them.

mod galera;
mod group_replication;

use std::fmt::Debug;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use self::galera::Galera;
use self::group_replication::GroupReplication;
use super::engine::free_ports;
use super::process::PAUSE;
use super::{Server, ServerBuilder, ServerError, mariadb};

/// How long a node may take to join: it gets a copy of all data first.
const JOIN: Duration = Duration::from_secs(120);

/// A private cluster: servers that replicate each other, each of which takes writes. It is gone
/// when this is dropped.
///
/// ```no_run
/// use upsert_harness::Cluster;
///
/// let mut cluster = Cluster::galera(3)?;
/// let urls: Vec<String> = (0..cluster.len()).map(|node| cluster.url(node)).collect();
/// cluster.kill(1)?; // SIGKILL; the other two go on
/// cluster.restart(1)?; // returns when the node has caught up
/// cluster.cut_off(2)?; // it hears nothing of the others
/// cluster.reconnect(2)?;
/// # Ok::<(), upsert_harness::ServerError>(())
/// ```
///
/// Every commit waits for the disk. What is to be known of both kinds: clients' sessions may stay
/// connected without ever getting an answer. Have a [`Proxy`](crate::Proxy) before each node, and
/// cut it after each change.
#[derive(Debug)]
#[must_use = "the cluster is gone when this is dropped"]
pub struct Cluster {
    kind: &'static dyn Kind,
    nodes: Vec<Node>,
}

/// What differs by cluster. Each has a file, in the order of this trait.
trait Kind: Debug + Sync {
    /// The server's own client.
    fn client(&self) -> &'static str;

    /// How many ports a node needs besides its server's.
    fn ports(&self) -> u16;

    /// The server that a node is, without what makes it this node.
    fn builder(&self) -> Result<ServerBuilder, ServerError>;

    /// The settings of a node, by its number and the first of its ports; `ports` has that of each
    /// node. Whether it is the first one of the cluster, and joins nobody.
    fn settings(&self, number: usize, ports: &[u16], is_first: bool) -> Vec<String>;

    /// Has a server that was started be a node. Returns when it takes writes.
    fn join(&self, node: &Node, is_first: bool) -> Result<(), ServerError>;

    /// What each node answers by the number of nodes when all of them have joined.
    fn size(&self) -> &'static str;

    /// Cuts a node off. Returns when it cannot write any more.
    fn cut_off(&self, node: &Node, others: &[&Node]) -> Result<(), ServerError>;

    /// Ends that. Returns when the node takes writes again.
    fn reconnect(&self, node: &Node) -> Result<(), ServerError>;

    /// Has a session see all that any node has acknowledged.
    fn up_to_date(&self) -> &'static str;
}

#[derive(Debug)]
struct Node {
    server: Server,
    client: &'static str,
    /// How it is started when there are others.
    joining: Vec<String>,
}

impl Cluster {
    /// Starts a [Galera cluster](https://mariadb.com/kb/en/galera-cluster/) of this many MariaDB
    /// servers, three at least for the others to go on without one. Returns when each of them takes
    /// writes, after half a minute or so.
    ///
    /// It takes Debian's packages `mariadb-server`, `galera-4` and `rsync`.
    ///
    /// Every commit waits for the disk (`innodb_flush_log_at_trx_commit = 1`), which is not what
    /// Galera's documentation recommends: without it, a cluster whose nodes crash one after another
    /// loses what it has acknowledged
    /// (<https://jepsen.io/blog/2026-03-16-mariadb-galera-cluster-12.1.2>).
    ///
    /// What the tests of this crate have seen on 10.11.19, with writes at all three nodes:
    ///
    /// * An upsert that is one statement, with no transaction around it, loses nothing that was
    ///   acknowledged.
    /// * **Upserts in a transaction can be lost on a healthy cluster.** To let the write of another
    ///   node go first, the server may roll back what the transaction has done, and the error does
    ///   not always arrive: what comes after it is done without it, and committed. Have the
    ///   statement by itself, or write at one node only.
    ///
    /// # Errors
    ///
    /// If software is missing, or a node does not start.
    pub fn galera(nodes: usize) -> Result<Self, ServerError> {
        Self::start(&Galera, nodes)
    }

    /// Starts a group of this many MySQL servers that all are primaries, by [Group
    /// Replication](https://dev.mysql.com/doc/refman/9.7/en/group-replication.html), three at least
    /// for the others to go on without one. Returns when each of them takes writes, after half a
    /// minute or so.
    ///
    /// Two nodes that write the same row at the same time find it out at COMMIT, that of a single
    /// statement included: the one that is refused, by error 1180 or 3101, has written nothing.
    ///
    /// # Errors
    ///
    /// If software is missing, or a node does not start.
    pub fn group_replication(nodes: usize) -> Result<Self, ServerError> {
        Self::start(&GroupReplication, nodes)
    }

    fn start(kind: &'static dyn Kind, nodes: usize) -> Result<Self, ServerError> {
        let each = kind.ports();
        let count = u16::try_from(nodes).unwrap_or(u16::MAX);
        let first = free_ports(count.saturating_mul(each))?;
        let ports: Vec<_> = (0..count).map(|number| first + number * each).collect();
        let mut cluster = Self {
            kind,
            nodes: Vec::new(),
        };
        for number in 0..nodes {
            let is_first = number == 0;
            let settings = kind.settings(number, &ports, is_first);
            let own = settings.len();
            let server = settings
                .into_iter()
                .fold(kind.builder()?, ServerBuilder::option)
                .start()?;
            let common = server.options.len() - own;
            let engine = server.programs.engine;
            let joining = kind.settings(number, &ports, false);
            let joining = joining.iter().map(|setting| engine.option(setting));
            let joining = server.options[..common].iter().cloned().chain(joining);
            let joining = joining.collect();
            let node = Node {
                server,
                client: kind.client(),
                joining,
            };
            kind.join(&node, is_first)?;
            cluster.nodes.push(node);
        }
        for node in &cluster.nodes {
            node.wait_for(kind.size(), &format!("{nodes}"))?;
        }
        Ok(cluster)
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

    /// The statement by which a session at one node sees all that another has acknowledged:
    /// [`wsrep_sync_wait`](https://mariadb.com/kb/en/galera-cluster-system-variables/#wsrep_sync_wait),
    /// [`group_replication_consistency`](https://dev.mysql.com/doc/refman/9.7/en/group-replication-consistency-guarantees.html).
    #[must_use]
    pub fn up_to_date(&self) -> &'static str {
        self.kind.up_to_date()
    }

    /// Kills a node by SIGKILL. The others notice, and go on where they are more than half of those
    /// that were there before.
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
        let Node {
            server, joining, ..
        } = &mut self.nodes[node];
        server.restart_with(joining)?;
        self.kind.join(&self.nodes[node], false)
    }

    /// Cuts a node off from the others: neither side hears of the other. Returns when that has been
    /// noticed, after some five seconds.
    ///
    /// A node of Galera goes on to talk to its clients, and knows that it is alone: by Galera's own
    /// means for it, `gmcast.isolate`. MySQL has none: there the whole node is suspended, by
    /// SIGSTOP, and does not hear its clients either. When it goes on it does not know yet that the
    /// others have gone on without it.
    ///
    /// # Errors
    ///
    /// If the node cannot be reached.
    pub fn cut_off(&mut self, node: usize) -> Result<(), ServerError> {
        let others = self.nodes.iter().enumerate();
        let others: Vec<_> = others
            .filter_map(|(number, other)| (number != node).then_some(other))
            .collect();
        self.kind.cut_off(&self.nodes[node], &others)
    }

    /// Ends what [`cut_off`](Self::cut_off) began. Returns when the node has caught up.
    ///
    /// # Errors
    ///
    /// If the node cannot be reached, or does not catch up.
    pub fn reconnect(&mut self, node: usize) -> Result<(), ServerError> {
        self.kind.reconnect(&self.nodes[node])
    }
}

impl Node {
    /// Until the last word of an answer is `word`.
    fn wait_for(&self, question: &str, word: &str) -> Result<(), ServerError> {
        self.wait_until(word, || {
            let answer = self.ask(question)?;
            Ok((answer.split_whitespace().last() == Some(word), answer))
        })
    }

    /// Until it is so, beside which stands what it is instead. What fails is done again.
    fn wait_until(
        &self,
        what: &str,
        mut is_so: impl FnMut() -> Result<(bool, String), ServerError>,
    ) -> Result<(), ServerError> {
        let deadline = Instant::now() + JOIN;
        loop {
            let answer = is_so();
            if let Ok((true, _)) = answer {
                return Ok(());
            }
            if Instant::now() >= deadline {
                let last = answer.map_or_else(|error| error.to_string(), |(_, answer)| answer);
                let url = self.server.url();
                let what = format!("the node at {url} is not {what}, but: {}", last.trim());
                return Err(ServerError::with_log(what, &self.server.home));
            }
            thread::sleep(PAUSE);
        }
    }

    /// By the server's own client, as its administrator.
    fn ask(&self, question: &str) -> Result<String, ServerError> {
        let server = &self.server;
        let output = mariadb::as_administrator(&server.programs, self.client, &server.home)?
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
                "{} does not answer: {}",
                server.url(),
                error.trim()
            )))
        }
    }
}
