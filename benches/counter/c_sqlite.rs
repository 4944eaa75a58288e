//! SQLite by its C API: the statement is prepared once, then bound, stepped and reset.
#![allow(unsafe_code, reason = "the C API is what we compare with")]

use std::error::Error;
use std::ffi::{CStr, CString, c_int};
use std::ptr::{self, NonNull};

use libsqlite3_sys as ffi;

use crate::contestant::{Contestant, Who};
use crate::failure::Failure;
use crate::schema::Hit;

/// A database in memory, with the upsert prepared.
pub(crate) struct CSqlite {
    // Before the database: fields are dropped in this order.
    upsert: Statement,
    counters: Statement,
    db: Database,
}

impl CSqlite {
    pub(crate) const VERSION: &CStr = ffi::SQLITE_VERSION;

    /// A database made with the SQL of `setup`. `upsert` has four parameters: page, day, n, and
    /// what n is raised by.
    pub(crate) fn new(setup: &str, upsert: &str) -> Result<Self, Failure> {
        let db = Database::open()?;
        db.execute(setup)?;
        Ok(Self {
            upsert: Statement::prepare(&db, upsert)?,
            counters: Statement::prepare(&db, "SELECT n FROM upsert_benches_page_hits")?,
            db,
        })
    }
}

impl Contestant for CSqlite {
    fn who(&self) -> Who {
        Who::CClient
    }

    fn send(&mut self, hits: &[&Hit]) -> Result<(), Failure> {
        for hit in hits {
            let bound = self
                .upsert
                .bind(&hit.page, hit.day, 1, 1)
                .and_then(|()| self.upsert.step());
            // Before an error is returned: `bind` lends the page until here.
            self.upsert.reset();
            bound.map_err(|_| self.db.error())?;
        }
        Ok(())
    }

    fn counters(&mut self) -> Result<Vec<i64>, Failure> {
        let mut counters = Vec::new();
        while self.counters.step().map_err(|_| self.db.error())? == Step::Row {
            counters.push(self.counters.first_column());
        }
        self.counters.reset();
        Ok(counters)
    }
}

/// SQLite says what is wrong by [`Database::error`].
struct Failed;

/// What a call returned, where OK is all it should be.
fn ok(code: c_int) -> Result<(), Failed> {
    if code == ffi::SQLITE_OK {
        Ok(())
    } else {
        Err(Failed)
    }
}

/// An open database. The pointer is valid until it is closed, which only `drop` does.
struct Database(NonNull<ffi::sqlite3>);

impl Database {
    fn open() -> Result<Self, Failure> {
        // As Diesel does.
        let flags = ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_CREATE | ffi::SQLITE_OPEN_URI;
        let mut db = ptr::null_mut();
        // SAFETY: the name ends with NUL and `db` is writable.
        let code =
            unsafe { ffi::sqlite3_open_v2(c":memory:".as_ptr(), &raw mut db, flags, ptr::null()) };
        // Also where opening failed, there is a database, which has to be closed.
        let db = Self(NonNull::new(db).ok_or("SQLite: out of memory")?);
        ok(code).map_err(|_| db.error())?;
        Ok(db)
    }

    fn execute(&self, sql: &str) -> Result<(), Failure> {
        let sql = CString::new(sql)?;
        // SAFETY: the database is open, the text ends with NUL, and the rest may be null.
        let code = unsafe {
            ffi::sqlite3_exec(
                self.0.as_ptr(),
                sql.as_ptr(),
                None,
                ptr::null_mut(),
                ptr::null_mut(),
            )
        };
        ok(code).map_err(|_| self.error())
    }

    /// The error of the last call.
    fn error(&self) -> Failure {
        // SAFETY: the database is open.
        let message = unsafe { ffi::sqlite3_errmsg(self.0.as_ptr()) };
        // SAFETY: SQLite returns a text that ends with NUL and stays until the next call; it is
        // copied.
        let message = unsafe { CStr::from_ptr(message) };
        Box::<dyn Error>::from(message.to_string_lossy())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // SAFETY: the database is open, and its statements are gone. Nothing uses it afterwards.
        unsafe { ffi::sqlite3_close(self.0.as_ptr()) };
    }
}

/// A prepared statement. The pointer is valid until it is finalized, which only `drop` does; it
/// must be dropped before its database.
struct Statement(NonNull<ffi::sqlite3_stmt>);

#[derive(PartialEq, Eq)]
enum Step {
    Row,
    Done,
}

impl Statement {
    fn prepare(db: &Database, sql: &str) -> Result<Self, Failure> {
        let mut statement = ptr::null_mut();
        // SAFETY: the database is open, the text has the length that is given, `statement` is
        // writable, and the rest may be null.
        let code = unsafe {
            ffi::sqlite3_prepare_v3(
                db.0.as_ptr(),
                sql.as_ptr().cast(),
                c_int::try_from(sql.len())?,
                ffi::SQLITE_PREPARE_PERSISTENT,
                &raw mut statement,
                ptr::null_mut(),
            )
        };
        ok(code).map_err(|_| db.error())?;
        Ok(Self(NonNull::new(statement).ok_or("empty SQL")?))
    }

    /// Binds the four parameters. SQLite reads `page` until the statement is reset.
    fn bind(&self, page: &str, day: i32, n: i64, by: i64) -> Result<(), Failed> {
        let statement = self.0.as_ptr();
        let length = c_int::try_from(page.len()).map_err(|_| Failed)?;
        // SAFETY: the statement is valid and not running, and the text has the length that is
        // given. It is not copied (as by Diesel): SQLite reads it in `step` only, and `send`, which
        // borrows it, does not come to another `step` without binding another.
        ok(unsafe {
            ffi::sqlite3_bind_text(
                statement,
                1,
                page.as_ptr().cast(),
                length,
                ffi::SQLITE_STATIC(),
            )
        })?;
        // SAFETY: the statement is valid and not running.
        ok(unsafe { ffi::sqlite3_bind_int(statement, 2, day) })?;
        // SAFETY: as above.
        ok(unsafe { ffi::sqlite3_bind_int64(statement, 3, n) })?;
        // SAFETY: as above.
        ok(unsafe { ffi::sqlite3_bind_int64(statement, 4, by) })
    }

    fn step(&self) -> Result<Step, Failed> {
        // SAFETY: the statement is valid, and so is what is bound: see `bind`.
        match unsafe { ffi::sqlite3_step(self.0.as_ptr()) } {
            ffi::SQLITE_ROW => Ok(Step::Row),
            ffi::SQLITE_DONE => Ok(Step::Done),
            _ => Err(Failed),
        }
    }

    fn first_column(&self) -> i64 {
        // SAFETY: the statement is valid; a column that is not there is read as NULL.
        unsafe { ffi::sqlite3_column_int64(self.0.as_ptr(), 0) }
    }

    fn reset(&self) {
        // SAFETY: the statement is valid. What it returns is the error that `step` has returned
        // before.
        unsafe { ffi::sqlite3_reset(self.0.as_ptr()) };
    }
}

impl Drop for Statement {
    fn drop(&mut self) {
        // SAFETY: the statement is valid, and nothing uses it afterwards.
        unsafe { ffi::sqlite3_finalize(self.0.as_ptr()) };
    }
}
