//! What differs by server, and how one is started.

use std::fmt::Debug;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::process::{PAUSE, Process};
use super::{Guard, Home, Programs, ServerError};
use crate::race::random::{self, Random};

/// A kind of server. Each has a file, in the order of this trait.
pub(super) trait Engine: Debug + Sync {
    /// `PostgreSQL`
    fn name(&self) -> &'static str;

    /// Debian's package.
    fn package(&self) -> &'static str;

    /// The variable that has the folder of its installation, where it is not the system's.
    fn variable(&self) -> &'static str;

    /// The account that it runs as where we are root.
    fn account(&self) -> &'static str;

    /// Where the system may have its programs besides `PATH`, best first.
    fn folders(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// The program that is the server.
    fn daemon(&self) -> &'static str;

    /// Whose the program by that name is, by what it says of its version, where that is somebody
    /// else's: MariaDB installs a `mysqld` too.
    fn stranger(&self, version: &str) -> Option<&'static str> {
        let _ = version;
        None
    }

    /// What creates the files that it needs before its first start.
    fn initialise(&self, programs: &Programs, home: &Home) -> Result<Command, ServerError>;

    /// The arguments of the server.
    fn arguments(&self, programs: &Programs, home: &Home, port: u16) -> Vec<String>;

    /// A setting, as an argument.
    fn option(&self, setting: &str) -> String;

    /// The settings with which a commit does not wait for the disk.
    fn without_durability(&self) -> &'static [&'static str];

    /// A command that succeeds when the server answers. By the socket in our own folder: over TCP,
    /// some other server might be the one that answers.
    fn ping(&self, programs: &Programs, home: &Home, port: u16) -> Result<Command, ServerError>;

    /// Stops it in good order.
    fn stop_signal(&self) -> &'static str;

    /// Stops it at once, with nothing written.
    fn quit_signal(&self) -> &'static str;

    /// What is left to do in its folder when it has ended, in the language of the shell.
    fn aftermath(&self) -> &'static str {
        ":"
    }

    /// Where it is.
    fn url(&self, port: u16) -> String;
}

/// A server that is to be started.
pub(super) struct Launch<'a> {
    pub(super) programs: &'a Programs,
    pub(super) home: &'a Home,
    pub(super) guard: &'a mut Guard,
    pub(super) options: &'a [String],
}

/// What a server writes that is started before the port, or what the last one held, is free.
const TOO_EARLY: [&str; 3] = [
    "Address already in use",
    "pre-existing shared memory block",
    "Unable to lock", // InnoDB's files
];

impl Launch<'_> {
    /// At a free port. Should another process be faster to take it, the next one is tried.
    pub(super) fn somewhere(mut self, limit: Duration) -> Result<(u16, Process), ServerError> {
        let deadline = Instant::now() + limit;
        loop {
            let port = free_ports(1)?;
            if let Some(process) = self.once(port, deadline)? {
                return Ok((port, process));
            }
        }
    }

    /// At this port, which may still be taken by the one that was killed there.
    pub(super) fn at(mut self, port: u16, limit: Duration) -> Result<Process, ServerError> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(process) = self.once(port, deadline)? {
                return Ok(process);
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// `None` if it is too early to start it here.
    fn once(&mut self, port: u16, deadline: Instant) -> Result<Option<Process>, ServerError> {
        let (programs, home) = (self.programs, self.home);
        let engine = programs.engine;
        home.forget_log();
        let mut command = home.command(programs.find(engine.daemon())?)?;
        command
            .args(engine.arguments(programs, home, port))
            .args(self.options);
        let mut process = Process::spawn(command, self.guard)?;
        loop {
            if process.has_ended()? {
                self.guard.watch(None)?;
                let log = home.log_end();
                let is_early = TOO_EARLY.iter().any(|text| log.contains(text));
                if is_early && Instant::now() < deadline {
                    return Ok(None);
                }
                let what = format!("{} did not start", engine.name());
                return Err(ServerError::with_log(what, home));
            }
            let mut ping = engine.ping(programs, home, port)?;
            ping.stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            let answer = ping
                .status()
                .map_err(ServerError::io("cannot ask the server"))?;
            if answer.success() {
                return Ok(Some(process));
            }
            if Instant::now() >= deadline {
                let what = format!("{} has not answered in time", engine.name());
                let error = ServerError::with_log(what, home);
                process.kill()?;
                self.guard.watch(None)?;
                return Err(error);
            }
            std::thread::sleep(PAUSE);
        }
    }
}

/// The first of this many ports in a row that nobody listens on. Below the range from which Linux
/// takes ports for outgoing connections: nobody takes them while a server is down.
pub(super) fn free_ports(count: u16) -> Result<u16, ServerError> {
    let mut random = Random::new(random::now(), 0);
    for _ in 0..1000 {
        let first = 20_000 + u16::try_from(random.below(12_000)).unwrap_or_default();
        let is_free = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
        if (first..first + count).all(is_free) {
            return Ok(first);
        }
    }
    let what = "there are no free ports on 127.0.0.1 from 20000 to 32000";
    Err(ServerError::new(what))
}
