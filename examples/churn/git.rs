//! Git, and which history is read.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};

use crate::common::failure::{Context, Failure, Result};
use crate::history::{Commit, History};

/// Configuration of the user's that would change what is counted.
const CONFIGURATION: [&str; 6] = [
    "log.showRoot=true",
    "log.showSignature=false",
    "diff.relative=false",
    "diff.algorithm=myers",
    "diff.ignoreSubmodules=none",
    "color.ui=false",
];

/// What a hook or an alias of git may have set, and would lead us to another repository.
const ENVIRONMENT: [&str; 10] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE",
];

/// A repository, and the commit that its HEAD was when it was opened: what is committed later is
/// not seen, however often the history is read.
pub(crate) struct Repository {
    path: PathBuf,
    head: Option<String>,
}

impl Repository {
    /// The repository that `path` is in.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let context = format!("cannot read the history of {}", path.display());
        let mut repository = Self {
            path: path.to_owned(),
            head: None,
        };
        let output = repository
            .git(&["log", "-1", "--format=%H"])
            .output()
            .context("cannot run git")?;
        let errors = String::from_utf8_lossy(&output.stderr);
        if output.status.success() {
            let head = String::from_utf8_lossy(&output.stdout);
            repository.head = Some(head.trim().to_owned());
        } else if !errors.contains("does not have any commits yet") {
            return Err(message(&errors, output.status)).context(context);
        }
        Ok(repository)
    }

    /// Whether there is no commit yet.
    pub(crate) fn is_unborn(&self) -> bool {
        self.head.is_none()
    }

    /// How many commits [`history`](Self::history) has.
    pub(crate) fn commits(&self) -> Result<u64> {
        let Some(head) = &self.head else {
            return Ok(0);
        };
        let mut git = self.git(&["rev-list", "--count", head, "--"]);
        let output = git.output().context("cannot run git")?;
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr);
            return Err(message(&errors, output.status)).context("git rev-list");
        }
        let count = String::from_utf8_lossy(&output.stdout);
        count.trim().parse().context("git rev-list --count")
    }

    /// All commits that HEAD reaches, in no particular order.
    pub(crate) fn history(&self) -> Result<impl Iterator<Item = Result<Commit>> + use<>> {
        let mut history = None;
        if let Some(head) = &self.head {
            let format = "--format=commit %H %at %P";
            let git = self.git(&["log", "-z", "--numstat", "--no-renames", format, head, "--"]);
            history = Some(History::new(Output::of(git)?));
        }
        Ok(history.into_iter().flatten())
    }

    fn git(&self, arguments: &[&str]) -> Command {
        let mut git = Command::new("git");
        for variable in ENVIRONMENT {
            git.env_remove(variable);
        }
        git.env("LC_ALL", "C").arg("-C").arg(&self.path);
        for setting in CONFIGURATION {
            git.args(["-c", setting]);
        }
        git.args(arguments).stdin(Stdio::null());
        git
    }
}

/// What a running git writes. At its end stands the error that git ended with, if it did.
pub(crate) struct Output {
    git: std::process::Child,
    output: ChildStdout,
    /// Read on the side, so that git never waits for us to.
    errors: Option<JoinHandle<String>>,
}

impl Output {
    fn of(mut git: Command) -> Result<Self> {
        let git = git.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut git = git.context("cannot run git")?;
        let (Some(output), Some(mut errors)) = (git.stdout.take(), git.stderr.take()) else {
            return Err(Failure::new("cannot run git: no pipe to it"));
        };
        let errors = thread::spawn(move || {
            let mut bytes = Vec::new();
            // What cannot be read of a message is missing in it.
            let _ = errors.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        });
        Ok(Self {
            git,
            output,
            errors: Some(errors),
        })
    }
}

impl Read for Output {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.output.read(buffer)?;
        if read == 0 && !buffer.is_empty() {
            let status = self.git.wait()?;
            if !status.success() {
                let errors = self.errors.take().and_then(|errors| errors.join().ok());
                return Err(io::Error::other(message(
                    &errors.unwrap_or_default(),
                    status,
                )));
            }
        }
        Ok(read)
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // Both fail if git has ended, as it should have.
        let _ = self.git.kill();
        let _ = self.git.wait();
    }
}

/// What git said last, which is why it ended.
fn message(errors: &str, status: ExitStatus) -> String {
    let last = |prefix| {
        errors
            .lines()
            .filter_map(|line| line.strip_prefix(prefix))
            .next_back()
    };
    match last("fatal: ").or_else(|| last("error: ")) {
        Some(message) => message.to_owned(),
        None => format!("git ended with {status}"),
    }
}
