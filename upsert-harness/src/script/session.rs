//! A session: its steps, and the thread that takes them.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender};

use diesel::QueryResult;
use diesel::connection::LoadConnection;
use diesel::result::ConnectionError;

use super::Seen;
use crate::Waits;

/// The steps of a session, in the order in which it takes them.
#[must_use = "a session needs its steps"]
pub struct Session<'a, Conn> {
    pub(super) name: String,
    pub(super) steps: Vec<Step<'a, Conn>>,
}

pub(super) struct Step<'a, Conn> {
    pub(super) name: String,
    take: Box<dyn Fn(&mut Conn) -> Seen + Sync + 'a>,
}

impl<'a, Conn> Session<'a, Conn> {
    pub(super) fn new(name: String) -> Self {
        Self {
            name,
            steps: Vec::new(),
        }
    }

    /// One more step, with a name that no other step of the script has. What it returns is in the
    /// transcript, by its `Debug`, and `()` as `done`.
    pub fn step<T: fmt::Debug>(
        mut self,
        name: impl Into<String>,
        take: impl Fn(&mut Conn) -> QueryResult<T> + Sync + 'a,
    ) -> Self {
        self.steps.push(Step {
            name: name.into(),
            take: Box::new(move |conn| Seen::of(&take(conn))),
        });
        self
    }
}

impl<Conn> fmt::Debug for Session<'_, Conn> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps: Vec<_> = self.steps.iter().map(|step| &step.name).collect();
        out.debug_struct("Session")
            .field("name", &self.name)
            .field("steps", &steps)
            .finish()
    }
}

/// What a session's thread tells the one that directs it.
pub(super) enum News {
    /// It is connected; this is what the database calls it.
    Ready(i64),
    NotConnected(ConnectionError),
    Failed(diesel::result::Error),
    /// A step has ended.
    Ended {
        seen: Seen,
        in_transaction: bool,
    },
    /// A step has panicked, with this payload.
    Panicked(Box<dyn Any + Send>),
}

impl<Conn> Session<'_, Conn>
where
    Conn: LoadConnection<Backend: Waits>,
{
    /// Connects and takes one step for each order, until there will be no more: then the connection
    /// is closed. News that nobody wants any more are dropped.
    pub(super) fn follow(
        &self,
        number: usize,
        connect: &dyn Fn() -> Result<Conn, ConnectionError>,
        orders: Receiver<usize>,
        news: &Sender<(usize, News)>,
    ) {
        let tell = |what| {
            let _ = news.send((number, what));
        };
        let mut conn = match connect() {
            Ok(conn) => conn,
            Err(error) => return tell(News::NotConnected(error)),
        };
        match Conn::Backend::id(&mut conn) {
            Ok(id) => tell(News::Ready(id)),
            Err(error) => return tell(News::Failed(error)),
        }
        for step in orders.into_iter().filter_map(|step| self.steps.get(step)) {
            // The connection is not used again after a panic.
            match catch_unwind(AssertUnwindSafe(|| (step.take)(&mut conn))) {
                Ok(seen) => {
                    // A connection that cannot say has broken, and holds nothing.
                    let in_transaction = Conn::Backend::in_transaction(&mut conn).unwrap_or(false);
                    tell(News::Ended {
                        seen,
                        in_transaction,
                    });
                }
                Err(payload) => return tell(News::Panicked(payload)),
            }
        }
    }
}
