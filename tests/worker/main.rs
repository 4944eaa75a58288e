//! A process that does as it is told, until it is killed:
//!
//! * `worker count FILE` counts in an SQLite database: for each line of its input, `hit PAGE` or
//!   `overwrite PAGE`, it prints the number that is stored then, or `error: ..`.
//! * `worker serve postgres|mysql` starts a private server, prints its URL, and waits for a line:
//!   `panic`, `exit` or `drop`.

use std::io::{self, BufRead, Write};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use upsert_harness::Server;
use upsert_runtime::upsert;

#[path = "../integration/schema.rs"]
mod schema;
#[path = "../integration/server.rs"]
#[expect(dead_code, reason = "the tests need more of it")]
mod server;

use schema::page_hits;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["count", file] => count(file),
        ["serve", "postgres"] => serve(Server::postgres().durable(false).start()?),
        ["serve", "mysql"] => serve(server::mysql().durable(false).start()?),
        _ => Err("usage: worker count FILE | worker serve postgres|mysql".into()),
    }
}

fn count(file: &str) -> Result<()> {
    let mut conn = SqliteConnection::establish(file)?;
    conn.batch_execute("PRAGMA busy_timeout = 60000; PRAGMA synchronous = OFF")?;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let counted = match line.split_once(' ') {
            Some(("hit", page)) => hit(&mut conn, page),
            Some(("overwrite", page)) => overwrite(&mut conn, page),
            _ => return Err(format!("neither hit nor overwrite: {line:?}").into()),
        };
        match counted {
            Ok(n) => say(&n.to_string())?,
            Err(error) => say(&format!("error: {error}"))?,
        }
    }
    Ok(())
}

fn hit(conn: &mut SqliteConnection, page: &str) -> QueryResult<i64> {
    upsert!(page_hits, values = { page, day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >, returning = n)
        .get_result(conn)
}

/// What one writes by mistake.
fn overwrite(conn: &mut SqliteConnection, page: &str) -> QueryResult<i64> {
    upsert!(page_hits, values = { page, day: 1, n: 1 }, conflict = (page, day), set = < n >, returning = n)
        .get_result(conn)
}

#[expect(clippy::panic, reason = "to see what a panic leaves behind")]
fn serve(server: Server) -> Result<()> {
    say(&server.url())?;
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    match line.trim() {
        "panic" => panic!("as told"),
        "exit" => std::process::exit(0), // nothing is dropped
        _ => drop(server),
    }
    Ok(())
}

fn say(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
