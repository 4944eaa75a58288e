//! A process, and the signals that it gets.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::{Guard, Home, ServerError};

/// How long to wait between two looks.
pub(super) const PAUSE: Duration = Duration::from_millis(50);

/// The first process of a server, the leader of a process group.
#[derive(Debug)]
pub(super) struct Process(Child);

impl Process {
    pub(super) fn spawn(mut command: Command, guard: &mut Guard) -> Result<Self, ServerError> {
        let child = command.spawn();
        let child = child.map_err(ServerError::io("cannot start a shell"))?;
        guard.watch(Some(child.id()))?;
        Ok(Self(child))
    }

    pub(super) fn has_ended(&mut self) -> Result<bool, ServerError> {
        let status = self
            .0
            .try_wait()
            .map_err(ServerError::io("cannot wait for the server"))?;
        Ok(status.is_some())
    }

    /// All of the server at once. The first one dies first, so that it does not see the others die
    /// and mend what they had in hand.
    pub(super) fn kill(mut self) -> Result<(), ServerError> {
        let children = children(self.0.id());
        self.0
            .kill()
            .map_err(ServerError::io("cannot kill the server"))?;
        signal("KILL", &format!("-{}", self.0.id()));
        for child in children {
            signal("KILL", &child.to_string());
        }
        self.reap();
        Ok(())
    }

    pub(super) fn stop(mut self, by: &str, limit: Duration) -> Result<(), ServerError> {
        signal(by, &self.0.id().to_string());
        let deadline = Instant::now() + limit;
        while !self.has_ended()? {
            if Instant::now() >= deadline {
                return self.kill();
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// Has it stand still, or go on.
    pub(super) fn suspend(&self, still: bool) {
        let name = if still { "STOP" } else { "CONT" };
        signal(name, &self.0.id().to_string());
    }

    /// Waits until it has ended by what somebody else has done.
    pub(super) fn reap(mut self) {
        let _ = self.0.wait();
    }
}

/// Runs a command to its end; `what` is what it makes.
pub(super) fn run(
    what: &str,
    home: &Home,
    guard: &mut Guard,
    command: Command,
    limit: Duration,
) -> Result<(), ServerError> {
    let mut process = Process::spawn(command, guard)?;
    let deadline = Instant::now() + limit;
    while !process.has_ended()? {
        if Instant::now() >= deadline {
            let what = format_args!("{what} are not there in time");
            let error = ServerError::with_log(what, home);
            process.kill()?;
            guard.watch(None)?;
            return Err(error);
        }
        thread::sleep(PAUSE);
    }
    guard.watch(None)?;
    let status = process
        .0
        .wait()
        .map_err(ServerError::io("cannot wait for a command"))?;
    if status.success() {
        Ok(())
    } else {
        let what = format_args!("{what} could not be created");
        Err(ServerError::with_log(what, home))
    }
}

/// The standard library has SIGKILL alone, and the shell all of them. A process that is gone by
/// itself is no failure.
fn signal(name: &str, process: &str) {
    let _ = Command::new("sh")
        .args(["-c", r#"kill -s "$1" -- "$2""#, "kill", name, process])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}

/// PostgreSQL's processes have sessions of their own, so that the group does not reach them.
fn children(parent: u32) -> Vec<u32> {
    let Ok(processes) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let numbers = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    numbers
        .filter(|pid| parent_of(*pid) == Some(parent))
        .collect()
}

/// `1234 (a name (with) parentheses) S 1233 ..`:
/// <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>
fn parent_of(process: u32) -> Option<u32> {
    let line = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, rest) = line.rsplit_once(')')?;
    rest.split_whitespace().nth(1)?.parse().ok()
}
