//! MariaDB: <https://mariadb.com/kb/en/mariadbd-options/>.

use std::fs;
use std::process::Command;

use super::engine::Engine;
use super::{Home, ServerError};

#[derive(Debug)]
pub(super) struct Mariadb;

/// What the first start does, a statement a line. Each later one does it again, in vain.
const FIRST: &str = "\
create database if not exists upsert;
create user if not exists upsert@'%' identified by 'upsert';
grant all on *.* to upsert@'%' with grant option;
";

impl Engine for Mariadb {
    fn name(&self) -> &'static str {
        "MariaDB"
    }

    fn package(&self) -> &'static str {
        "mariadb-server"
    }

    fn account(&self) -> &'static str {
        "mysql"
    }

    fn daemon(&self) -> &'static str {
        "mariadbd"
    }

    fn initialise(&self, home: &Home) -> Result<Command, ServerError> {
        let data = home.subfolder("data")?;
        fs::write(home.path("first.sql"), FIRST).map_err(ServerError::io("cannot write a file"))?;
        let mut command = home.command(self.program("mariadb-install-db")?)?;
        command.arg("--no-defaults");
        command.arg(format!("--datadir={}", data.display()));
        command.arg(format!("--tmpdir={}", home.folder.display()));
        command.args(["--auth-root-authentication-method=normal", "--skip-test-db"]);
        Ok(command)
    }

    fn arguments(&self, home: &Home, port: u16) -> Vec<String> {
        // It has to be the first.
        let mut arguments = vec!["--no-defaults".to_owned()];
        let path = |name| home.path(name).display().to_string();
        arguments.extend(
            [
                &format!("datadir={}", path("data")),
                &format!("tmpdir={}", home.folder.display()),
                &format!("socket={}", path("socket")),
                &format!("pid-file={}", path("pid")),
                &format!("init-file={}", path("first.sql")),
                "bind-address=127.0.0.1",
                &format!("port={port}"),
                "skip-name-resolve",
                "max-connections=300",
                "character-set-server=utf8mb4",
                "innodb-buffer-pool-size=128M",
                // The log goes through the system's cache, and a commit still waits until it is on the disk. Past the cache, as is the
                // default, some recoveries did not apply all that the log had, acknowledged commits among it: see the README.
                "loose-innodb-log-file-buffering=ON",
            ]
            .map(|setting| self.option(setting)),
        );
        arguments
    }

    fn option(&self, setting: &str) -> String {
        format!("--{setting}")
    }

    fn without_durability(&self) -> &'static [&'static str] {
        &["innodb-flush-log-at-trx-commit=0"]
    }

    fn ping(&self, home: &Home, _: u16) -> Result<Command, ServerError> {
        let mut command = Command::new(self.program("mariadb-admin")?);
        command.args(["--no-defaults", "--connect-timeout=2", "--user=root"]);
        command.arg(format!("--socket={}", home.path("socket").display()));
        command.arg("ping");
        Ok(command)
    }

    // https://mariadb.com/kb/en/shutdown/
    fn stop_signal(&self) -> &'static str {
        "TERM"
    }

    // It has no other one that would not write all that it has in memory first.
    fn quit_signal(&self) -> &'static str {
        "KILL"
    }

    fn url(&self, port: u16) -> String {
        format!("mysql://upsert:upsert@127.0.0.1:{port}/upsert")
    }
}
