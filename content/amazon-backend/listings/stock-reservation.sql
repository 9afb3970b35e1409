-- Two lamps, three buyers, and no lock held while they pay.
CREATE TABLE stock (
  sku VARCHAR(20) PRIMARY KEY,
  free INTEGER NOT NULL CHECK (free >= 0) -- the last line of defence
);
CREATE TABLE reservations (
  id INTEGER PRIMARY KEY,
  sku VARCHAR(20) NOT NULL REFERENCES stock (sku),
  state VARCHAR(8) NOT NULL, -- held, then sold or expired
  ends_at INTEGER NOT NULL
);
INSERT INTO stock VALUES ('lamp', 2);

-- Reserve: a changed row means yes. Both lines are one transaction.
UPDATE stock SET free = free - 1
WHERE sku = 'lamp' AND free > 0; -- 1 row
INSERT INTO reservations VALUES (1, 'lamp', 'held', 600);
UPDATE stock SET free = free - 1
WHERE sku = 'lamp' AND free > 0; -- 1 row
INSERT INTO reservations VALUES (2, 'lamp', 'held', 660);
UPDATE stock SET free = free - 1
WHERE sku = 'lamp' AND free > 0; -- 0 rows: sold out

-- Paid: only a reservation that is still held becomes a sale.
UPDATE reservations SET state = 'sold'
WHERE id = 1 AND state = 'held'; -- 1 row

-- At 661 the sweeper expires what is held too long, then frees it.
UPDATE reservations SET state = 'expired'
WHERE id = 2 AND state = 'held' AND ends_at <= 661; -- 1 row
UPDATE stock SET free = free + 1 WHERE sku = 'lamp'; -- 1 row

-- A payment that comes too late finds nothing to sell: refund it.
UPDATE reservations SET state = 'sold'
WHERE id = 2 AND state = 'held'; -- 0 rows
