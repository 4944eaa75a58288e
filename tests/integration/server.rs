//! The servers that a test starts for itself.

use upsert_harness::{Server, ServerBuilder};

/// Whether it is MySQL, as `UPSERT_MYSQL_FOLDER` says where that is, or MariaDB: so has it
/// `scripts/with-servers`.
pub(crate) fn is_mysql() -> bool {
    std::env::var_os("UPSERT_MYSQL_FOLDER").is_some()
}

/// What it is called.
pub(crate) fn name() -> &'static str {
    if is_mysql() { "MySQL" } else { "MariaDB" }
}

pub(crate) fn mysql() -> ServerBuilder {
    if is_mysql() {
        Server::mysql()
    } else {
        Server::mariadb()
    }
}
