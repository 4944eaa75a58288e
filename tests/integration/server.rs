//! The servers that a test starts for itself.

use upsert_runtime::harness::{Server, ServerBuilder};

/// MariaDB, or MySQL where `UPSERT_MYSQL_FOLDER` says where that is: what `scripts/with-servers` starts, too.
pub(crate) fn mysql() -> ServerBuilder {
    match std::env::var_os("UPSERT_MYSQL_FOLDER") {
        Some(_) => Server::mysql(),
        None => Server::mariadb(),
    }
}
