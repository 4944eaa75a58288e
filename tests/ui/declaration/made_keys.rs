use upsert_runtime::{unique_keys, upsert};

mod schema {
    diesel::table! {
        articles (id) {
            id -> BigInt,
            first -> Text,
            last -> Text,
            slug -> Text,
            email -> Text,
            tag -> Text,
            n -> Integer,
        }
    }
}

unique_keys!(schema, migrations = { postgres: "migrations/made/postgres" });

use schema::articles;

fn main() {
    // Accepted: what is proposed is the same in both rows.
    let _ = upsert!(articles, conflict = (slug), set = < n += 1 >);
    let _ = upsert!(articles, conflict = (slug), set = < first, last = excluded.last >);
    let _ = upsert!(articles, values = { id: 1, first: "a", last: "b", n: 1 }, conflict = key(articles_upper), set = < .. >);
    // Accepted: what `table!` says is NOT NULL has such a value.
    let _ = upsert!(articles, values = { email: "a", n: 1 }, conflict = (email), set = < n += 1 >);

    let _ = upsert!(articles, conflict = (slug), set = < first = "a" >);
    let _ = upsert!(articles, conflict = (slug), set = < n += 1, last >);
    let _ = upsert!(articles, conflict = key(articles_upper), set = < last = excluded.last, first = articles.first >);
    let _ = upsert!(articles, values = { first: "a", n: 1 }, conflict = (slug), set = < n += 1 >);
    let _ = upsert!(articles, values = { slug: "ab", first: "a", last: "b", n: 1 }, conflict = (slug), set = < n += 1 >);
    // The migrations say that it can be NULL.
    let _ = upsert!(articles, conflict = (email), set = < n += 1 >);
    let _ = upsert!(articles, values = { first: "", last: "b", n: 1 }, conflict = (tag), set = < n += 1 >);
}
