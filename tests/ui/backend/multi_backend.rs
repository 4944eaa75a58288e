use diesel::mysql::Mysql;
use diesel::pg::Pg;
use diesel::sqlite::{Sqlite, SqliteConnection};
use upsert_runtime::multi_backend;

macro_rules! case {
    ($name:ident: $($tokens:tt)*) => {
        mod $name {
            use super::*;

            #[derive(diesel::MultiConnection)]
            pub enum AnyConnection {
                Sqlite(SqliteConnection),
            }

            $($tokens)*
        }
    };
}

case! { more: multi_backend!(MultiBackend: Sqlite, Pg, Mysql,); }
case! { misspelt: multi_backend!(MultiBackend: Sqlit); }
case! { no_backend: multi_backend!(MultiBackend: Sqlite, SqliteConnection); }
case! { missing: multi_backend!(MultiBackend: Pg); }
case! { twice: multi_backend!(MultiBackend: Sqlite, Pg, Sqlite); }
case! { unnamed: multi_backend!(Sqlite, Pg); }
case! { name_alone: multi_backend!(MultiBackend); }
case! { none: multi_backend!(MultiBackend:); }
case! { no_comma: multi_backend!(MultiBackend: Sqlite Pg); }
case! { nothing: multi_backend!(); }
case! { no_type: multi_backend!("MultiBackend": Sqlite); }

fn main() {}
