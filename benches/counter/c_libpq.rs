//! PostgreSQL by libpq: `PQprepare` once, then `PQexecPrepared`.
#![allow(unsafe_code, reason = "the C API is what we compare with")]

use std::error::Error;
use std::ffi::{CStr, CString, c_char, c_int};
use std::ptr::NonNull;

use pq_sys as ffi;
use pq_sys::{ConnStatusType, ExecStatusType};

use crate::contestant::{Contestant, Who};
use crate::failure::Failure;
use crate::schema::Hit;

const UPSERT: &CStr = c"upsert";

/// The types of the upsert's parameters, by the numbers in `pg_type`: text, int4, int8, int8.
const TYPES: [ffi::Oid; 4] = [25, 23, 20, 20];

/// A connection on which the upsert is prepared.
pub(crate) struct Libpq {
    conn: Connection,
}

impl Libpq {
    /// A session that starts with the SQL of `setup`. `upsert` has four parameters: page, day, n,
    /// and what n is raised by.
    pub(crate) fn new(url: &str, setup: &str, upsert: &str) -> Result<Self, Failure> {
        let conn = Connection::open(url)?;
        conn.execute(setup)?
            .expect(ExecStatusType::PGRES_COMMAND_OK)?;
        conn.prepare(upsert)?;
        Ok(Self { conn })
    }
}

impl Contestant for Libpq {
    fn who(&self) -> Who {
        Who::CClient
    }

    fn send(&mut self, hits: &[&Hit]) -> Result<(), Failure> {
        for hit in hits {
            self.conn.upsert(&hit.page, hit.day, 1, 1)?;
        }
        Ok(())
    }

    fn counters(&mut self) -> Result<Vec<i64>, Failure> {
        let rows = self
            .conn
            .execute("SELECT n FROM upsert_benches_page_hits")?;
        rows.expect(ExecStatusType::PGRES_TUPLES_OK)?;
        rows.first_column()
    }
}

/// An open connection. The pointer is valid until it is finished, which only `drop` does.
struct Connection(NonNull<ffi::PGconn>);

impl Connection {
    fn open(url: &str) -> Result<Self, Failure> {
        let url = CString::new(url)?;
        // SAFETY: the text ends with NUL.
        let conn = unsafe { ffi::PQconnectdb(url.as_ptr()) };
        // Also where connecting failed, there is a connection, which has to be finished.
        let conn = Self(NonNull::new(conn).ok_or("libpq: out of memory")?);
        // SAFETY: the connection is valid.
        match unsafe { ffi::PQstatus(conn.0.as_ptr()) } {
            ConnStatusType::CONNECTION_OK => Ok(conn),
            _ => Err(conn.error()),
        }
    }

    fn execute(&self, sql: &str) -> Result<Rows, Failure> {
        let sql = CString::new(sql)?;
        // SAFETY: the connection is valid and the text ends with NUL.
        let result = unsafe { ffi::PQexec(self.0.as_ptr(), sql.as_ptr()) };
        self.rows(result)
    }

    fn prepare(&self, sql: &str) -> Result<(), Failure> {
        let sql = CString::new(sql)?;
        // SAFETY: the connection is valid, the texts end with NUL, and there are as many types as
        // given.
        let result = unsafe {
            ffi::PQprepare(
                self.0.as_ptr(),
                UPSERT.as_ptr(),
                sql.as_ptr(),
                TYPES.len() as c_int,
                TYPES.as_ptr(),
            )
        };
        self.rows(result)?.expect(ExecStatusType::PGRES_COMMAND_OK)
    }

    /// Sends the upsert, its parameters in the binary format, as Diesel does.
    fn upsert(&self, page: &str, day: i32, n: i64, by: i64) -> Result<(), Failure> {
        let (day, n, by) = (day.to_be_bytes(), n.to_be_bytes(), by.to_be_bytes());
        let values: [&[u8]; 4] = [page.as_bytes(), &day, &n, &by];
        let pointers: [*const c_char; 4] = values.map(|value| value.as_ptr().cast());
        let lengths: [c_int; 4] = values.map(|value| value.len() as c_int);
        let formats: [c_int; 4] = [1; 4];
        // SAFETY: the connection is valid, the name ends with NUL, and the statement was prepared
        // with four parameters, for which there are four pointers, lengths and formats. Each
        // pointer is to as many bytes as its length says, and they live until the call returns.
        let result = unsafe {
            ffi::PQexecPrepared(
                self.0.as_ptr(),
                UPSERT.as_ptr(),
                values.len() as c_int,
                pointers.as_ptr(),
                lengths.as_ptr(),
                formats.as_ptr(),
                1,
            )
        };
        self.rows(result)?.expect(ExecStatusType::PGRES_COMMAND_OK)
    }

    fn rows(&self, result: *mut ffi::PGresult) -> Result<Rows, Failure> {
        NonNull::new(result).map(Rows).ok_or_else(|| self.error())
    }

    /// The error of the last call.
    fn error(&self) -> Failure {
        // SAFETY: the connection is valid.
        let message = unsafe { ffi::PQerrorMessage(self.0.as_ptr()) };
        // SAFETY: libpq returns a text that ends with NUL and stays until the next call.
        unsafe { failure(message) }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // SAFETY: the connection is valid, and nothing uses it afterwards.
        unsafe { ffi::PQfinish(self.0.as_ptr()) };
    }
}

/// What the server answered. The pointer is valid until it is cleared, which only `drop` does.
struct Rows(NonNull<ffi::PGresult>);

impl Rows {
    fn expect(&self, wanted: ExecStatusType) -> Result<(), Failure> {
        // SAFETY: the result is valid.
        if unsafe { ffi::PQresultStatus(self.0.as_ptr()) } == wanted {
            return Ok(());
        }
        // SAFETY: the result is valid.
        let message = unsafe { ffi::PQresultErrorMessage(self.0.as_ptr()) };
        // SAFETY: libpq returns a text that ends with NUL and stays as long as the result.
        Err(unsafe { failure(message) })
    }

    /// The first column, of rows in the text format.
    fn first_column(&self) -> Result<Vec<i64>, Failure> {
        // SAFETY: the result is valid.
        let rows = unsafe { ffi::PQntuples(self.0.as_ptr()) };
        let value = |row| {
            // SAFETY: the result is valid. For a cell that is not there, NULL is returned.
            let value = unsafe { ffi::PQgetvalue(self.0.as_ptr(), row, 0) };
            let value = NonNull::new(value).ok_or("a row without a column")?;
            // SAFETY: libpq returns a text that ends with NUL and stays as long as the result.
            let value = unsafe { CStr::from_ptr(value.as_ptr()) };
            Ok(value.to_str()?.parse()?)
        };
        (0..rows).map(value).collect()
    }
}

impl Drop for Rows {
    fn drop(&mut self) {
        // SAFETY: the result is valid, and nothing uses it afterwards.
        unsafe { ffi::PQclear(self.0.as_ptr()) };
    }
}

/// # Safety
///
/// `message` must point to a text that ends with NUL.
unsafe fn failure(message: *const c_char) -> Failure {
    // SAFETY: the caller's promise; the text is copied.
    let message = unsafe { CStr::from_ptr(message) };
    Box::<dyn Error>::from(message.to_string_lossy().trim_end())
}
