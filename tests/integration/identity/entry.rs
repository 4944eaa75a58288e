//! A statement of the corpus, of whatever type, for each backend that has it.

use std::any::TypeId;
use std::rc::Rc;

use diesel::backend::Backend;
use diesel::mysql::Mysql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{QueryBuilder, QueryFragment, QueryId};
use diesel::sqlite::Sqlite;

use crate::schema::page_hits;

/// A statement, and how its form and its operand are called.
pub(super) struct Entry {
    pub(super) name: String,
    /// What Diesel looks it up by; `None` where it never does.
    pub(super) id: Option<TypeId>,
    on_sqlite: Option<Rc<dyn Statement<SqliteConnection>>>,
    #[cfg(feature = "postgres")]
    on_postgres: Rc<dyn Statement<PgConnection>>,
    #[cfg(feature = "mysql")]
    on_mysql: Option<Rc<dyn Statement<MysqlConnection>>>,
}

impl Entry {
    /// A statement that every backend has.
    pub(super) fn new<S>(name: String, statement: S) -> Self
    where
        S: QueryId + QueryFragment<Sqlite> + QueryFragment<Pg> + QueryFragment<Mysql> + 'static,
    {
        let statement = Rc::new(statement);
        Self {
            name,
            id: S::query_id(),
            on_sqlite: Some(statement.clone()),
            #[cfg(feature = "postgres")]
            on_postgres: statement.clone(),
            #[cfg(feature = "mysql")]
            on_mysql: Some(statement),
        }
    }

    /// A statement that MySQL has not.
    pub(super) fn new_but_on_mysql<S>(name: String, statement: S) -> Self
    where
        S: QueryId + QueryFragment<Sqlite> + QueryFragment<Pg> + 'static,
    {
        let statement = Rc::new(statement);
        Self {
            name,
            id: S::query_id(),
            on_sqlite: Some(statement.clone()),
            #[cfg(feature = "postgres")]
            on_postgres: statement,
            #[cfg(feature = "mysql")]
            on_mysql: None,
        }
    }

    /// A statement that SQLite has not.
    pub(super) fn new_but_on_sqlite<S>(name: String, statement: S) -> Self
    where
        S: QueryId + QueryFragment<Pg> + QueryFragment<Mysql> + 'static,
    {
        let statement = Rc::new(statement);
        let _ = &statement;
        Self {
            name,
            id: S::query_id(),
            on_sqlite: None,
            #[cfg(feature = "postgres")]
            on_postgres: statement.clone(),
            #[cfg(feature = "mysql")]
            on_mysql: Some(statement),
        }
    }

    /// A statement that PostgreSQL alone has.
    pub(super) fn new_on_postgres<S>(name: String, statement: S) -> Self
    where
        S: QueryId + QueryFragment<Pg> + 'static,
    {
        let _ = &statement;
        Self {
            name,
            id: S::query_id(),
            on_sqlite: None,
            #[cfg(feature = "postgres")]
            on_postgres: Rc::new(statement),
            #[cfg(feature = "mysql")]
            on_mysql: None,
        }
    }
}

/// A statement as a connection sees it.
pub(super) trait Statement<Conn> {
    fn sql(&self) -> String;
    fn execute(&self, conn: &mut Conn) -> QueryResult<usize>;
}

impl<S, Conn> Statement<Conn> for S
where
    Conn: Connection<Backend: Backend<QueryBuilder: Default> + Default>,
    S: QueryFragment<Conn::Backend> + QueryId,
{
    fn sql(&self) -> String {
        let mut builder = <Conn::Backend as Backend>::QueryBuilder::default();
        self.to_sql(&mut builder, &Conn::Backend::default())
            .expect("it is rendered");
        builder.finish()
    }

    fn execute(&self, conn: &mut Conn) -> QueryResult<usize> {
        conn.execute_returning_count(self)
    }
}

/// The numbers of a row: `n`, `likes` and `ratio`.
pub(super) type Numbers = (i64, Option<i64>, f64);

/// A connection on which the corpus is executed.
pub(super) trait Executes: Connection {
    /// The statement, if the backend has it.
    fn statement(entry: &Entry) -> Option<&dyn Statement<Self>>;

    /// What is stored.
    fn stored(&mut self) -> QueryResult<Vec<Numbers>>;
}

macro_rules! executes {
    ($conn:ty, |$entry:ident| $statement:expr) => {
        impl Executes for $conn {
            fn statement($entry: &Entry) -> Option<&dyn Statement<Self>> {
                $statement
            }

            fn stored(&mut self) -> QueryResult<Vec<Numbers>> {
                let numbers = (page_hits::n, page_hits::likes, page_hits::ratio);
                page_hits::table.select(numbers).load(self)
            }
        }
    };
}

executes!(SqliteConnection, |entry| entry.on_sqlite.as_deref());
#[cfg(feature = "postgres")]
executes!(PgConnection, |entry| Some(&*entry.on_postgres));
#[cfg(feature = "mysql")]
executes!(MysqlConnection, |entry| entry.on_mysql.as_deref());
