DROP TABLE IF EXISTS upsert_writers;
DROP TABLE IF EXISTS upsert_ledger;
