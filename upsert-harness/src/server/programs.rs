//! Where a server's programs are.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::ServerError;
use super::engine::Engine;

/// The programs of an installation: of the system's, or of one in a folder, where nothing but what
/// is there is used.
#[derive(Debug, Clone)]
pub(super) struct Programs {
    pub(super) engine: &'static dyn Engine,
    folder: Option<PathBuf>,
}

impl Programs {
    pub(super) fn new(engine: &'static dyn Engine) -> Self {
        let folder = env::var_os(engine.variable()).filter(|folder| !folder.is_empty());
        let programs = Self {
            engine,
            folder: None,
        };
        match folder {
            Some(folder) => programs.in_folder(PathBuf::from(folder)),
            None => programs,
        }
    }

    /// The server does not run where we do.
    pub(super) fn in_folder(self, folder: PathBuf) -> Self {
        let folder = std::path::absolute(&folder).unwrap_or(folder);
        Self {
            folder: Some(folder),
            ..self
        }
    }

    /// The folder, where it is not the system's installation.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    pub(super) fn find(&self, name: &str) -> Result<PathBuf, ServerError> {
        let engine = self.engine;
        let mut programs = self.folders().into_iter().map(|folder| folder.join(name));
        programs.find(|program| program.is_file()).ok_or_else(|| {
            let place = match &self.folder {
                Some(folder) => format!("in {}", folder.display()),
                None => "installed".to_owned(),
            };
            ServerError::new(format!(
                "{} is not {place}: there is no `{name}`; Debian's package is {}",
                engine.name(),
                engine.package()
            ))
        })
    }

    /// Debian keeps daemons where a plain user's `PATH` does not look.
    fn folders(&self) -> Vec<PathBuf> {
        if let Some(folder) = &self.folder {
            return ["sbin", "bin"].map(|name| folder.join(name)).into();
        }
        let path = env::var_os("PATH").unwrap_or_default();
        let daemons = ["/usr/local/sbin", "/usr/sbin"].map(PathBuf::from);
        let of_the_engine = self.engine.folders().into_iter();
        of_the_engine
            .chain(env::split_paths(&path))
            .chain(daemons)
            .collect()
    }

    /// That the server's program is the engine's own.
    pub(super) fn check(&self) -> Result<(), ServerError> {
        let engine = self.engine;
        let (program, text) = self.version_text()?;
        match engine.stranger(&text) {
            Some(stranger) => Err(ServerError::new(format!(
                "{} is not here: {} is {stranger}'s ({}); say where its own is by `.folder(..)` or {}, or start \
                 {stranger}'s server; Debian's package is {}",
                engine.name(),
                program.display(),
                text.trim(),
                engine.variable(),
                engine.package(),
            ))),
            None => Ok(()),
        }
    }

    /// The server's program, and what it says of its version.
    fn version_text(&self) -> Result<(PathBuf, String), ServerError> {
        let program = self.find(self.engine.daemon())?;
        let output = Command::new(&program).arg("--version").output();
        let output = output.map_err(ServerError::io("cannot run the server's program"))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok((program, text))
    }

    /// `PostgreSQL 15.18`
    pub(super) fn version(&self) -> Result<String, ServerError> {
        let (_, text) = self.version_text()?;
        // "postgres (PostgreSQL) 15.18 (Debian ..)", "mariadbd Ver 10.11.19-MariaDB-.. for
        // debian-linux-gnu .."
        let is_number = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
        let number = text
            .split([' ', '-', '\n'])
            .find(is_number)
            .unwrap_or("of unknown version");
        Ok(format!("{} {number}", self.engine.name()))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::{Mariadb, Mysql};
    use super::*;

    /// What the programs of the engine are told to be by one that prints this as its version.
    fn checked(engine: &'static dyn Engine, version: &str) -> Result<(), ServerError> {
        let folder = env::temp_dir().join(format!(
            "upsert-programs-{}-{}",
            std::process::id(),
            version.len()
        ));
        fs::create_dir_all(folder.join("bin")).map_err(ServerError::io("no folder"))?;
        let program = folder.join("bin").join(engine.daemon());
        // By another process: nobody who is started meanwhile has the file open for writing.
        let script =
            format!("printf '#!/bin/sh\necho \"{version}\"\n' > \"$0\" && chmod +x \"$0\"");
        let written = Command::new("sh")
            .args(["-c", &script])
            .arg(&program)
            .status();
        written.map_err(ServerError::io("no program"))?;
        let checked = Programs::new(engine).in_folder(folder.clone()).check();
        fs::remove_dir_all(folder).map_err(ServerError::io("the folder stays"))?;
        checked.map_err(|error| {
            ServerError::new(
                error
                    .to_string()
                    .replace(&*program.to_string_lossy(), "PROGRAM"),
            )
        })
    }

    const MARIADB: &str =
        "mysqld  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)";
    const MYSQL: &str = "mysqld  Ver 9.7.4 for Linux on x86_64 ((Debian))";

    #[test]
    fn a_server_is_not_taken_for_the_other_one() {
        assert_eq!(checked(&Mysql, MYSQL), Ok(()));
        assert_eq!(checked(&Mariadb, MARIADB), Ok(()));
        assert_eq!(
            checked(&Mysql, MARIADB),
            Err(ServerError::new(format!(
                "MySQL is not here: PROGRAM is MariaDB's ({MARIADB}); say where its own is by `.folder(..)` or \
                 UPSERT_MYSQL_FOLDER, or start MariaDB's server; Debian's package is mysql-server"
            )))
        );
        assert_eq!(
            checked(&Mariadb, MYSQL),
            Err(ServerError::new(format!(
                "MariaDB is not here: PROGRAM is MySQL's ({MYSQL}); say where its own is by `.folder(..)` or \
                 UPSERT_MARIADB_FOLDER, or start MySQL's server; Debian's package is mariadb-server"
            )))
        );
    }
}
