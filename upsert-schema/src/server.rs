//! MySQL and MariaDB, where they are not the same.

/// A server that the SQL for `mysql` may run on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Server {
    /// Whether it is MariaDB.
    pub maria: bool,
    /// As comments have it: 9.7.1 is 90701, 11.8.2 is 110802.
    pub version: u32,
}

/// Whose statements a comment has that runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Condition {
    maria: bool,
    pub(crate) version: Option<u32>,
}

impl Server {
    /// The oldest that is looked at.
    pub(crate) const MYSQL: Self = Self {
        maria: false,
        version: 50_700,
    };
    /// The same of MariaDB.
    pub(crate) const MARIADB: Self = Self {
        maria: true,
        version: 100_200,
    };

    /// One of each kind, and of each version at which a comment begins to run. The comment that is
    /// for 999999 is for none.
    pub(crate) fn all(versions: &[u32]) -> Vec<Self> {
        let mut all = vec![Self::MYSQL, Self::MARIADB];
        for version in versions.iter().copied().filter(|known| *known < 999_999) {
            let maria = version >= 100_000;
            let server = Self { maria, version };
            let oldest = if maria { Self::MARIADB } else { Self::MYSQL };
            if version > oldest.version && !all.contains(&server) {
                all.push(server);
            }
        }
        all
    }

    /// Whether it runs the statements of such a comment. MariaDB passes over those of MySQL 5.7 and
    /// later: <https://mariadb.com/docs/server/reference/sql-statements/comment-syntax>,
    /// <https://dev.mysql.com/doc/refman/9.7/en/comments.html>.
    pub(crate) fn runs(self, condition: Condition) -> bool {
        let version = condition.version.unwrap_or(0);
        let of_mysql = (50_700..100_000).contains(&version) && !condition.maria;
        version <= self.version
            && if self.maria {
                !of_mysql
            } else {
                !condition.maria
            }
    }
}

impl Condition {
    /// That of the comment at the beginning of `text`, and how many bytes it takes.
    pub(crate) fn of(text: &str) -> Option<(Self, usize)> {
        let (maria, open) = match text.as_bytes() {
            [b'/', b'*', b'!', ..] => (false, 3),
            [b'/', b'*', b'M', b'!', ..] => (true, 4),
            _ => return None,
        };
        let rest = text.get(open..)?;
        let digits = rest.bytes().take(6).take_while(u8::is_ascii_digit).count();
        // A version has five digits, or six.
        let digits = if digits < 5 { 0 } else { digits };
        let version = rest.get(..digits)?.parse().ok();
        Some((Self { maria, version }, open + digits))
    }
}
