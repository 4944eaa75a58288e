//! Keys that are read from migrations.
//!
//! ```text
//! SCHEMA, migrations = "folder", except = (table, ..), verify = NAME
//! SCHEMA, migrations = { postgres: "folder", sqlite: "folder", mysql: "folder" }
//! ```

use proc_macro2::{Delimiter, Group, Ident, TokenTree};
use syn::{LitStr, Path};
use upsert_schema::Dialect;

use super::path::path;
use crate::errors::{Errors, meant};
use crate::tokens::{group, ident, is_punct, plain, starts_with_eq, stream, trees};
use crate::unique_keys::model::{BACKENDS, Declaration, Folder, Migrations};

const FORM: &str = "help: `unique_keys!(schema, migrations = \"migrations\")`";
const SECTIONS: [&str; 3] = ["migrations", "except", "verify"];

/// What `unique_keys!` says behind the schema.
#[derive(Default)]
struct Sections {
    migrations: Option<Vec<Folder>>,
    except: Option<Vec<String>>,
    verify: Option<Ident>,
}

/// `tokens` begin with the schema, up to `end`.
pub(super) fn declaration(
    krate: TokenTree,
    tokens: &[TokenTree],
    end: usize,
    errors: &mut Errors,
) -> Declaration {
    let schema = path(&tokens[..end], tokens.get(end), errors);
    let mut sections = Sections::default();
    let mut complete = true;
    for tokens in tokens[end..].split(|token| is_punct(Some(token), ',')) {
        if !tokens.is_empty() {
            complete &= section(tokens, &mut sections, errors).is_some();
        }
    }
    let migrations = schema.filter(|_| complete).and_then(|schema| {
        let Some(folders) = sections.migrations else {
            errors.push(
                schema,
                format!("`migrations` is missing: where are the unique keys?\n{FORM}"),
            );
            return None;
        };
        Some(Migrations {
            schema,
            folders,
            except: sections.except.unwrap_or_default(),
        })
    });
    Declaration {
        verify: sections.verify,
        migrations,
        ..Declaration::new(krate)
    }
}

fn section(tokens: &[TokenTree], sections: &mut Sections, errors: &mut Errors) -> Option<()> {
    let Some(name) = ident(tokens.first()) else {
        errors.push(
            tokens.first(),
            format!("expected `migrations = ..`, `except = ..` or `verify = ..`\n{FORM}"),
        );
        return None;
    };
    let text = plain(name);
    if !SECTIONS.contains(&text.as_str()) {
        let help = match meant(&text, &SECTIONS) {
            Some(meant) => format!("help: did you mean `{meant}`?"),
            None => FORM.into(),
        };
        errors.push(name, format!("unknown section `{text}`\n{help}"));
        return None;
    }
    if !starts_with_eq(&tokens[1..]) || tokens.len() < 3 {
        let help = match text.as_str() {
            "except" => "help: `except = (audit_log)`",
            "verify" => "help: `verify = verify_keys`",
            _ => FORM,
        };
        errors.push(name, format!("`{text}` needs `=` and a value\n{help}"));
        return None;
    }
    let value = &tokens[2..];
    let next = (1..value.len()).find_map(|at| {
        let next = ident(value.get(at)).filter(|_| starts_with_eq(&value[at + 1..]))?;
        SECTIONS.contains(&plain(next).as_str()).then_some(next)
    });
    if let Some(next) = next {
        let help = format!("help: `{name} = .., {next} = ..`");
        errors.push(next, format!("expected `,` before this\n{help}"));
        return None;
    }
    let twice = match text.as_str() {
        "except" => sections.except.replace(except(value, errors)?).is_some(),
        "verify" => {
            let verify = super::verify(name, value, errors)?;
            sections.verify.replace(verify).is_some()
        }
        _ => sections
            .migrations
            .replace(folders(value, errors)?)
            .is_some(),
    };
    if twice {
        errors.push(name, format!("`{text}` is given twice"));
        return None;
    }
    Some(())
}

