//! What stands between a client and its server, and can stall or cut what goes through it.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// A proxy on the loopback interface, for the faults that a network has.
///
/// ```
/// use std::io::{Read, Write};
/// use std::net::{TcpListener, TcpStream};
/// use upsert_harness::Proxy;
///
/// let server = TcpListener::bind("127.0.0.1:0")?;
/// let proxy = Proxy::before(server.local_addr()?)?;
/// let mut client = TcpStream::connect(proxy.address())?;
/// let (mut at_server, _) = server.accept()?;
///
/// proxy.hold_answer_to("commit"); // what the client sends gets there, ..
/// client.write_all(b"commit")?;
/// at_server.read_exact(&mut [0; 6])?;
/// at_server.write_all(b"done")?;
/// proxy.cut(); // .. and nobody will ever know what came of it
/// assert_eq!(client.read(&mut [0; 4]).unwrap_or(0), 0);
/// # std::io::Result::Ok(())
/// ```
///
/// A database's URL leads through it by [`url`](Self::url). When this is dropped, all connections
/// are closed.
#[derive(Debug)]
#[must_use = "the proxy is gone when this is dropped"]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    held: Held,
    /// The request from which on something is to be held, and what.
    trigger: Option<(Vec<u8>, Held)>,
    /// Whether what has waited on abandoned connections still does.
    abandoned_waits: bool,
    connections: Vec<Open>,
    accepted: u64,
    is_closed: bool,
}

/// An open connection.
#[derive(Debug)]
struct Open {
    number: u64,
    /// That of the client and that of the server.
    ends: [TcpStream; 2],
    /// Whether the client has lost it.
    is_abandoned: bool,
}

/// What waits at the proxy.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Held {
    #[default]
    Nothing,
    Answers,
    Everything,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    ToServer,
    ToClient,
}

/// Parameters of a URL that say where a server is, whatever stands before the path:
/// <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS>, and Diesel's
/// `MysqlConnection`.
const PLACES: [&str; 4] = ["host", "hostaddr", "port", "unix_socket"];

