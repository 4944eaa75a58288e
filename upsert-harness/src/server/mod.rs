//! Private servers on the loopback interface, for a test to start, kill and start again.

mod cluster;
mod engine;
mod error;
mod guard;
mod home;
mod mariadb;
mod mysql;
mod postgres;
mod process;
mod programs;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

pub use self::cluster::Cluster;
use self::engine::{Engine, Launch};
pub use self::error::ServerError;
use self::guard::Guard;
use self::home::Home;
use self::mariadb::Mariadb;
use self::mysql::Mysql;
use self::postgres::Postgres;
use self::process::Process;
use self::programs::Programs;

/// How long a server may take to start: a minute, and two on a machine that is busy.
const START: Duration = Duration::from_secs(120);
/// How long it may take to stop, before it is killed.
const STOP: Duration = Duration::from_secs(60);

/// A private PostgreSQL, MariaDB or MySQL server, which is gone when this is dropped.
///
/// It listens on 127.0.0.1 alone, at a free port, and writes to a temporary folder alone. It is
/// started from the programs that Debian's packages `postgresql`, `mariadb-server` and
/// `mysql-server` install, or that are in `PATH`, or from those of a
/// [folder](ServerBuilder::folder); nothing but programs is used of an installation, no
/// configuration and no data. Where the process is root, which no database server wants to be, it
/// runs as the account `postgres` or `mysql`, which the packages create.
///
/// ```no_run
/// use upsert_harness::Server;
///
/// let mut server = Server::postgres().start()?;
/// let url = server.url(); // "postgres://upsert@127.0.0.1:23456/postgres"
/// server.kill()?; // as the system does when it is out of memory
/// server.restart()?; // at the same URL
/// # Ok::<(), upsert_harness::ServerError>(())
/// ```
///
/// Nothing is left behind, also after a panic and when the process is killed: a small shell waits
/// for the end of this process, and then ends the server and removes its folder.
#[derive(Debug)]
#[must_use = "the server is gone when this is dropped"]
pub struct Server {
    programs: Programs,
    port: u16,
    options: Vec<String>,
    // Dropped in this order: the process is still ours to reap while the guard ends it.
    guard: Guard,
    process: Option<Process>,
    home: Home,
}

/// What a server is to be like: begun by [`Server::postgres`], [`Server::mariadb`] or
/// [`Server::mysql`].
#[derive(Debug, Clone)]
#[must_use = "a server is not there until it is started"]
pub struct ServerBuilder {
    programs: Programs,
    durable: bool,
    options: Vec<String>,
}

impl Server {
    /// A PostgreSQL server, with the database `postgres` and the user `upsert`, who may do
    /// everything.
    pub fn postgres() -> ServerBuilder {
        ServerBuilder::new(&Postgres)
    }

    /// A MariaDB server, with the database `upsert` and the user `upsert`, who may do everything.
    pub fn mariadb() -> ServerBuilder {
        ServerBuilder::new(&Mariadb)
    }

    /// A MySQL server, with the database `upsert` and the user `upsert`, who may do everything.
    pub fn mysql() -> ServerBuilder {
        ServerBuilder::new(&Mysql)
    }

    /// Where it is, as Diesel's connections take it. It stays the same for as long as this is
    /// there.
    #[must_use]
    pub fn url(&self) -> String {
        self.programs.engine.url(self.port)
    }

    /// Where it listens: for a [`Proxy`](crate::Proxy) to stand before it.
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
        self.programs.version()
    }

    /// The end of what the server has written to its log: some 30 lines.
    #[must_use]
    pub fn log(&self) -> String {
        self.home.log_end()
    }

    /// Kills all its processes at once, by SIGKILL: nothing is finished and nothing written any
    /// more. What was on its way to the disk is on its way still, since the system itself goes on.
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

    /// Stops it in good order: open transactions are rolled back. Where it has been stopped or
    /// killed, nothing is done.
    ///
    /// # Errors
    ///
    /// If a signal cannot be sent.
    pub fn stop(&mut self) -> Result<(), ServerError> {
        let Some(process) = self.process.take() else {
            return Ok(());
        };
        let stopped = process.stop(self.programs.engine.stop_signal(), STOP);
        self.guard.watch(None)?;
        stopped
    }

    /// Starts it again where it was, on the data that is there; one that runs is stopped first.
    /// Returns when it answers.
    ///
    /// # Errors
    ///
    /// If it does not start, with the end of its log.
    pub fn restart(&mut self) -> Result<(), ServerError> {
        let options = self.options.clone();
        self.restart_with(&options)
    }

    /// Has it stand still, or go on.
    fn suspend(&self, still: bool) {
        if let Some(process) = &self.process {
            process.suspend(still);
        }
    }

    fn restart_with(&mut self, options: &[String]) -> Result<(), ServerError> {
        self.stop()?;
        let launch = Launch {
            programs: &self.programs,
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
            programs: Programs::new(engine),
            durable: true,
            options: Vec::new(),
        }
    }

    /// Whether a commit waits for the disk, as it does by default. Where durability is not what is
    /// tested, `false` is several times as fast.
    pub fn durable(self, durable: bool) -> Self {
        Self { durable, ..self }
    }

    /// The installation that it is started from, of another version than the system's: a folder
    /// with `bin` in it, or `bin` and `sbin`. Without this it is the one that the variable
    /// `UPSERT_POSTGRES_FOLDER`, `UPSERT_MARIADB_FOLDER` or `UPSERT_MYSQL_FOLDER` has, then the
    /// system's.
    ///
    /// Where the process is root, the account that the server runs as has to be able to read it.
    pub fn folder(self, folder: impl Into<PathBuf>) -> Self {
        Self {
            programs: self.programs.in_folder(folder.into()),
            ..self
        }
    }

    /// One more setting of the server, as its configuration file has it: `max_connections=500`.
    pub fn option(mut self, setting: impl Into<String>) -> Self {
        self.options.push(setting.into());
        self
    }

    /// Starts it, on an empty database. Returns when it answers: after some two seconds for
    /// PostgreSQL, five for MariaDB and MySQL.
    ///
    /// # Errors
    ///
    /// If its programs are not installed, with the name of Debian's package; if the program by its
    /// name is another server's, as MariaDB's `mysqld` is not MySQL; or if it does not start, with
    /// the end of its log.
    pub fn start(self) -> Result<Server, ServerError> {
        let engine = self.programs.engine;
        let settings = if self.durable {
            &[][..]
        } else {
            engine.without_durability()
        };
        let settings = settings.iter().map(|setting| (*setting).to_owned());
        let options: Vec<_> = settings
            .chain(self.options)
            .map(|setting| engine.option(&setting))
            .collect();

        self.programs.check()?;
        let home = Home::new(engine.name(), engine.account())?;
        let mut guard = Guard::new(&home, engine)?;
        let files = format!("the first files of {}", engine.name());
        let command = engine.initialise(&self.programs, &home)?;
        process::run(&files, &home, &mut guard, command, START)?;
        let launch = Launch {
            programs: &self.programs,
            home: &home,
            guard: &mut guard,
            options: &options,
        };
        let (port, process) = launch.somewhere(START)?;
        Ok(Server {
            programs: self.programs,
            port,
            options,
            guard,
            process: Some(process),
            home,
        })
    }
}
