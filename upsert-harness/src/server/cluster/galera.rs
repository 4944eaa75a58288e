//! Galera: <https://mariadb.com/kb/en/galera-cluster/>.

use std::path::Path;

use super::{Kind, Node};
use crate::server::{Server, ServerBuilder, ServerError};

#[derive(Debug)]
pub(super) struct Galera;

const PROVIDER: &str = "/usr/lib/galera/libgalera_smm.so";
const STATE: &str = "SHOW STATUS LIKE 'wsrep_local_state_comment'";
const STATUS: &str = "SHOW STATUS LIKE 'wsrep_cluster_status'";

impl Kind for Galera {
    fn client(&self) -> &'static str {
        "mariadb"
    }

    // The group, which takes the next one too, and the copy of the data.
    fn ports(&self) -> u16 {
        3
    }

    fn builder(&self) -> Result<ServerBuilder, ServerError> {
        for (file, package) in [(PROVIDER, "galera-4"), ("/usr/bin/rsync", "rsync")] {
            if !Path::new(file).exists() {
                return Err(ServerError::new(format!(
                    "Galera is not installed: there is no {file}; Debian's package is {package}"
                )));
            }
        }
        let settings = [
            "wsrep-on=ON",
            &format!("wsrep-provider={PROVIDER}"),
            "wsrep-sst-method=rsync",
            "binlog-format=ROW",
            "innodb-autoinc-lock-mode=2",
            "innodb-flush-log-at-trx-commit=1",
        ];
        Ok(settings
            .into_iter()
            .fold(Server::mariadb(), ServerBuilder::option))
    }

    fn settings(&self, number: usize, ports: &[u16], is_first: bool) -> Vec<String> {
        let group = ports[number];
        let all: Vec<_> = ports
            .iter()
            .map(|port| format!("127.0.0.1:{port}"))
            .collect();
        let all = if is_first {
            String::new()
        } else {
            all.join(",")
        };
        vec![
            format!("wsrep-node-name=node{number}"),
            format!("wsrep-cluster-address=gcomm://{all}"),
            format!("wsrep-node-address=127.0.0.1:{group}"),
            format!("wsrep-sst-receive-address=127.0.0.1:{}", group + 2),
            format!(
                "wsrep-provider-options=base_port={group};gmcast.listen_addr=tcp://127.0.0.1:{group};\
                 ist.recv_addr=127.0.0.1:{}",
                group + 1
            ),
        ]
    }

    fn join(&self, node: &Node, _: bool) -> Result<(), ServerError> {
        node.wait_for(STATE, "Synced")
    }

    fn size(&self) -> &'static str {
        "SHOW STATUS LIKE 'wsrep_cluster_size'"
    }

    fn cut_off(&self, node: &Node, _: &[&Node]) -> Result<(), ServerError> {
        node.ask("SET GLOBAL wsrep_provider_options = 'gmcast.isolate=1'")?;
        node.wait_for(STATUS, "non-Primary")
    }

    fn reconnect(&self, node: &Node) -> Result<(), ServerError> {
        node.ask("SET GLOBAL wsrep_provider_options = 'gmcast.isolate=0'")?;
        node.wait_for(STATUS, "Primary")?;
        node.wait_for(STATE, "Synced")
    }

    fn up_to_date(&self) -> &'static str {
        "SET SESSION wsrep_sync_wait = 1"
    }
}
