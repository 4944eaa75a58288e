//! From folders of SQL to tables and their keys.

use std::path::{Path as FilePath, PathBuf};

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{LitStr, Path};

use upsert_schema::{self as schema, Dialect, Position, names};

use super::model::{
    Backends, Claimed, Declaration, Declared, Folder, Migrations, Place, Table, enabled_backends,
};
use crate::errors::Errors;

/// Adds the tables of the migrations, those that they do not have, and the files.
pub(super) fn tables(declaration: &mut Declaration, errors: &mut Errors) -> Option<()> {
    let Migrations {
        schema,
        folders,
        except,
    } = declaration.migrations.as_ref()?;
    let Ok(root) = std::env::var("CARGO_MANIFEST_DIR").map(PathBuf::from) else {
        errors.push(schema, "CARGO_MANIFEST_DIR is not set: where is the crate?");
        return None;
    };
    let mut read = Read {
        schema,
        root,
        tables: Vec::new(),
        absent: Vec::new(),
        files: Vec::new(),
    };
    let declared = folders
        .iter()
        .filter_map(|folder| folder.backend)
        .map(Backends::one)
        .reduce(Backends::or)
        .unwrap_or(Backends::ALL);
    for folder in folders {
        read.folder(folder, except, errors)?;
    }
    for table in &mut read.tables {
        table.primary_key = declared.not();
    }
    let excepted = except.iter().map(|name| {
        let names: Vec<&str> = name.split('.').collect();
        (modules(&names, schema.span()), EXCEPTED.to_owned())
    });
    let mut claimed: Vec<Claimed> = Vec::new();
    let absent = excepted.chain(read.absent);
    for (modules, why) in absent.filter_map(|(modules, why)| Some((modules?, why))) {
        let is_table = read.tables.iter().any(|table| {
            matches!(&table.place, Place::Sought { modules: known, .. } if *known == modules)
        });
        if !is_table && !claimed.iter().any(|claim| claim.modules == modules) {
            claimed.push(Claimed {
                schema: schema.clone(),
                modules,
                why,
            });
        }
    }
    declaration.tables = read.tables;
    declaration.claimed = claimed;
    declaration.files = read.files;
    Some(())
}

const EXCEPTED: &str = "`except` has the migrations say nothing of it";

/// The modules of these names, where they can be some.
fn modules(names: &[&str], span: Span) -> Option<Vec<Ident>> {
    let module = |name: &&str| {
        let mut module: Ident = syn::parse_str(&names::table(name)).ok()?;
        module.set_span(span);
        Some(module)
    };
    names.iter().map(module).collect()
}

struct Read<'a> {
    schema: &'a Path,
    root: PathBuf,
    tables: Vec<Table>,
    /// What is no table: its modules, and what it is.
    absent: Vec<(Option<Vec<Ident>>, String)>,
    files: Vec<String>,
}

impl Read<'_> {
    fn folder(&mut self, folder: &Folder, except: &[String], errors: &mut Errors) -> Option<()> {
        let dialect = folder.backend.or_else(|| backend(&folder.path, errors))?;
        let path = self.root.join(folder.path.value());
        let (read, wrong) = schema::read(&path, &self.root, dialect, except);
        for error in wrong {
            let origin = error.at.as_ref().map(|at| self.origin(at));
            let origin = origin.unwrap_or_default();
            errors.push(&folder.path, format!("{origin}{}", error.message));
        }
        let files = read.files.iter().map(|file| file.display().to_string());
        self.files.extend(files);
        let backends = folder.backend.map_or(Backends::ALL, Backends::one);
        for table in read.tables {
            self.table(table, (backends, dialect), &folder.path, errors);
        }
        Some(())
    }

    fn table(
        &mut self,
        table: schema::Table,
        (backends, dialect): (Backends, Dialect),
        folder: &LitStr,
        errors: &mut Errors,
    ) {
        let origin = self.origin(&table.at);
        let names: Vec<&str> = table
            .schema
            .as_deref()
            .into_iter()
            .chain([&*table.name])
            .collect();
        let modules = modules(&names, folder.span());
        if table.absent {
            let what = format!(
                "by the migrations `{}` is no table that is there",
                table.name
            );
            self.absent.push((modules, what));
            return;
        }
        let shown = table.shown();
        let Some(modules) = modules else {
            errors.push(
                folder,
                format!(
                    "{origin}`{}` is no name of a `table!`\nhelp: {}",
                    table.name,
                    names::except(&[&shown])
                ),
            );
            return;
        };
        let at = self.tables.iter().position(|known| {
            matches!(&known.place, Place::Sought { modules: known, .. } if *known == modules)
        });
        let schema = self.schema.to_token_stream().to_string().replace(' ', "");
        let keys = table.keys.into_iter().map(|key| Declared {
            written: vec![None; key.key.elements.len()],
            origin: self.origin(&key.at),
            key: key.key,
            backends,
            dialect,
            tokens: folder.to_token_stream(),
        });
        let keys: Vec<_> = keys.collect();
        let table = match at {
            Some(at) => &mut self.tables[at],
            None => {
                self.tables.push(Table {
                    place: Place::Sought {
                        schema: self.schema.clone(),
                        modules,
                        sql: (table.schema, table.name.clone()),
                        missing: format!(
                            "{origin}the table `{shown}` is not in `{schema}`\n\
                             help: `diesel print-schema` writes it; a table that is left out on purpose: {}",
                            names::except(&[&shown])
                        ),
                        another: format!(
                            "{origin}the table that is called so in `{schema}` is not `{shown}`: by its `sql_name` or \
                             schema it is another one, and its keys are not known\n\
                             help: {}",
                            names::by_hand(&[&shown])
                        ),
                    },
                    keys: Vec::new(),
                    primary_key: Backends::ALL,
                });
                let last = self.tables.len() - 1;
                &mut self.tables[last]
            }
        };
        for declared in keys {
            let known = table.keys.iter_mut().find(|known| {
                known.key == declared.key
                        && known.backends != declared.backends
                        // A column that is left out is another thing there.
                        && (known.dialect == Dialect::Mysql) == (dialect == Dialect::Mysql)
            });
            match known {
                Some(known) => known.backends = known.backends.or(declared.backends),
                None => table.keys.push(declared),
            }
        }
    }

    /// `migrations/2020-01-01_users/up.sql:3: `
    fn origin(&self, at: &Position) -> String {
        let file = schema::relative(&at.file, &self.root);
        format!("{file}:{}: ", at.line)
    }
}

/// The backend of a folder for which none is given: by its path, or the only one that there is.
fn backend(path: &LitStr, errors: &mut Errors) -> Option<Dialect> {
    let text = path.value();
    let named = FilePath::new(&text)
        .iter()
        .filter_map(|part| part.to_str())
        .find_map(|part| match part {
            "postgres" | "postgresql" | "pg" => Some(Dialect::Postgres),
            "sqlite" | "sqlite3" => Some(Dialect::Sqlite),
            "mysql" | "mariadb" => Some(Dialect::Mysql),
            _ => None,
        });
    let enabled: Vec<_> = enabled_backends().collect();
    match (named, &*enabled) {
        (Some(backend), _) => Some(backend),
        (None, [(_, backend)]) => Some(*backend),
        _ => {
            let name = enabled.first().map_or("postgres", |(name, _)| *name);
            errors.push(
                path,
                format!("for which backend are these migrations?\nhelp: `migrations = {{ {name}: \"{text}\" }}`"),
            );
            None
        }
    }
}
