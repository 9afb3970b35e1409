-- Four plans of one query (SQLite): sort, search, scan, next page.
CREATE TABLE orders (
  id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL,
  placed_at TEXT NOT NULL, total INTEGER NOT NULL);
WITH RECURSIVE n(i) AS
  (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
INSERT INTO orders
SELECT i, i * 7919 % 100,
  datetime('2026-01-01', i || ' minutes'), i % 97 FROM n;

-- 1. Without an index
EXPLAIN QUERY PLAN SELECT id, placed_at, total FROM orders
WHERE customer_id = 7 ORDER BY placed_at DESC, id DESC LIMIT 20;
-- SCAN orders
-- USE TEMP B-TREE FOR ORDER BY

-- 2. Index the query: the equality column first, then the sort columns
CREATE INDEX page_ix ON orders (customer_id, placed_at, id);
EXPLAIN QUERY PLAN SELECT id, placed_at, total FROM orders
WHERE customer_id = 7 ORDER BY placed_at DESC, id DESC LIMIT 20;
-- SEARCH orders USING INDEX page_ix (customer_id=?)

-- 3. Not sargable: the index knows customer_id, not customer_id + 0
EXPLAIN QUERY PLAN SELECT id, placed_at, total FROM orders
WHERE customer_id + 0 = 7 ORDER BY placed_at DESC, id DESC LIMIT 20;
-- SCAN orders
-- USE TEMP B-TREE FOR ORDER BY

-- 4. Next page by keyset: start behind the last row seen, no OFFSET
EXPLAIN QUERY PLAN SELECT id, placed_at, total FROM orders
WHERE customer_id = 7
  AND (placed_at, id) < ('2026-01-06 14:13:00', 8053)
ORDER BY placed_at DESC, id DESC LIMIT 20;
-- SEARCH orders USING INDEX page_ix (customer_id=? AND placed_at<?)
