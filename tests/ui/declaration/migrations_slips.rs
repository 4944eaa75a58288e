#[path = "../schema.rs"]
mod schema;

use upsert_runtime::unique_keys;

unique_keys!(schema, migration = "migrations");
unique_keys!(schema, except = (users));
unique_keys!(schema,);
unique_keys!(schema, migrations);
unique_keys!(schema, migrations = folder);
unique_keys!(schema, migrations = {});
unique_keys!(schema, migrations = { postgre: "migrations" });
unique_keys!(schema, migrations = { postgres: migrations });
unique_keys!(schema, migrations = { postgres: "a", postgres: "b" });
unique_keys!(schema, migrations = "migrations", except = users);
unique_keys!(schema, migrations = "a", migrations = "b");
unique_keys!(schema, migrations = "migrations" except = (users));
unique_keys!("schema", migrations = "migrations");
unique_keys!(schema, migrations = "migrations", verify = "check");

fn main() {}
