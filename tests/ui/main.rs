//! What the compiler says. A folder is a kind of mistake, and the `.stderr` beside a file is what
//! its author reads. After a change of the messages: `TRYBUILD=overwrite cargo test -p upsert-ui`.
#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The compiler whose words the files hold.
const RUSTC: &str = include_str!("RUSTC");

#[test]
fn mistakes_are_explained() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    if version.split(' ').nth(1) != Some(RUSTC.trim()) {
        eprintln!(
            "these files are of rustc {}, and this is {}: where its own words differ, nothing is wrong",
            RUSTC.trim(),
            version.trim()
        );
    }
    let migrations = "declaration/migrations";
    copy(
        Path::new(migrations),
        &crate_of_the_cases().join("migrations"),
    )
    .unwrap();
    let cases = trybuild::TestCases::new();
    for kind in [
        "section",
        "assignment",
        "table",
        "column",
        "type",
        "target",
        "values",
        "found",
        "backend",
        "declaration",
        "retry",
    ] {
        cases.compile_fail(format!("{kind}/*.rs"));
    }
}

/// Where `trybuild` compiles the cases: their migrations are relative to it.
fn crate_of_the_cases() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    // target/debug/deps/ui
    let target = program.ancestors().nth(3).unwrap();
    target.join("tests/trybuild").join(env!("CARGO_PKG_NAME"))
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}
