//! MariaDB: <https://mariadb.com/kb/en/mariadbd-options/>.

use std::fs;
use std::process::Command;

use super::engine::Engine;
use super::{Home, Programs, ServerError};

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

    fn variable(&self) -> &'static str {
        "UPSERT_MARIADB_FOLDER"
    }

    fn account(&self) -> &'static str {
        "mysql"
    }

    fn daemon(&self) -> &'static str {
        "mariadbd"
    }

    fn stranger(&self, version: &str) -> Option<&'static str> {
        (!is_its(version)).then_some("MySQL")
    }

    fn initialise(&self, programs: &Programs, home: &Home) -> Result<Command, ServerError> {
        let data = home.subfolder("data")?;
        first_statements(home, FIRST)?;
        let mut command = home.command(programs.find("mariadb-install-db")?)?;
        command.arg("--no-defaults");
        command.args(base(programs));
        command.arg(format!("--datadir={}", data.display()));
        command.arg(format!("--tmpdir={}", home.folder.display()));
        command.args(["--auth-root-authentication-method=normal", "--skip-test-db"]);
        Ok(command)
    }

    fn arguments(&self, programs: &Programs, home: &Home, port: u16) -> Vec<String> {
        let mut arguments = common_arguments(programs, home, port);
        // The log goes through the system's cache, and a commit still waits until it is on the
        // disk. Past the cache, as is the default, some recoveries did not apply all that the log
        // had, acknowledged commits among it: see the README.
        arguments.push(self.option("loose-innodb-log-file-buffering=ON"));
        arguments
    }

    fn option(&self, setting: &str) -> String {
        format!("--{setting}")
    }

    fn without_durability(&self) -> &'static [&'static str] {
        &["innodb-flush-log-at-trx-commit=0"]
    }

    fn ping(&self, programs: &Programs, home: &Home, _: u16) -> Result<Command, ServerError> {
        ping(programs, "mariadb", home)
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
        url(port)
    }
}

// What MySQL has in common with it.

/// Whether it is MariaDB's program that says this of its version: MySQL's and those that are made
/// of it have no such word.
pub(super) fn is_its(version: &str) -> bool {
    version.contains("MariaDB")
}

pub(super) fn first_statements(home: &Home, statements: &str) -> Result<(), ServerError> {
    let written = fs::write(home.path("first.sql"), statements);
    written.map_err(ServerError::io("cannot write a file"))
}

/// Where its messages and plugins are.
pub(super) fn base(programs: &Programs) -> Option<String> {
    let folder = programs.folder()?;
    Some(format!("--basedir={}", folder.display()))
}

pub(super) fn common_arguments(programs: &Programs, home: &Home, port: u16) -> Vec<String> {
    // It has to be the first.
    let mut arguments = vec!["--no-defaults".to_owned()];
    arguments.extend(base(programs));
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
        ]
        .map(|setting| format!("--{setting}")),
    );
    arguments
}

pub(super) fn ping(programs: &Programs, client: &str, home: &Home) -> Result<Command, ServerError> {
    let mut command = as_administrator(programs, client, home)?;
    command.args(["--connect-timeout=2", "--execute=DO 1"]);
    Ok(command)
}

/// The server's own client.
pub(super) fn as_administrator(
    programs: &Programs,
    client: &str,
    home: &Home,
) -> Result<Command, ServerError> {
    let mut command = Command::new(programs.find(client)?);
    command.args(["--no-defaults", "--user=root"]);
    command.arg(format!("--socket={}", home.path("socket").display()));
    Ok(command)
}

pub(super) fn url(port: u16) -> String {
    format!("mysql://upsert:upsert@127.0.0.1:{port}/upsert")
}
