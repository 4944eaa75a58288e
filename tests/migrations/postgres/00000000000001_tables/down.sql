DROP TABLE users;
DROP TABLE page_hits;
