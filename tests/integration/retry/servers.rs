//! Servers that go down, come up, have no room, or have become somebody else's replica.

use diesel::connection::{LoadConnection, SimpleConnection};
use diesel::prelude::*;
use upsert_harness::{Server, ServerBuilder};
use upsert_runtime::dialect::Transactions;
use upsert_runtime::retry;
use upsert_runtime::retry::{ErrorClass, Policy};

use crate::counting::Count;

fn start<Conn: Count>(server: ServerBuilder) -> Server {
    let server = server.start().unwrap();
    let mut conn = Conn::establish(&server.url()).unwrap();
    conn.batch_execute(Conn::TABLES).unwrap();
    server
}

/// It goes down with a transaction open, and a COMMIT is sent to another one that was.
fn goes_down<Conn>(server: ServerBuilder)
where
    Conn: Count + LoadConnection<Backend: Transactions>,
{
    let mut server = start::<Conn>(server);
    let url = server.url();
    let mut conn = Conn::establish(&url).unwrap();
    let failed = retry(&mut conn, &Policy::new(), |conn| {
        conn.hit("/")?;
        server.stop().unwrap();
        conn.hit("/")
    });
    let failed = failed.unwrap_err();
    assert_eq!(
        (failed.class, failed.attempts),
        (ErrorClass::NotSent, 1),
        "{failed}"
    );
    let Err(refused) = Conn::establish(&url) else {
        panic!("it is still there");
    };
    assert_eq!(
        ErrorClass::of_connecting(&refused),
        ErrorClass::NotSent,
        "{refused}"
    );

    server.restart().unwrap();
    let mut conn = Conn::establish(&url).unwrap();
    let failed = retry(&mut conn, &Policy::new(), |conn| {
        let n = conn.hit("/");
        server.kill().unwrap();
        n
    });
    let failed = failed.unwrap_err();
    assert_eq!(
        (failed.class, failed.attempts),
        (ErrorClass::OutcomeUnknown, 1),
        "{failed}"
    );

    server.restart().unwrap();
    let mut conn = Conn::establish(&url).unwrap();
    assert_eq!(conn.read("/"), Ok(0));
    assert_eq!(
        retry(&mut conn, &Policy::new(), |conn| conn.hit("/")).unwrap(),
        1
    );
}

/// There is no connection left, and a URL that is wrong is none to be tried again.
fn has_no_room<Conn: Count>(server: ServerBuilder, wrong: [&str; 2]) {
    let server = start::<Conn>(server);
    let mut connections = Vec::new();
    let error = loop {
        match Conn::establish(&server.url()) {
            Ok(conn) => connections.push(conn),
            Err(error) => break error,
        }
    };
    assert!(connections.len() > 1);
    assert_eq!(
        ErrorClass::of_connecting(&error),
        ErrorClass::NotSent,
        "{error}"
    );
    connections.clear();
    let [right, wrong] = wrong;
    crate::faults::wait_until("there is room again", || {
        Conn::establish(&server.url()).is_ok()
    });
    let Err(error) = Conn::establish(&server.url().replace(right, wrong)) else {
        panic!("it has let a stranger in");
    };
    assert_eq!(
        ErrorClass::of_connecting(&error),
        ErrorClass::Permanent,
        "{error}"
    );
}

#[cfg(feature = "postgres")]
mod postgres {
    use super::*;

    #[test]
    fn goes_down() {
        super::goes_down::<PgConnection>(Server::postgres());
    }

    #[test]
    fn has_no_room() {
        let server = Server::postgres()
            .durable(false)
            .option("max_connections=10");
        super::has_no_room::<PgConnection>(server, ["/postgres", "/nowhere"]);
    }
}

#[cfg(feature = "mysql")]
mod mysql {
    use super::*;
    use crate::server;

    #[test]
    fn goes_down() {
        super::goes_down::<MysqlConnection>(server::mysql());
    }

    #[test]
    fn has_no_room() {
        let server = server::mysql().durable(false).option("max_connections=10");
        super::has_no_room::<MysqlConnection>(server, ["/upsert", "/nowhere"]);
    }

    /// 1290, at a statement, and at the COMMIT of what was begun before.
    #[test]
    fn becomes_read_only() {
        let server = start::<MysqlConnection>(server::mysql().durable(false));
        let mut owner = MysqlConnection::establish(&server.url()).unwrap();
        // One who may not pass over `read_only`.
        owner
            .batch_execute(
                "CREATE USER plain@'%' IDENTIFIED BY 'upsert'; GRANT ALL ON upsert.* TO plain@'%'",
            )
            .unwrap();
        let url = server.url().replace("upsert:upsert@", "plain:upsert@");
        let conn = &mut MysqlConnection::establish(&url).unwrap();
        conn.hit("/").unwrap();
        owner.batch_execute("SET GLOBAL read_only = 1").unwrap();
        let failed = retry(conn, &Policy::new(), |conn| conn.hit("/")).unwrap_err();
        assert_eq!(
            (failed.class, failed.attempts),
            (ErrorClass::ReadOnly, 1),
            "{failed}"
        );

        owner.batch_execute("SET GLOBAL read_only = 0").unwrap();
        assert_eq!(
            retry(conn, &Policy::new(), |conn| conn.hit("/")).unwrap(),
            2
        );
    }
}
