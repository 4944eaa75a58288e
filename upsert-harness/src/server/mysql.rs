//! MySQL: <https://dev.mysql.com/doc/refman/9.7/en/server-options.html>. What it has in common with
//! MariaDB is there.

use std::process::Command;

use super::engine::Engine;
use super::{Home, Programs, ServerError, mariadb};

#[derive(Debug)]
pub(super) struct Mysql;

/// What the first start does, a statement a line. Each later one does it again, in vain, and for
/// that no log is to have it: it is nothing that other servers would have to do after this one.
const FIRST: &str = "\
set sql_log_bin = 0;
create database if not exists upsert;
create user if not exists upsert@'%' identified by 'upsert';
grant all on *.* to upsert@'%' with grant option;
";

impl Engine for Mysql {
    fn name(&self) -> &'static str {
        "MySQL"
    }

    fn package(&self) -> &'static str {
        "mysql-server"
    }

    fn variable(&self) -> &'static str {
        "UPSERT_MYSQL_FOLDER"
    }

    fn account(&self) -> &'static str {
        "mysql"
    }

    fn daemon(&self) -> &'static str {
        "mysqld"
    }

    fn stranger(&self, version: &str) -> Option<&'static str> {
        mariadb::is_its(version).then_some("MariaDB")
    }

    fn initialise(&self, programs: &Programs, home: &Home) -> Result<Command, ServerError> {
        let data = home.subfolder("data")?;
        mariadb::first_statements(home, FIRST)?;
        let mut command = home.command(programs.find(self.daemon())?)?;
        command.arg("--no-defaults");
        command.args(mariadb::base(programs));
        command.arg(format!("--datadir={}", data.display()));
        command.arg(format!("--tmpdir={}", home.folder.display()));
        command.arg("--initialize-insecure");
        Ok(command)
    }

    fn arguments(&self, programs: &Programs, home: &Home, port: u16) -> Vec<String> {
        let mut arguments = mariadb::common_arguments(programs, home, port);
        // Neither its other protocol nor the folder that only an installation creates.
        arguments.extend(["mysqlx=OFF", "secure-file-priv="].map(|setting| self.option(setting)));
        arguments
    }

    fn option(&self, setting: &str) -> String {
        format!("--{setting}")
    }

    fn without_durability(&self) -> &'static [&'static str] {
        &["innodb-flush-log-at-trx-commit=0", "skip-log-bin"]
    }

    fn ping(&self, programs: &Programs, home: &Home, _: u16) -> Result<Command, ServerError> {
        mariadb::ping(programs, "mysql", home)
    }

    // https://dev.mysql.com/doc/refman/9.7/en/unix-signal-response.html
    fn stop_signal(&self) -> &'static str {
        "TERM"
    }

    // As MariaDB.
    fn quit_signal(&self) -> &'static str {
        "KILL"
    }

    fn url(&self, port: u16) -> String {
        mariadb::url(port)
    }
}
