//! What ends a server when nobody else does any more.

use std::io::Write;
use std::process::{Child, Stdio};

use super::engine::Engine;
use super::{Home, ServerError, home};

/// A shell that reads from a pipe which process is to be ended, and when the other end of the pipe
/// closes, ends it and removes the folder. The pipe closes with this process, however it ends.
#[derive(Debug)]
pub(super) struct Guard(Option<Child>);

/// `$1` is the folder, `$2` the signal that the server quits by, without writing what it still has
/// in memory. Its whole process group gets SIGKILL if it has not done so after ten seconds.
const SCRIPT: &str = r#"
trap '' HUP INT QUIT TERM
server=
while read -r pid; do server=$pid; done
if [ "$server" ]; then
    kill -s "$2" "$server"
    tries=0
    while kill -s 0 "$server" && [ "$tries" -lt 200 ]; do sleep 0.05; tries=$((tries + 1)); done
    kill -s KILL -- "-$server"
fi
cd "$1" && eval "$3"
cd / && rm -rf -- "$1"
"#;

impl Guard {
    pub(super) fn new(home: &Home, engine: &dyn Engine) -> Result<Self, ServerError> {
        let child = home::alone(SCRIPT)
            .arg(&home.folder)
            .args([engine.quit_signal(), engine.aftermath()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        match child {
            Ok(child) => Ok(Self(Some(child))),
            Err(error) => {
                let _ = std::fs::remove_dir_all(&home.folder);
                Err(ServerError::io("cannot start a shell")(error))
            }
        }
    }

    /// Which process is to be ended from now on.
    pub(super) fn watch(&mut self, process: Option<u32>) -> Result<(), ServerError> {
        let line = match process {
            Some(pid) => format!("{pid}\n"),
            None => "\n".to_owned(),
        };
        let pipe = self.0.as_mut().and_then(|child| child.stdin.as_mut());
        let written = pipe.map_or(Ok(()), |pipe| pipe.write_all(line.as_bytes()));
        written.map_err(ServerError::io("the guard of the server is gone"))
    }

    /// Has it do its work: what is returned is to be waited for.
    pub(super) fn release(&mut self) -> Option<Child> {
        let mut child = self.0.take()?;
        drop(child.stdin.take());
        Some(child)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(mut child) = self.release() {
            let _ = child.wait();
        }
    }
}
