//! Who takes part, and what each has to do.

use std::fmt;

use diesel::QueryResult;

use crate::failure::Failure;
use crate::schema::Hit;

/// One way to send the upsert, on a connection of its own.
pub(crate) trait Contestant {
    fn who(&self) -> Who;

    /// Sends one upsert for each hit, which adds 1 to its counter. This is what is timed.
    fn send(&mut self, hits: &[&Hit]) -> Result<(), Failure>;

    /// The counters that are stored now.
    fn counters(&mut self) -> Result<Vec<i64>, Failure>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    CClient,
    DieselByHand,
    UpsertKept,
    UpsertInTheLoop,
}

impl Who {
    /// Whether this is what the targets are set for.
    pub(crate) fn is_ours(self) -> bool {
        matches!(self, Self::UpsertKept | Self::UpsertInTheLoop)
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::CClient => "C client, prepared",
            Self::DieselByHand => "Diesel by hand",
            Self::UpsertKept => "upsert!, kept, .values(..)",
            Self::UpsertInTheLoop => "upsert!, values = { .. }",
        })
    }
}

/// A contestant that uses a Diesel connection.
struct OnDiesel<Conn, Send> {
    who: Who,
    conn: Conn,
    send: Send,
    counters: fn(&mut Conn) -> QueryResult<Vec<i64>>,
}

/// A contestant that sends with `send` and reads with `counters`, both on `conn`.
pub(crate) fn on_diesel<Conn: 'static>(
    who: Who,
    conn: Conn,
    counters: fn(&mut Conn) -> QueryResult<Vec<i64>>,
    send: impl Fn(&mut Conn, &[&Hit]) -> QueryResult<()> + 'static,
) -> Box<dyn Contestant> {
    Box::new(OnDiesel {
        who,
        conn,
        send,
        counters,
    })
}

impl<Conn, Send> Contestant for OnDiesel<Conn, Send>
where
    Send: Fn(&mut Conn, &[&Hit]) -> QueryResult<()>,
{
    fn who(&self) -> Who {
        self.who
    }

    fn send(&mut self, hits: &[&Hit]) -> Result<(), Failure> {
        Ok((self.send)(&mut self.conn, hits)?)
    }

    fn counters(&mut self) -> Result<Vec<i64>, Failure> {
        Ok((self.counters)(&mut self.conn)?)
    }
}
