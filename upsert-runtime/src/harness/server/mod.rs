//! Private servers on the loopback interface, for a test to start, kill and start again.

mod engine;
mod error;
mod galera;
mod guard;
mod home;
mod mariadb;
mod postgres;
mod process;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use self::engine::{Engine, Launch};
pub use self::error::ServerError;
pub use self::galera::Cluster;
use self::guard::Guard;
use self::home::Home;
use self::mariadb::Mariadb;
use self::postgres::Postgres;
use self::process::Process;

/// How long a server may take to start: a minute, and two on a machine that is busy.
const START: Duration = Duration::from_secs(120);
/// How long it may take to stop, before it is killed.
const STOP: Duration = Duration::from_secs(60);

/// A private PostgreSQL or MariaDB server, which is gone when this is dropped.
///
/// It listens on 127.0.0.1 alone, at a free port, and writes to a temporary folder alone. It is started from the programs
/// that Debian's packages `postgresql` and `mariadb-server` install, or that are in `PATH`; nothing but programs is used of an
/// installation, no configuration and no data. Where the process is root, which no database server wants to be, it runs as
/// the account `postgres` or `mysql`, which the packages create.
///
/// ```no_run
/// use upsert_runtime::harness::Server;
///
/// let mut server = Server::postgres().start()?;
/// let url = server.url(); // "postgres://upsert@127.0.0.1:23456/postgres"
/// server.kill()?; // as the system does when it is out of memory
/// server.restart()?; // at the same URL
/// # Ok::<(), upsert_runtime::harness::ServerError>(())
/// ```
///
/// Nothing is left behind, also after a panic and when the process is killed: a small shell waits for the end of this
/// process, and then ends the server and removes its folder.
#[derive(Debug)]
#[must_use = "the server is gone when this is dropped"]
pub struct Server {
    engine: &'static dyn Engine,
    port: u16,
    options: Vec<String>,
    // Dropped in this order: the process is still ours to reap while the guard ends it.
    guard: Guard,
    process: Option<Process>,
    home: Home,
}

/// What a server is to be like: begun by [`Server::postgres`] or [`Server::mariadb`].
#[derive(Debug, Clone)]
#[must_use = "a server is not there until it is started"]
pub struct ServerBuilder {
    engine: &'static dyn Engine,
    durable: bool,
    options: Vec<String>,
}

impl Server {
    /// A PostgreSQL server, with the database `postgres` and the user `upsert`, who may do everything.
    pub fn postgres() -> ServerBuilder {
        ServerBuilder::new(&Postgres)
    }

    /// A MariaDB server, with the database `upsert` and the user `upsert`, who may do everything.
    pub fn mariadb() -> ServerBuilder {
        ServerBuilder::new(&Mariadb)
    }

    /// Where it is, as Diesel's connections take it. It stays the same for as long as this is there.
    #[must_use]
    pub fn url(&self) -> String {
        self.engine.url(self.port)
    }

    /// Where it listens: for a [`Proxy`](super::Proxy) to stand before it.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// What it is: `PostgreSQL 15.18`, `MariaDB 10.11.19`.
    ///
    /// # Errors
    ///
    /// If the program does not say.
    pub fn version(&self) -> Result<String, ServerError> {
        self.engine.version()
    }

    /// The end of what the server has written to its log: some 30 lines.
    #[must_use]
    pub fn log(&self) -> String {
        self.home.log_end()
    }

    /// Kills all its processes at once, by SIGKILL: nothing is finished and nothing written any more. What was on its way to the
    /// disk is on its way still, since the system itself goes on.
    ///
    /// # Errors
    ///
    /// If a signal cannot be sent.
    pub fn kill(&mut self) -> Result<(), ServerError> {
        let Some(process) = self.process.take() else {
            return Ok(());
        };
        let killed = process.kill();
        self.guard.watch(None)?;
        killed
    }

    /// Stops it in good order: open transactions are rolled back. Where it has been stopped or killed, nothing is done.
    ///
    /// # Errors
    ///
    /// If a signal cannot be sent.
    pub fn stop(&mut self) -> Result<(), ServerError> {
        let Some(process) = self.process.take() else {
            return Ok(());
        };
        let stopped = process.stop(self.engine.stop_signal(), STOP);
        self.guard.watch(None)?;
        stopped
    }

    /// Starts it again where it was, on the data that is there; one that runs is stopped first. Returns when it answers.
    ///
    /// # Errors
    ///
    /// If it does not start, with the end of its log.
    pub fn restart(&mut self) -> Result<(), ServerError> {
        let options = self.options.clone();
        self.restart_with(&options)
    }

    fn restart_with(&mut self, options: &[String]) -> Result<(), ServerError> {
        self.stop()?;
        let launch = Launch {
            engine: self.engine,
            home: &self.home,
            guard: &mut self.guard,
            options,
        };
        self.process = Some(launch.at(self.port, START)?);
        Ok(())
    }
}

/// Ends the server before its folder is removed.
impl Drop for Server {
    fn drop(&mut self) {
        let guard = self.guard.release();
        if let Some(process) = self.process.take() {
            process.reap();
        }
        if let Some(mut guard) = guard {
            // There is nobody left to tell if this fails.
            let _ = guard.wait();
        }
    }
}

impl ServerBuilder {
    fn new(engine: &'static dyn Engine) -> Self {
        Self {
            engine,
            durable: true,
            options: Vec::new(),
        }
    }

    /// Whether a commit waits for the disk, as it does by default. Where durability is not what is tested, `false` is
    /// several times as fast.
    pub fn durable(self, durable: bool) -> Self {
        Self { durable, ..self }
    }

    /// One more setting of the server, as its configuration file has it: `max_connections=500`.
    pub fn option(mut self, setting: impl Into<String>) -> Self {
        self.options.push(setting.into());
        self
    }

    /// Starts it, on an empty database. Returns when it answers: after some two seconds for PostgreSQL, five for MariaDB.
    ///
    /// # Errors
    ///
    /// If its programs are not installed, with the name of Debian's package, or if it does not start, with the end of its log.
    pub fn start(self) -> Result<Server, ServerError> {
        let settings = if self.durable {
            &[][..]
        } else {
            self.engine.without_durability()
        };
        let settings = settings.iter().map(|setting| (*setting).to_owned());
        let options: Vec<_> = settings
            .chain(self.options)
            .map(|setting| self.engine.option(&setting))
            .collect();

        let home = Home::new(self.engine.name(), self.engine.account())?;
        let mut guard = Guard::new(&home, self.engine)?;
        let files = format!("the first files of {}", self.engine.name());
        let command = self.engine.initialise(&home)?;
        process::run(&files, &home, &mut guard, command, START)?;
        let launch = Launch {
            engine: self.engine,
            home: &home,
            guard: &mut guard,
            options: &options,
        };
        let (port, process) = launch.somewhere(START)?;
        Ok(Server {
            engine: self.engine,
            port,
            options,
            guard,
            process: Some(process),
            home,
        })
    }
}
