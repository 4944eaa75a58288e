//! Through `diesel-async`.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use upsert_runtime::upsert;

use crate::schema::page_hits;

#[test]
fn an_asynchronous_connection_executes_it() {
    let db = crate::database::postgres("an_asynchronous_connection_executes_it");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let counted = runtime.block_on(async {
        let conn = &mut AsyncPgConnection::establish(&db.url).await.unwrap();
        let hit = upsert!(page_hits, conflict = (page, day), set = < n += 1 >);
        let row = (
            page_hits::page.eq("/"),
            page_hits::day.eq(1),
            page_hits::n.eq(1),
        );
        hit.values(row).execute(conn).await.unwrap();
        hit.values(row).execute(conn).await.unwrap();
        hit.values(row)
            .returning(page_hits::n)
            .get_result::<i64>(conn)
            .await
            .unwrap()
    });
    assert_eq!(counted, 3);
}
