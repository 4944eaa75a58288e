//! The servers, and the command.

use std::env;
use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode};
use std::thread;

use upsert_harness::{Server, ServerBuilder, ServerError};

pub(crate) fn main() -> ExitCode {
    let command: Vec<_> = env::args_os().skip(1).collect();
    match run(&command) {
        Ok(status) => status,
        Err(error) => {
            eprintln!("with-servers: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(command: &[OsString]) -> Result<ExitCode, ServerError> {
    // Both are slow to start, so they start side by side. Durability is left to the tests of
    // faults, which have servers of their own.
    let mysql = match env::var_os("UPSERT_MYSQL_FOLDER") {
        Some(_) => Server::mysql(),
        None => Server::mariadb(),
    };
    let (postgres, mysql) = thread::scope(|scope| {
        let postgres = scope.spawn(|| start("PG_DATABASE_URL", Server::postgres()));
        let mysql = start("MYSQL_DATABASE_URL", mysql);
        (postgres.join(), mysql)
    });
    let servers = [
        (
            "PG_DATABASE_URL",
            postgres.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?,
        ),
        ("MYSQL_DATABASE_URL", mysql?),
    ];

    // Where this process is killed, the command is told to end too.
    let mut process = Command::new("setpriv");
    process.args(["--pdeathsig", "TERM", "--"]).args(command);
    for (variable, server) in &servers {
        match server {
            Some(server) => {
                eprintln!("with-servers: {} (private server)", server.version()?);
                process.env(variable, server.url());
            }
            None => eprintln!("with-servers: the server given by {variable}"),
        }
    }
    match process.status() {
        Ok(status) => {
            // As a shell has it: 128 and the signal.
            let code = status.code().or(status.signal().map(|signal| 128 + signal));
            let code = code.and_then(|code| u8::try_from(code).ok());
            Ok(ExitCode::from(code.unwrap_or(1)))
        }
        Err(error) => {
            eprintln!("with-servers: cannot run the command: {error}");
            Ok(ExitCode::from(127))
        }
    }
}

fn start(variable: &str, server: ServerBuilder) -> Result<Option<Server>, ServerError> {
    if env::var_os(variable).is_some_and(|url| !url.is_empty()) {
        return Ok(None);
    }
    server.durable(false).start().map(Some)
}
