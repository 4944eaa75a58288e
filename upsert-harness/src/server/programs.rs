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

    /// `PostgreSQL 15.18`
    pub(super) fn version(&self) -> Result<String, ServerError> {
        let output = Command::new(self.find(self.engine.daemon())?)
            .arg("--version")
            .output();
        let output = output.map_err(ServerError::io("cannot run the server's program"))?;
        let text = String::from_utf8_lossy(&output.stdout);
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
