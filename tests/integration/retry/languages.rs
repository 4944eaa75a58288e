//! Servers that do not speak English.

use std::fs;
use std::path::Path;

/// All translations of a message that are installed, from the catalogues of PostgreSQL:
/// <https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html>.
fn translations(message: &str) -> Vec<String> {
    let locales = fs::read_dir("/usr/share/locale").into_iter().flatten();
    let folders = locales.filter_map(|entry| Some(entry.ok()?.path().join("LC_MESSAGES")));
    let files = folders.flat_map(|folder| fs::read_dir(folder).into_iter().flatten());
    files
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = path.file_name()?.to_str()?;
            (name.starts_with("postgres-") && name.ends_with(".mo")).then_some(path)
        })
        .filter_map(|path| translation(&path, message))
        .collect()
}

fn translation(catalogue: &Path, message: &str) -> Option<String> {
    let bytes = fs::read(catalogue).ok()?;
    let number = |at: usize| {
        let bytes = bytes.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_le_bytes(bytes) as usize)
    };
    let text = |table: usize, entry: usize| {
        let (length, start) = (number(table + 8 * entry)?, number(table + 8 * entry + 4)?);
        std::str::from_utf8(bytes.get(start..start + length)?).ok()
    };
    let (count, originals, translated) = (number(8)?, number(12)?, number(16)?);
    let entry = (0..count).find(|entry| text(originals, *entry) == Some(message))?;
    text(translated, entry).map(str::to_owned)
}

#[cfg(feature = "postgres")]
mod only_on_postgres {
    use std::io::{BufRead, BufReader};
    use std::process::{Child, Command, Stdio};

    use diesel::connection::SimpleConnection;
    use diesel::pg::Pg;
    use diesel::prelude::*;
    use diesel::result::{DatabaseErrorKind, Error};
    use upsert_runtime::dialect::{ErrorClass, Moment};
    use upsert_runtime::retry;
    use upsert_runtime::retry::Policy;

    use super::translations;
    use crate::counting::Count;
    use crate::retry::{DONE, ROLLED_BACK, Seen};

    /// The list in the library against what is installed.
    #[test]
    fn each_installed_translation_is_known() {
        let mut known = 0;
        for message in [
            "deadlock detected",
            "canceling statement due to lock timeout",
            "canceling statement due to statement timeout",
            "could not obtain lock on row in relation \"%s\"",
            "could not obtain lock on relation \"%s\"",
        ] {
            for text in translations(message) {
                let text = text.replace("%s", "page_hits");
                let error =
                    Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(text.clone()));
                let class = ErrorClass::of::<Pg>(&error, Moment::InTransaction);
                assert_eq!(class, ErrorClass::RolledBack, "{text}");
                known += 1;
            }
        }
        println!("translations known: {known}");
        for message in translations("canceling statement due to user request") {
            let error = Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(message.clone()));
            let class = ErrorClass::of::<Pg>(&error, Moment::InTransaction);
            assert_eq!(class, ErrorClass::Permanent, "{message}");
        }
    }

    /// A server with an environment of its own, in a process that has it.
    struct German {
        process: Child,
        url: String,
    }

    impl German {
        fn start() -> Self {
            let mut process = Command::new(env!("CARGO_BIN_EXE_worker"))
                .args(["serve", "postgres"])
                .env("LANGUAGE", "de")
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let mut url = String::new();
            let out = process.stdout.take().unwrap();
            BufReader::new(out).read_line(&mut url).unwrap();
            let url = url.trim().to_owned();
            Self { process, url }
        }

        fn connect(&self) -> PgConnection {
            let mut conn = PgConnection::establish(&self.url).unwrap();
            // gettext looks at LANGUAGE unless the locale is C itself.
            conn.batch_execute("SET lc_messages = 'C.UTF-8'; SET lock_timeout = '50ms'")
                .unwrap();
            conn
        }
    }

    impl Drop for German {
        fn drop(&mut self) {
            // The server goes with its process.
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
    }

    #[test]
    fn a_server_that_speaks_german_is_understood() {
        if translations("deadlock detected").is_empty() {
            println!("PostgreSQL's catalogues are not installed");
            return;
        }
        let server = German::start();
        let mut holder = server.connect();
        let error = holder.batch_execute("SELECT 1 / 0").unwrap_err();
        if error.to_string() == "division by zero" {
            println!("this server has no catalogues");
            return;
        }
        holder.batch_execute(PgConnection::TABLES).unwrap();
        holder.hit("/").unwrap();
        holder
            .batch_execute("BEGIN; UPDATE page_hits SET n = 10")
            .unwrap();
        let mut holder = Some(holder);
        let seen = Seen::default();
        let conn = &mut server.connect();
        let mut is_first = true;
        let n = retry(conn, &seen.by(Policy::new()), |conn| {
            if !std::mem::take(&mut is_first) {
                holder.take();
            }
            conn.hit("/")
        });
        assert_eq!(n.unwrap(), 2);
        let classes = seen.classes();
        assert_eq!(
            (classes[0], classes[classes.len() - 1]),
            (ROLLED_BACK, DONE)
        );
        assert_eq!(
            seen.messages()[0],
            "storniere Anfrage wegen Zeitüberschreitung einer Sperre"
        );
    }
}

#[cfg(feature = "mysql")]
mod only_on_mysql {
    use diesel::connection::SimpleConnection;
    use diesel::prelude::*;
    use upsert_runtime::dialect::{ErrorClass, Moment};
    use upsert_runtime::retry;
    use upsert_runtime::retry::Policy;
    use upsert_runtime::upsert;

    use crate::counting::Count;
    use crate::database;
    use crate::retry::{DONE, ROLLED_BACK, Seen};
    use crate::schema::page_hits;

    /// By the number, for which the connection is asked.
    #[test]
    fn a_server_that_speaks_japanese_is_understood() -> QueryResult<()> {
        let db = database::mysql("a_server_that_speaks_japanese");
        let mut holder = db.connect();
        holder.begin_test_transaction()?;
        holder.hit("/")?;
        let mut holder = Some(holder);
        let conn = &mut db.connect();
        conn.batch_execute(MysqlConnection::IMPATIENT)?;
        conn.batch_execute("SET lc_messages = 'ja_JP'")?;
        let seen = Seen::default();
        let mut is_first = true;
        retry(conn, &seen.by(Policy::new()), |conn| {
            if !std::mem::take(&mut is_first) {
                holder.take();
            }
            upsert!(page_hits, values = { page: "/", day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >)
                .execute(conn)
        })?;
        let classes = seen.classes();
        assert_eq!(
            (classes[0], classes[classes.len() - 1]),
            (ROLLED_BACK, DONE)
        );
        let message = &seen.messages()[0];
        assert!(!message.is_ascii(), "{message}");
        assert_eq!(conn.read("/")?, 1);

        // What it does not do it does not in Japanese either.
        let failed = retry(conn, &Policy::new(), |conn| {
            conn.batch_execute("SELECT nothing FROM nowhere")
        });
        assert_eq!(failed.unwrap_err().class, ErrorClass::Permanent);
        // In autocommit the number tells an answer from the end of a connection.
        let error = conn
            .batch_execute("SELECT nothing FROM nowhere")
            .unwrap_err();
        let class = ErrorClass::asked(conn, &error, Moment::Autocommit);
        assert_eq!(class, ErrorClass::Permanent, "{error}");
        let class = ErrorClass::of::<diesel::mysql::Mysql>(&error, Moment::Autocommit);
        assert_eq!(class, ErrorClass::OutcomeUnknown);
        Ok(())
    }
}
