//! The examples, built as they are run here.

use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

/// An example, built once for all tests, with the features and the profile that they have.
pub(crate) fn program(name: &str) -> &'static Path {
    static PROGRAMS: OnceLock<Vec<PathBuf>> = OnceLock::new();
    let file = format!("{name}{EXE_SUFFIX}");
    let programs = PROGRAMS.get_or_init(build);
    let program = programs.iter().find(|path| path.ends_with(&file));
    program.expect("cargo names the program")
}

fn build() -> Vec<PathBuf> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .args([
            "build",
            "--quiet",
            "--example",
            "churn",
            "--example",
            "race",
        ])
        .arg("--message-format=json-render-diagnostics");
    match (cfg!(feature = "postgres"), cfg!(feature = "mysql")) {
        // As `scripts/test` has it, so that nothing is built twice.
        (true, true) => drop(cargo.arg("--all-features")),
        (true, false) => drop(cargo.arg("--features=postgres")),
        (false, true) => drop(cargo.arg("--features=mysql")),
        (false, false) => {}
    }
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let output = cargo.stderr(Stdio::inherit()).output().expect("cargo runs");
    assert!(output.status.success(), "the examples are built");
    let messages = text(&output.stdout).lines();
    let programs = messages.filter_map(|message| {
        let (_, path) = message.split_once(r#""executable":""#)?;
        let (path, _) = path.split_once('"')?;
        Some(PathBuf::from(path))
    });
    programs.collect()
}

/// Status 2, nothing on the standard output, and one line with these words.
#[track_caller]
pub(crate) fn assert_refused(name: &str, output: &Output, words: &[&str]) {
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(2), "{stdout}{stderr}");
    assert_eq!(stdout, "");
    assert_eq!(stderr.matches('\n').count(), 1, "{stderr}");
    assert!(stderr.starts_with(&format!("{name}: ")), "{stderr}");
    for word in words {
        assert!(stderr.contains(word), "{word} is not in: {stderr}");
    }
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("the example writes UTF-8")
}
