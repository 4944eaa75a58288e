//! Runs a command with private PostgreSQL and MariaDB servers, which are gone when it ends:
//! `scripts/with-servers`, once the software is there.
//!
//! `PG_DATABASE_URL` and `MYSQL_DATABASE_URL` say where they are. A variable that is set already is
//! left alone, and its server used instead. `UPSERT_MYSQL_FOLDER` has MySQL take MariaDB's place:
//! see `ServerBuilder::folder`.

use std::process::ExitCode;

#[cfg(unix)]
mod unix;

#[cfg(unix)]
fn main() -> ExitCode {
    unix::main()
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    eprintln!("with-servers: servers are started on Unix only");
    ExitCode::from(2)
}
