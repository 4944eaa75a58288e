//! MySQL Group Replication, all primaries:
//! <https://dev.mysql.com/doc/refman/9.7/en/group-replication.html>.

use super::{Kind, Node};
use crate::server::{Server, ServerBuilder, ServerError};

#[derive(Debug)]
pub(super) struct GroupReplication;

// A server that is no member says OFFLINE, and one that was expelled ERROR.
const STATE: &str = "SELECT MEMBER_STATE FROM performance_schema.replication_group_members
    WHERE MEMBER_ID = @@server_uuid OR MEMBER_STATE = 'OFFLINE'";

impl Kind for GroupReplication {
    fn client(&self) -> &'static str {
        "mysql"
    }

    // The group.
    fn ports(&self) -> u16 {
        1
    }

    fn builder(&self) -> Result<ServerBuilder, ServerError> {
        let settings = [
            "gtid-mode=ON",
            "enforce-gtid-consistency=ON",
            "log-bin=bin",
            "report-host=127.0.0.1",
            "plugin-load-add=group_replication.so",
            // Any will do: this group can only be reached from this machine.
            "group-replication-group-name=6e8f6d1c-1c55-4f0e-9d40-2f2f5e0a7c11",
            "group-replication-start-on-boot=OFF",
            "group-replication-ip-allowlist=127.0.0.1",
            "group-replication-single-primary-mode=OFF",
            "group-replication-enforce-update-everywhere-checks=ON",
            "group-replication-recovery-get-public-key=ON",
            // Who is not heard of for five seconds is out, and whether it comes back is for the
            // test to say.
            "group-replication-member-expel-timeout=0",
            "group-replication-autorejoin-tries=0",
            // Who writes waits for who applies, or a node that joins would never catch up with two
            // that write as fast as they can.
            "group-replication-flow-control-applier-threshold=1000",
            "group-replication-flow-control-certifier-threshold=1000",
        ];
        Ok(settings
            .into_iter()
            .fold(Server::mysql(), ServerBuilder::option))
    }

    fn settings(&self, number: usize, ports: &[u16], _: bool) -> Vec<String> {
        let all: Vec<_> = ports
            .iter()
            .map(|port| format!("127.0.0.1:{port}"))
            .collect();
        vec![
            format!("server-id={}", number + 1),
            format!("group-replication-local-address={}", all[number]),
            format!("group-replication-group-seeds={}", all.join(",")),
        ]
    }

    fn join(&self, node: &Node, is_first: bool) -> Result<(), ServerError> {
        if is_first {
            node.ask(
                "SET GLOBAL group_replication_bootstrap_group = ON; START GROUP_REPLICATION;
                 SET GLOBAL group_replication_bootstrap_group = OFF",
            )?;
        } else {
            // Refused for as long as the others have not noticed that it was gone.
            node.wait_until("a member", || {
                let answer =
                    node.ask("START GROUP_REPLICATION USER = 'upsert', PASSWORD = 'upsert'")?;
                Ok((true, answer))
            })?;
        }
        node.wait_for(STATE, "ONLINE")
    }

    fn size(&self) -> &'static str {
        "SELECT COUNT(*) FROM performance_schema.replication_group_members WHERE MEMBER_STATE = 'ONLINE'"
    }

    fn cut_off(&self, node: &Node, others: &[&Node]) -> Result<(), ServerError> {
        node.server.suspend(true);
        let port = node.server.address().port();
        let question = format!(
            "SELECT COUNT(*) FROM performance_schema.replication_group_members WHERE MEMBER_PORT = {port}"
        );
        others
            .iter()
            .try_for_each(|other| other.wait_for(&question, "0"))
    }

    // It is out, and joins again when it has noticed that.
    fn reconnect(&self, node: &Node) -> Result<(), ServerError> {
        node.server.suspend(false);
        node.wait_for(STATE, "ERROR")?;
        node.ask("STOP GROUP_REPLICATION")?;
        self.join(node, false)
    }

    fn up_to_date(&self) -> &'static str {
        "SET SESSION group_replication_consistency = 'BEFORE'"
    }
}
