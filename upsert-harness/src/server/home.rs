//! The folder that a server writes to, and the account that it runs as.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use super::ServerError;

/// A folder of its own for each server. The [`Guard`](super::Guard) removes it.
#[derive(Debug)]
pub(super) struct Home {
    pub(super) folder: PathBuf,
    /// The account, where we are root: database servers refuse to be.
    account: Option<&'static str>,
}

impl Home {
    pub(super) fn new(name: &str, account: &'static str) -> Result<Self, ServerError> {
        let temporary = env::temp_dir();
        // PostgreSQL's settings are lists, and MariaDB's scripts do not quote.
        if temporary.to_string_lossy().contains([' ', ',']) {
            return Err(ServerError::new(format!(
                "a server cannot write to {}: a space or a comma is in TMPDIR",
                temporary.display()
            )));
        }
        let folder = new_folder(&temporary, &name.to_lowercase())?;
        let home = Self {
            folder,
            account: is_root().then_some(account),
        };
        // Until there is a guard, nobody else would remove it.
        home.own(&home.folder).inspect_err(|_| {
            let _ = fs::remove_dir(&home.folder);
        })?;
        Ok(home)
    }

    /// A path in the folder.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// One more folder that the server may write to.
    pub(super) fn subfolder(&self, name: &str) -> Result<PathBuf, ServerError> {
        let path = self.path(name);
        let created = fs::create_dir(&path);
        created.map_err(ServerError::io(format_args!(
            "cannot create {}",
            path.display()
        )))?;
        self.own(&path)?;
        Ok(path)
    }

    fn own(&self, path: &Path) -> Result<(), ServerError> {
        let Some(account) = self.account else {
            return Ok(());
        };
        let (user, group) = (id(account, "-u")?, id(account, "-g")?);
        let owned = chown(path, Some(user), Some(group));
        owned.map_err(ServerError::io(format_args!(
            "cannot give {} to {account}",
            path.display()
        )))
    }

    /// A command that runs as the server's account, in a process group of its own, where no Ctrl-C
    /// reaches it, and writes to the log.
    pub(super) fn command(&self, program: impl AsRef<OsStr>) -> Result<Command, ServerError> {
        let mut command = alone("exec \"$@\"");
        if let Some(account) = self.account {
            command.args([
                "setpriv",
                &format!("--reuid={account}"),
                &format!("--regid={account}"),
                "--init-groups",
                "--",
            ]);
        }
        command.arg(program);
        let log = self.log()?;
        let errors = log
            .try_clone()
            .map_err(ServerError::io("cannot open the log"))?;
        command
            .current_dir(&self.folder)
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors);
        Ok(command)
    }

    fn log(&self) -> Result<File, ServerError> {
        let path = self.path("log");
        let file = OpenOptions::new().create(true).append(true).open(path);
        file.map_err(ServerError::io("cannot open the log"))
    }

    pub(super) fn log_end(&self) -> String {
        const LINES: usize = 30;
        let bytes = fs::read(self.path("log")).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(LINES)..].join("\n")
    }

    pub(super) fn forget_log(&self) {
        // What is not there cannot mislead.
        let _ = fs::remove_file(self.path("log"));
    }
}

/// Short: a socket's path has 107 bytes at most. One of that name may be left of a process that had
/// our number.
fn new_folder(temporary: &Path, name: &str) -> Result<PathBuf, ServerError> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    loop {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = temporary.join(format!("upsert-{name}-{}-{count}", std::process::id()));
        match fs::DirBuilder::new().mode(0o700).create(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => {
                let what = format!("cannot create {}", folder.display());
                return Err(ServerError::io(what)(error));
            }
        }
    }
}

/// A shell with nothing of ours but what it is given: no process group, and no open file. MariaDB's
/// client opens its connections so that they are inherited, and a connection that a server had
/// inherited would stay open for as long as that server runs.
pub(super) fn alone(script: &str) -> Command {
    const CLOSE: &str = r#"
        for file in /proc/self/fd/*; do
            file=${file##*/}
            if ((file > 2)); then eval "exec $file>&-"; fi
        done
    "#;
    let mut command = Command::new("bash");
    command
        .args(["-c", &format!("{CLOSE}\n{script}"), "bash"])
        .process_group(0);
    command
}

/// The owner of what the system tells of our own process is its effective user.
fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// A number of an account, which only the system's own programs know how to find.
fn id(account: &str, which: &str) -> Result<u32, ServerError> {
    let output = Command::new("id").args([which, account]).output();
    let output = output.map_err(ServerError::io("cannot run `id`"))?;
    let number = String::from_utf8_lossy(&output.stdout).trim().parse();
    number.map_err(|_| {
        ServerError::new(format!(
            "there is no account {account}, as which the server would run: it comes with the server's package"
        ))
    })
}
