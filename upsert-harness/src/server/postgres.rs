//! PostgreSQL: <https://www.postgresql.org/docs/current/server-start.html>.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::engine::Engine;
use super::{Home, Programs, ServerError};

#[derive(Debug)]
pub(super) struct Postgres;

impl Engine for Postgres {
    fn name(&self) -> &'static str {
        "PostgreSQL"
    }

    fn package(&self) -> &'static str {
        "postgresql"
    }

    fn variable(&self) -> &'static str {
        "UPSERT_POSTGRES_FOLDER"
    }

    fn account(&self) -> &'static str {
        "postgres"
    }

    // Debian's, the newest first.
    fn folders(&self) -> Vec<PathBuf> {
        let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
        let mut versions: Vec<_> = versions
            .filter_map(|entry| Some(entry.ok()?.path()))
            .collect();
        versions.sort_by_key(|path| {
            let number = path
                .file_name()
                .and_then(|name| name.to_str()?.parse::<u32>().ok());
            std::cmp::Reverse(number)
        });
        versions.into_iter().map(|path| path.join("bin")).collect()
    }

    fn daemon(&self) -> &'static str {
        "postgres"
    }

    fn initialise(&self, programs: &Programs, home: &Home) -> Result<Command, ServerError> {
        let mut command = home.command(programs.find("initdb")?)?;
        command.arg(format!("--pgdata={}", home.path("data").display()));
        command.args([
            "--username=upsert",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]);
        Ok(command)
    }

    // Shared memory in files of the folder is gone with the folder.
    fn arguments(&self, _: &Programs, home: &Home, port: u16) -> Vec<String> {
        let data = home.path("data");
        let mut arguments = vec![format!("-D{}", data.display()), format!("-p{port}")];
        arguments.extend(
            [
                "listen_addresses=127.0.0.1",
                &format!("unix_socket_directories={}", home.folder.display()),
                "max_connections=200",
                "dynamic_shared_memory_type=mmap",
            ]
            .map(|setting| self.option(setting)),
        );
        arguments
    }

    fn option(&self, setting: &str) -> String {
        format!("-c{setting}")
    }

    fn without_durability(&self) -> &'static [&'static str] {
        &["fsync=off"]
    }

    fn ping(&self, programs: &Programs, home: &Home, port: u16) -> Result<Command, ServerError> {
        let mut command = Command::new(programs.find("pg_isready")?);
        command.arg("--timeout=2");
        command.arg(format!("--host={}", home.folder.display()));
        command.arg(format!("--port={port}"));
        Ok(command)
    }

    // "Fast Shutdown": https://www.postgresql.org/docs/current/server-shutdown.html
    fn stop_signal(&self) -> &'static str {
        "INT"
    }

    // "Immediate Shutdown"
    fn quit_signal(&self) -> &'static str {
        "QUIT"
    }

    // One that was killed leaves its segment of System V shared memory, which only this file knows:
    // https://github.com/postgres/postgres/blob/master/src/include/utils/pidfile.h
    fn aftermath(&self) -> &'static str {
        "sed -n 7p data/postmaster.pid | { read -r _ segment && ipcrm -m \"$segment\"; }"
    }

    fn url(&self, port: u16) -> String {
        format!("postgres://upsert@127.0.0.1:{port}/postgres")
    }
}
