//! The files of a folder of migrations, as `diesel_migrations` finds and orders them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Error;

const LAYOUT: &str = "help: a migration is a folder `<version>_<name>` with a file `up.sql`";

fn error(message: String) -> Error {
    Error { at: None, message }
}

/// `path` as it is written in the crate: relative to its folder `root`.
pub fn relative<'p>(path: &'p Path, root: &Path) -> std::path::Display<'p> {
    path.strip_prefix(root).unwrap_or(path).display()
}

/// The `up.sql` of each migration in `folder` of the crate at `root`, in the order in which they
/// run.
pub(crate) fn files(folder: &Path, root: &Path) -> Result<Vec<PathBuf>, Vec<Error>> {
    let help = "help: the path is relative to the folder of the crate's `Cargo.toml`";
    let shown = relative(folder, root);
    if !folder.exists() {
        return Err(vec![error(format!("there is no folder `{shown}`\n{help}"))]);
    }
    if !folder.is_dir() {
        return Err(vec![error(format!("`{shown}` is not a folder\n{help}"))]);
    }
    let entries = fs::read_dir(folder)
        .and_then(|entries| entries.collect::<Result<Vec<_>, _>>())
        .map_err(|why| {
            vec![error(format!(
                "cannot read the folder `{shown}`: {why}\nhelp: look at its permissions"
            ))]
        })?;

    let mut errors = Vec::new();
    let mut migrations = Vec::new();
    for entry in entries {
        match migration(&entry.path(), root) {
            Ok(Some(migration)) => migrations.push(migration),
            Ok(None) => {}
            Err(error) => errors.push(error),
        }
    }
    // Diesel orders them by version alone, and two of the same version are one to it.
    migrations.sort();
    for pair in migrations.windows(2) {
        let [(version, first), (other, second)] = pair else {
            continue;
        };
        if version == other {
            errors.push(error(format!(
                "two migrations have the version `{version}`: `{}` and `{}`\n\
                 help: Diesel runs only one of them: give the other one a version of its own",
                relative(first, root),
                relative(second, root)
            )));
        }
    }
    if migrations.is_empty() && errors.is_empty() {
        errors.push(error(format!(
            "there are no migrations in `{shown}`\n{LAYOUT}"
        )));
    }
    if errors.is_empty() {
        Ok(migrations.into_iter().map(|(_, file)| file).collect())
    } else {
        Err(errors)
    }
}

/// Version and file of the migration at `path`; none where Diesel looks for none.
fn migration(path: &Path, root: &Path) -> Result<Option<(String, PathBuf)>, Error> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if path.is_file() || name.starts_with('.') {
        return Ok(None);
    }
    let shown = relative(path, root);
    let empty = fs::read_dir(path)
        .map_err(|why| {
            error(format!(
                "cannot read the folder `{shown}`: {why}\nhelp: look at its permissions"
            ))
        })?
        .next()
        .is_none();
    if empty {
        return Ok(None);
    }
    let version = name.split('_').next().unwrap_or_default().replace('-', "");
    if !version.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(error(format!(
            "the name of `{shown}` does not begin with a version\n{LAYOUT}"
        )));
    }
    let file = path.join("up.sql");
    if !file.is_file() {
        return Err(error(format!(
            "there is no `up.sql` in `{shown}`\n{LAYOUT}"
        )));
    }
    let file = std::path::absolute(&file).unwrap_or(file);
    Ok(Some((version, file)))
}

/// The text of a migration.
pub(crate) fn text(file: &Path, root: &Path) -> Result<String, Error> {
    let shown = relative(file, root);
    let bytes = fs::read(file).map_err(|why| {
        error(format!(
            "cannot read `{shown}`: {why}\nhelp: look at its permissions"
        ))
    })?;
    String::from_utf8(bytes).map_err(|_| {
        error(format!(
            "`{shown}` is not UTF-8\nhelp: Diesel reads UTF-8 only: convert the file"
        ))
    })
}