impl Proxy {
    /// A proxy before the server at this address.
    ///
    /// # Errors
    ///
    /// If no port can be listened on.
    pub fn before(server: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let accepting = thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, server, &shared)
        });
        Ok(Self {
            address,
            shared,
            accepting: Some(accepting),
        })
    }

    /// Where clients connect.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A server's URL, with the address of this proxy for its own.
    ///
    /// ```
    /// # use upsert_harness::Proxy;
    /// let proxy = Proxy::before("127.0.0.1:5432".parse().unwrap())?;
    /// let port = proxy.address().port();
    /// assert_eq!(
    ///     proxy.url("postgres://upsert@127.0.0.1:5432/postgres")?,
    ///     format!("postgres://upsert@127.0.0.1:{port}/postgres")
    /// );
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) where that would not lead through the proxy:
    /// it is no URL, but keywords of libpq's (`host=127.0.0.1 dbname=postgres`), or a parameter
    /// says where the server is (`?host=/tmp`). Nothing of it is in the error, for it may have a
    /// password.
    pub fn url(&self, server: &str) -> io::Result<String> {
        let invalid = |what: String| io::Error::new(io::ErrorKind::InvalidInput, what);
        let Some((scheme, rest)) = server.split_once("://") else {
            let what = "this is no URL: a proxy takes `postgres://user@host:port/database` or `mysql://..`";
            return Err(invalid(what.to_owned()));
        };
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let parameters = path
            .split_once('?')
            .map_or("", |(_, parameters)| parameters);
        let names = parameters
            .split('&')
            .map(|parameter| parameter.split('=').next().unwrap_or_default());
        if let Some(name) = names.into_iter().find(|name| PLACES.contains(name)) {
            let what = format!(
                "the parameter `{name}` of the URL says where the server is, past the proxy: a proxy takes a host and \
                 a port before the path, as in `postgres://user@host:port/database`"
            );
            return Err(invalid(what));
        }
        let user = authority
            .rsplit_once('@')
            .map_or(String::new(), |(user, _)| format!("{user}@"));
        Ok(format!("{scheme}://{user}{}{path}", self.address))
    }

    /// Nothing goes through in either direction, until [`release`](Self::release). The connections
    /// stay open, and what is sent waits.
    pub fn hold(&self) {
        self.set(Held::Everything);
    }

    /// What clients send goes through; what the server answers waits, until
    /// [`release`](Self::release).
    pub fn hold_answers(&self) {
        self.set(Held::Answers);
    }

    /// As [`hold_answers`](Self::hold_answers), from the first request on in which these bytes are:
    /// `hold_answer_to("COMMIT")`.
    ///
    /// A driver may ask more than one thing where one statement was meant: Diesel's MySQL
    /// connection takes three round trips for a `COMMIT`. Bytes that arrive in two pieces are not
    /// found.
    pub fn hold_answer_to(&self, request: impl Into<Vec<u8>>) {
        self.shared.state().trigger = Some((request.into(), Held::Answers));
    }

    /// As [`hold`](Self::hold), from the first request on in which these bytes are: it does not get
    /// to the server.
    pub fn hold_request(&self, request: impl Into<Vec<u8>>) {
        self.shared.state().trigger = Some((request.into(), Held::Everything));
    }

    /// Whether something is held: after [`hold_request`](Self::hold_request), whether that request
    /// has come.
    #[must_use]
    pub fn is_holding(&self) -> bool {
        self.shared.state().held != Held::Nothing
    }

    /// Clients lose their connections at once, and their servers do not hear of it: what has waited
    /// gets there at the next [`release`](Self::release). New connections go through.
    ///
    /// It is a network that delivers late, to a server that still does what nobody waits for.
    ///
    /// ```
    /// use std::io::{Read, Write};
    /// use std::net::{TcpListener, TcpStream};
    /// use upsert_harness::Proxy;
    ///
    /// let server = TcpListener::bind("127.0.0.1:0")?;
    /// let proxy = Proxy::before(server.local_addr()?)?;
    /// proxy.hold_request("commit");
    /// let mut client = TcpStream::connect(proxy.address())?;
    /// let (mut at_server, _) = server.accept()?;
    /// client.write_all(b"commit")?;
    /// while !proxy.is_holding() {
    ///     std::thread::yield_now();
    /// }
    ///
    /// proxy.abandon(); // the client is told nothing ..
    /// assert_eq!(client.read(&mut [0; 4]).unwrap_or(0), 0);
    /// proxy.release(); // .. and the server does it nevertheless
    /// let mut request = [0; 6];
    /// at_server.read_exact(&mut request)?;
    /// assert_eq!(&request, b"commit");
    /// # std::io::Result::Ok(())
    /// ```
    pub fn abandon(&self) {
        let mut state = self.shared.state();
        for open in &mut state.connections {
            open.is_abandoned = true;
            let [client, _] = &open.ends;
            // One that is closed already is no failure.
            let _ = client.shutdown(Shutdown::Both);
        }
        state.abandoned_waits = true;
        state.held = Held::Nothing;
        state.trigger = None;
        drop(state);
        self.shared.changed.notify_all();
    }

    /// Everything goes through again, what has waited first.
    pub fn release(&self) {
        self.set(Held::Nothing);
    }

    /// Closes all connections at once, in both directions. What has waited is lost. New connections
    /// go through.
    pub fn cut(&self) {
        let mut state = self.shared.state();
        for open in state.connections.drain(..) {
            close(&open.ends);
        }
        state.held = Held::Nothing;
        state.trigger = None;
        drop(state);
        self.shared.changed.notify_all();
    }

    fn set(&self, held: Held) {
        let mut state = self.shared.state();
        state.held = held;
        state.trigger = None;
        state.abandoned_waits &= held != Held::Nothing;
        drop(state);
        self.shared.changed.notify_all();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.state().is_closed = true;
        self.cut();
        // For the thread to see that it is over.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.accepting.take() {
            let _ = thread.join();
        }
        // One may have been on its way through.
        self.cut();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until these bytes may go on in this direction. False if the connection has been cut
    /// meanwhile.
    fn passes(&self, connection: u64, direction: Direction, bytes: &[u8]) -> bool {
        if direction == Direction::ToServer {
            self.state().notice(bytes);
        }
        let is_held = |state: &State| match (state.find(connection), state.held) {
            (None, _) => false,
            (Some(open), _) if open.is_abandoned => state.abandoned_waits,
            (_, Held::Nothing) => false,
            (_, Held::Answers) => direction == Direction::ToClient,
            (_, Held::Everything) => true,
        };
        let state = self
            .changed
            .wait_while(self.state(), |state| is_held(state));
        let state = state.unwrap_or_else(PoisonError::into_inner);
        state.find(connection).is_some()
    }
}

