use std::fs;
use std::path::PathBuf;

use crate::Dialect::Postgres;
use crate::read;
use crate::tests::shown;

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &[u8])]) -> Self {
        let path = std::env::temp_dir().join(format!("upsert-keys-{}-{name}", std::process::id()));
        let folder = Self(path);
        fs::create_dir_all(&folder.0).unwrap();
        for (file, text) in files {
            let file = folder.0.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        folder
    }

    fn message(&self) -> String {
        let name = self.0.file_name().unwrap().to_string_lossy();
        let (_, errors) = read(&self.0, self.0.parent().unwrap(), Postgres, &[]);
        assert_eq!(errors.len(), 1, "{errors:#?}");
        let message = &errors[0].message;
        assert!(
            !message.contains(&format!("/{name}")),
            "relative: {message}"
        );
        message.replace(&*name, "DIR")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn migrations_run_in_the_order_of_their_versions() {
    let folder = Folder::new(
        "order",
        &[
            ("2020-01-02-000000_b/up.sql", b"alter table t rename a to b"),
            ("20200103000000_c/up.sql", b"alter table t rename b to c"),
            (
                "2020-01-01-000000_a/up.sql",
                b"create table t (a int unique)",
            ),
            ("2020-01-01-000000_a/down.sql", b"drop table t"),
            ("2020-01-04-000000_a/up.sql", b""),
            (".hidden/x", b""),
            ("README.md", b"x"),
        ],
    );
    fs::create_dir(folder.0.join("empty")).unwrap();
    let (schema, errors) = read(&folder.0, &folder.0, Postgres, &[]);
    assert_eq!(errors, []);
    assert_eq!(shown(&schema.tables), ["t.t_a_key(c)"]);
    assert_eq!(schema.files.len(), 4);
    assert!(schema.files.iter().all(|file| file.is_absolute()));
    let at = &schema.tables[0].keys[0].at;
    assert_eq!((at.file.as_path(), at.line), (schema.files[0].as_path(), 1));
}

#[test]
fn a_folder_without_migrations_is_an_error_with_the_right_form() {
    let layout = "help: a migration is a folder `<version>_<name>` with a file `up.sql`";
    assert_eq!(
        Folder::new("none", &[("x.sql", b"")]).message(),
        format!("there are no migrations in `DIR`\n{layout}")
    );
    assert_eq!(
        Folder::new("version", &[("users/up.sql", b"")]).message(),
        format!("the name of `DIR/users` does not begin with a version\n{layout}")
    );
    assert_eq!(
        Folder::new("up", &[("1_a/down.sql", b"")]).message(),
        format!("there is no `up.sql` in `DIR/1_a`\n{layout}")
    );
    assert!(
        Folder::new("twice", &[("1_a/up.sql", b""), ("1_b/up.sql", b"")])
            .message()
            .starts_with("two migrations have the version `1`")
    );
    assert!(
        Folder::new("latin", &[("1_a/up.sql", b"-- \xe9")])
            .message()
            .contains("is not UTF-8\nhelp: ")
    );

    let folder = Folder::new("missing", &[("file", b"")]);
    for (path, expected) in [("nowhere", "there is no folder `"), ("file", "`")] {
        let (_, errors) = read(&folder.0.join(path), &folder.0, Postgres, &[]);
        assert!(
            errors[0].message.starts_with(expected) && errors[0].message.contains("Cargo.toml"),
            "{errors:#?}"
        );
    }
}