/// `"folder"`, or a folder for each backend.
fn folders(value: &[TokenTree], errors: &mut Errors) -> Option<Vec<Folder>> {
    if let Some(path) = string(value) {
        return Some(vec![Folder {
            path,
            backend: None,
        }]);
    }
    let Some(braces) = group(value.first(), Delimiter::Brace).filter(|_| value.len() == 1) else {
        errors.push(
            stream(value),
            format!("expected the folder of the migrations, as a string\n{FORM}"),
        );
        return None;
    };
    let inner = trees(braces.stream());
    let mut folders: Vec<Folder> = Vec::new();
    for part in inner.split(|token| is_punct(Some(token), ',')) {
        if part.is_empty() {
            continue;
        }
        let (backend, name) = backend(part, braces, errors)?;
        let Some(path) = part.get(2..).and_then(string) else {
            errors.push(name, format!("expected `{name}: \"folder\"`"));
            return None;
        };
        if folders.iter().any(|folder| folder.backend == Some(backend)) {
            errors.push(name, format!("`{name}` has two folders"));
            return None;
        }
        folders.push(Folder {
            path,
            backend: Some(backend),
        });
    }
    if folders.is_empty() {
        errors.push(
            braces,
            "no folder\nhelp: `migrations = { postgres: \"migrations\" }`",
        );
        return None;
    }
    Some(folders)
}

fn backend<'t>(
    part: &'t [TokenTree],
    braces: &Group,
    errors: &mut Errors,
) -> Option<(Dialect, &'t Ident)> {
    let Some(name) = ident(part.first()).filter(|_| is_punct(part.get(1), ':')) else {
        errors.push(
            part.first().cloned().unwrap_or_else(|| braces.clone().into()),
            "expected a backend and its folder\nhelp: `migrations = { postgres: \"migrations/postgres\", sqlite: \"migrations/sqlite\" }`",
        );
        return None;
    };
    let text = plain(name);
    let known = BACKENDS.iter().find(|(known, _)| *known == text);
    if known.is_none() {
        let names = BACKENDS.map(|(name, _)| name);
        let help = match (text.as_str(), meant(&text, &names)) {
            ("mariadb", _) => "help: MariaDB's are `mysql`".into(),
            ("pg", _) => "help: `postgres`".into(),
            (_, Some(meant)) => format!("help: did you mean `{meant}`?"),
            _ => "help: `postgres`, `sqlite` or `mysql`".into(),
        };
        errors.push(name, format!("unknown backend `{text}`\n{help}"));
    }
    known.map(|(_, backend)| (*backend, name))
}

/// `(audit_log, billing::users, "odd name")`: the second is that of the schema `billing`.
fn except(value: &[TokenTree], errors: &mut Errors) -> Option<Vec<String>> {
    let list = group(value.first(), Delimiter::Parenthesis).filter(|_| value.len() == 1);
    let Some(list) = list else {
        errors.push(
            stream(value),
            "expected tables, in parentheses\nhelp: `except = (audit_log)`",
        );
        return None;
    };
    let inner = trees(list.stream());
    let mut tables = Vec::new();
    for part in inner.split(|token| is_punct(Some(token), ',')) {
        match part {
            [] => {}
            _ => match name(part) {
                Some(name) => tables.push(name),
                None => {
                    errors.push(
                        stream(part),
                        "expected the name of a table\nhelp: `except = (audit_log)`",
                    );
                    return None;
                }
            },
        }
    }
    Some(tables)
}

fn name(tokens: &[TokenTree]) -> Option<String> {
    if let Some(name) = string(tokens) {
        return Some(name.value());
    }
    let path: Path = syn::parse2(stream(tokens)).ok()?;
    let names = path.segments.iter().map(|segment| {
        let is_name = segment.arguments.is_none();
        is_name.then(|| plain(&segment.ident))
    });
    Some(names.collect::<Option<Vec<_>>>()?.join("."))
}

fn string(tokens: &[TokenTree]) -> Option<LitStr> {
    syn::parse2(stream(tokens)).ok()
}
