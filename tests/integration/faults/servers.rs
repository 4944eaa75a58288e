//! Private servers: nothing of them outlives the process that started them.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::wait_until;

/// A process with a server, whose folder is in a folder of ours.
struct Serving {
    process: Child,
    temporary: PathBuf,
    server: u32,
}

impl Serving {
    fn start(kind: &str, test: &str) -> Self {
        let name = format!("upsert-{test}-{kind}-{}", std::process::id());
        let temporary = std::env::temp_dir().join(name);
        fs::create_dir(&temporary).unwrap();
        // The server's account has to get through.
        fs::set_permissions(&temporary, fs::Permissions::from_mode(0o711)).unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_worker"))
            .args(["serve", kind])
            .env("TMPDIR", &temporary)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let out = process.stdout.as_mut().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        assert!(line.contains("@127.0.0.1:"), "no URL: {line:?}");
        let server = server_in(&temporary).expect("the server runs");
        Self {
            process,
            temporary,
            server,
        }
    }

    fn tell(&mut self, what: &str) {
        let pipe = self.process.stdin.as_mut().unwrap();
        pipe.write_all(format!("{what}\n").as_bytes()).unwrap();
    }

    /// No process, no folder, no shared memory.
    fn assert_gone(mut self) {
        self.process.wait().unwrap();
        wait_until("the folder is gone", || is_empty(&self.temporary));
        assert!(!Path::new(&format!("/proc/{}", self.server)).exists());
        assert_eq!(server_in(&self.temporary), None);
        // Columns: key, shmid, perms, size, cpid, ..
        let segments = fs::read_to_string("/proc/sysvipc/shm").unwrap();
        let server = self.server.to_string();
        let left = segments
            .lines()
            .find(|line| line.split_whitespace().nth(4) == Some(&server));
        assert_eq!(left, None);
        fs::remove_dir(&self.temporary).unwrap();
    }
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

/// The process that is the server of a folder: the program's arguments name it.
fn server_in(folder: &Path) -> Option<u32> {
    let folder = folder.to_str().unwrap();
    let processes = fs::read_dir("/proc").unwrap();
    let numbers = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    numbers.into_iter().find(|pid: &u32| {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line);
        let is_server = |word: &str| {
            let names = ["/postgres", "/mariadbd", "/mysqld"];
            names.iter().any(|name| word.ends_with(name))
        };
        // The first word may be the loader.
        line.split('\0').any(is_server) && line.contains(folder)
    })
}

#[test]
fn a_temporary_folder_with_a_space_is_refused_in_words() {
    let temporary = std::env::temp_dir().join(format!("upsert a space {}", std::process::id()));
    fs::create_dir(&temporary).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_worker"))
        .args(["serve", "postgres"])
        .env("TMPDIR", &temporary)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(is_empty(&temporary));
    fs::remove_dir(&temporary).unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("a space or a comma is in TMPDIR"), "{text:?}");
    assert!(!output.status.success());
}

macro_rules! on_each_private_server {
    ($($server:ident: $feature:literal),+) => {
        $(
            #[cfg(feature = $feature)]
            mod $server {
                use super::*;

                #[test]
                fn nothing_is_left_when_it_is_dropped() {
                    let mut serving = Serving::start(stringify!($server), "drop");
                    serving.tell("drop");
                    serving.assert_gone();
                }

                #[test]
                fn nothing_is_left_after_a_panic() {
                    let mut serving = Serving::start(stringify!($server), "panic");
                    serving.tell("panic");
                    serving.assert_gone();
                }

                #[test]
                fn nothing_is_left_after_an_exit_that_drops_nothing() {
                    let mut serving = Serving::start(stringify!($server), "exit");
                    serving.tell("exit");
                    serving.assert_gone();
                }

                #[test]
                fn nothing_is_left_after_sigkill() {
                    let mut serving = Serving::start(stringify!($server), "kill");
                    serving.process.kill().unwrap();
                    serving.assert_gone();
                }
            }
        )+
    };
}

on_each_private_server!(postgres: "postgres", mysql: "mysql");