impl State {
    fn notice(&mut self, request: &[u8]) {
        let contains = |trigger: &Vec<u8>| {
            !trigger.is_empty()
                && request
                    .windows(trigger.len())
                    .any(|window| window == trigger)
        };
        if let Some((_, held)) = self.trigger.take_if(|(trigger, _)| contains(trigger)) {
            self.held = held;
        }
    }

    fn find(&self, connection: u64) -> Option<&Open> {
        let mut all = self.connections.iter();
        all.find(|open| open.number == connection)
    }
}

fn accept(listener: &TcpListener, server: SocketAddr, shared: &Arc<Shared>) {
    for client in listener.incoming() {
        if shared.state().is_closed {
            return;
        }
        // A client whose server is not there is turned away, as the server would.
        let Ok(client) = client else { continue };
        let _ = connect(client, server, shared);
    }
}

/// A thread for each direction, which ends with the connection.
fn connect(client: TcpStream, server: SocketAddr, shared: &Arc<Shared>) -> io::Result<()> {
    let server = TcpStream::connect(server)?;
    for end in [&client, &server] {
        end.set_nodelay(true)?;
    }
    let ends = [client.try_clone()?, server.try_clone()?];
    let number = {
        let mut state = shared.state();
        state.accepted += 1;
        let number = state.accepted;
        state.connections.push(Open {
            number,
            ends,
            is_abandoned: false,
        });
        number
    };
    let copies = [
        (
            client.try_clone()?,
            server.try_clone()?,
            Direction::ToServer,
        ),
        (server, client, Direction::ToClient),
    ];
    for (from, to, direction) in copies {
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            copy(from, to, |bytes| shared.passes(number, direction, bytes));
            let mut state = shared.state();
            if let Some(at) = state
                .connections
                .iter()
                .position(|open| open.number == number)
            {
                close(&state.connections.swap_remove(at).ends);
            }
            drop(state);
            shared.changed.notify_all();
        });
    }
    Ok(())
}

fn copy(mut from: TcpStream, mut to: TcpStream, passes: impl Fn(&[u8]) -> bool) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if !passes(&buffer[..length]) || to.write_all(&buffer[..length]).is_err() {
            return;
        }
    }
}

fn close(ends: &[TcpStream; 2]) {
    for end in ends {
        // One that is closed already is no failure.
        let _ = end.shutdown(Shutdown::Both);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by a panic")]
mod tests {
    use super::*;

    fn url(server: &str) -> Result<String, String> {
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
        let proxy = Proxy::before(anywhere).map_err(|error| error.to_string())?;
        let url = proxy.url(server).map_err(|error| {
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
            error.to_string()
        })?;
        Ok(url.replace(&proxy.address().to_string(), "PROXY"))
    }

    #[test]
    fn a_url_leads_through_the_proxy_and_keeps_all_else() {
        for (server, expected) in [
            ("postgres://h", "postgres://PROXY"),
            (
                "postgres://u:p%40@h:1/d?x=host",
                "postgres://u:p%40@PROXY/d?x=host",
            ),
            (
                "mysql://u@h:1?ssl_mode=disabled",
                "mysql://u@PROXY?ssl_mode=disabled",
            ),
        ] {
            assert_eq!(url(server).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn what_would_lead_past_the_proxy_is_refused() {
        for server in [
            "host=127.0.0.1 port=5432 password=secret",
            "127.0.0.1:5432",
            "",
        ] {
            assert_eq!(
                url(server).unwrap_err(),
                "this is no URL: a proxy takes `postgres://user@host:port/database` or `mysql://..`"
            );
        }
        for (server, name) in [
            ("postgres:///d?host=/tmp", "host"),
            ("postgres://h/d?x=1&port=5433", "port"),
            ("mysql://u@h/d?unix_socket=/run/mysqld.sock", "unix_socket"),
        ] {
            let error = url(server).unwrap_err();
            assert!(
                error.starts_with(&format!("the parameter `{name}` ")),
                "{error}"
            );
        }
    }
}
