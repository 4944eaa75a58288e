//! PostgreSQL, MariaDB and MySQL behind a proxy: connections cut, stalled and cut with their
//! answers, and the server killed.

use std::marker::PhantomData;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use diesel::QueryResult;
use diesel::result::ConnectionResult;
use upsert_harness::{Proxy, Server, ServerBuilder, Turn};

use super::{Counters, Soaked, soak};
use crate::counting::{Count, How};

struct Remote<Conn> {
    server: Mutex<Server>,
    direct: String,
    url: String,
    proxy: Proxy,
    conn: PhantomData<fn() -> Conn>,
}

impl<Conn: Count> Remote<Conn> {
    fn start(server: ServerBuilder) -> Self {
        let server = server.start().unwrap();
        let direct = server.url();
        Conn::establish(&direct)
            .unwrap()
            .batch_execute(Conn::TABLES)
            .unwrap();
        let proxy = Proxy::before(server.address()).unwrap();
        Self {
            url: proxy.url(&direct).expect("a URL"),
            server: Mutex::new(server),
            direct,
            proxy,
            conn: PhantomData,
        }
    }
}

impl<Conn: Count> Soaked for Remote<Conn> {
    type Conn = Conn;
    const RACE: Duration = Duration::from_secs(4);

    fn connect(&self) -> ConnectionResult<Conn> {
        Conn::establish(&self.url)
    }

    fn count(&self, conn: &mut Conn, how: How, turn: &mut Turn, page: &str) -> QueryResult<()> {
        turn.increment(page, 1, || conn.count(how, page))
    }

    fn fault(&self, turn: &mut Turn) -> &'static str {
        let pause = Duration::from_millis(turn.below(100) as u64);
        match turn.below(20) {
            0 => {
                let mut server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
                server.kill().unwrap();
                server.restart().unwrap();
                "kill"
            }
            1..=6 => {
                self.proxy.cut();
                "cut"
            }
            7..=12 => {
                self.proxy.hold();
                thread::sleep(pause);
                self.proxy.release();
                "stall"
            }
            _ => {
                self.proxy.hold_answers();
                thread::sleep(pause);
                self.proxy.cut();
                "answers lost"
            }
        }
    }

    fn stored(&self) -> Counters {
        let mut conn = Conn::establish(&self.direct).unwrap();
        conn.stored().unwrap().into_iter().collect()
    }
}

#[cfg(feature = "postgres")]
#[test]
fn postgres_loses_and_doubles_nothing() {
    let remote = Remote::<diesel::PgConnection>::start(Server::postgres());
    soak("PostgreSQL", &remote);
}

#[cfg(feature = "mysql")]
#[test]
fn mysql_loses_and_doubles_nothing() {
    let remote = Remote::<diesel::MysqlConnection>::start(crate::server::mysql());
    soak(crate::server::name(), &remote);
}
