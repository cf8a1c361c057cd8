-- A small warehouse of corner cases: rows at the same instant, no user, empty and missing values, texts that need care,
-- numbers that are none, lists without elements, clock times that daylight saving doubles or skips.
-- {PATH} is the file to make.
ATTACH '{PATH}' AS corner;
USE corner;

CREATE TABLE sales AS
SELECT
  i AS sale_id,
  CASE WHEN i < 40 THEN TIMESTAMP '2025-03-09 00:00:00' + to_minutes(i * 7)
       WHEN i < 80 THEN TIMESTAMP '2024-11-03 00:00:00' + to_minutes((i - 40) * 7)
       ELSE TIMESTAMP '2025-01-15 00:00:00' + to_minutes(CAST(hash(i) % 400000 AS BIGINT)) END AS sold_at,
  CASE WHEN i % 23 = 0 THEN NULL WHEN i % 29 = 0 THEN '' ELSE 'u' || hash(i * 3) % 25 END AS buyer,
  CASE WHEN i % 11 = 0 THEN NULL ELSE CAST((hash(i * 5) % 40000) / 100.0 - 50 AS DECIMAL(10,2)) END AS amount,
  CASE WHEN i % 13 = 0 THEN 'nan'::DOUBLE WHEN i % 17 = 0 THEN 'infinity'::DOUBLE WHEN i % 7 = 0 THEN NULL
       ELSE (hash(i * 7) % 1000) / 7.0 END AS weight,
  ['it''s', 'a "quote"', '', NULL, 'Straße', 'STRASSE', 'ς', 'Σ', 'K', 'k', '100%', 'a.b', E'two\nlines', 'back\slash',
   '-- no comment', 'İ'][1 + CAST(hash(i * 11) % 16 AS INTEGER)] AS note,
  CASE WHEN i % 5 = 0 THEN NULL ELSE i % 2 = 0 END AS is_gift,
  CASE WHEN i % 6 = 0 THEN NULL ELSE DATE '2025-01-01' + CAST(hash(i * 13) % 300 AS INTEGER) END AS due,
  timezone('UTC', TIMESTAMP '2025-01-01 00:00:00.123456' + to_minutes(CAST(hash(i * 17) % 500000 AS BIGINT))) AS seen_at,
  TIMESTAMP '2025-01-01 00:30:00' + to_minutes(CAST(hash(i * 19) % 500000 AS BIGINT)) AS packed_at,
  CASE WHEN i % 9 = 0 THEN NULL WHEN i % 10 = 0 THEN []
       ELSE list_filter(['red', 'blue', '', 'green'], lambda x, n: (hash(i * 23) >> n) % 2 = 1) END AS tags,
  CASE WHEN i % 8 = 0 THEN NULL ELSE CAST(hash(i * 29) % 5 AS INTEGER) END AS shop_id
FROM range(900) AS t(i);

-- One id twice: the row with the greater sold_at counts.
INSERT INTO sales SELECT * REPLACE (sold_at - INTERVAL 1 MINUTE AS sold_at, 999 AS amount) FROM sales WHERE sale_id IN (100, 200, 300);
-- Rows without time or id do not count.
INSERT INTO sales SELECT * REPLACE (NULL AS sold_at, 5000 + sale_id AS sale_id) FROM sales WHERE sale_id < 5;
INSERT INTO sales SELECT * REPLACE (NULL AS sale_id) FROM sales WHERE sale_id BETWEEN 10 AND 12;

CREATE TABLE lines AS
SELECT i AS line_id, CAST(hash(i) % 900 AS BIGINT) AS sale_id,
  CASE WHEN i % 31 = 0 THEN NULL ELSE 'p' || hash(i * 37) % 7 END AS product_id,
  CASE WHEN i % 19 = 0 THEN NULL ELSE CAST((hash(i * 41) % 2000) / 100.0 AS DECIMAL(8,2)) END AS price,
  CAST(1 + hash(i * 43) % 4 AS INTEGER) AS pieces
FROM range(1600) AS t(i);

-- Minutes are shared by many rows, so that ties are the rule.
CREATE TABLE clicks AS
SELECT
  'c' || i AS click_id, i % 3 AS device,
  ['looked', 'wanted', 'paid', 'left'][1 + CAST(hash(i * 47) % 4 AS INTEGER)] AS what,
  TIMESTAMP '2025-02-01 08:00:00' + to_minutes(CAST(hash(i * 53) % 9000 AS BIGINT)) + to_seconds(CAST(hash(i * 59) % 4 AS BIGINT)) AS happened_at,
  CASE WHEN i % 37 = 0 THEN NULL ELSE 'u' || hash(i * 61) % 25 END AS person,
  ['p0', 'p1', 'p2', NULL][1 + CAST(hash(i * 67) % 4 AS INTEGER)] AS product_id,
  CASE WHEN i % 4 = 0 THEN NULL ELSE CAST(hash(i * 71) % 30 AS INTEGER) END AS seconds,
  list_filter(['x', 'y', 'z'], lambda x, n: (hash(i * 73) >> n) % 3 = 1) AS labels
FROM range(2500) AS t(i);

CREATE TABLE buyers AS
SELECT
  'u' || i AS buyer_id,
  ['DE', 'TR', '', NULL, 'fr'][1 + i % 5] AS country,
  CASE WHEN i % 7 = 0 THEN NULL ELSE DATE '1970-01-01' + CAST(hash(i * 79) % 15000 AS INTEGER) END AS born_on,
  TIMESTAMP '2024-12-31 23:30:00' + to_hours(CAST(hash(i * 83) % 4000 AS BIGINT)) AS joined_at,
  CAST((hash(i * 89) % 9000) / 100.0 AS DECIMAL(9,2)) AS spent,
  CASE WHEN i % 6 = 0 THEN [] ELSE list_filter(['tea', 'jam', 'oil'], lambda x, n: (i >> n) % 2 = 1) END AS likes,
  CAST(i % 4 AS INTEGER) AS home
FROM range(22) AS t(i);

CREATE TABLE shops AS SELECT CAST(i AS DECIMAL(6,2)) AS shop_id, ['Kadıköy', 'O''Hare', '', NULL][1 + i] AS shop_name, i * 1.5 AS rent
FROM range(4) AS t(i);
CREATE TABLE products AS SELECT 'p' || i AS product_id, ['jaffle', 'beverage', 'jaffle', NULL, 'other', 'jaffle'][1 + i] AS kind FROM range(6) AS t(i);
CREATE TABLE towns AS SELECT i AS town_id, 'town ' || i AS town_name FROM range(3) AS t(i);

-- Times of other types: a date, a time with its zone; and rows without id, some of them the same.
CREATE TABLE mails AS SELECT i AS mail_id, DATE '2025-03-01' + CAST(hash(i * 97) % 60 AS INTEGER) AS sent_on, 'u' || i % 25 AS buyer FROM range(200) AS t(i);
CREATE TABLE refunds AS SELECT 'r' || i AS refund_id, timezone('UTC', TIMESTAMP '2025-03-01 00:00:00.9999' + to_seconds(CAST(hash(i * 101) % 5000000 AS BIGINT))) AS refunded_at,
  'u' || i % 25 AS buyer, i * 1.25 AS amount FROM range(200) AS t(i);
CREATE TABLE views AS SELECT TIMESTAMP '2025-03-01 10:00:00' + to_minutes(CAST(i % 50 AS BIGINT) * 400) AS viewed_at, 'u' || i % 5 AS buyer, i % 3 AS page FROM range(600) AS t(i);
SELECT 'made' AS done;
