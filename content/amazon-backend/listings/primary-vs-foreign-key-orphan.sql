-- A composite foreign key turns an orphan away; a NULL gets past it.
PRAGMA foreign_keys = ON; -- SQLite only, in each connection

CREATE TABLE order_lines (
  order_id INTEGER NOT NULL, -- SQLite's PRIMARY KEY does not imply it
  line_no INTEGER NOT NULL,
  sku VARCHAR(20) NOT NULL,
  PRIMARY KEY (order_id, line_no)
);

CREATE TABLE tickets (
  id INTEGER PRIMARY KEY,
  order_id INTEGER, -- nullable: not every ticket is about an order
  line_no INTEGER,
  FOREIGN KEY (order_id, line_no)
    REFERENCES order_lines (order_id, line_no) -- ON DELETE NO ACTION
);
CREATE INDEX tickets_line -- neither SQLite nor PostgreSQL adds it
  ON tickets (order_id, line_no);

INSERT INTO order_lines VALUES (8412, 1, 'lamp'), (8412, 2, 'bulb');
INSERT INTO order_lines VALUES (8412, 2, 'fuse'); -- taken: rejected

INSERT INTO tickets VALUES (1, 8412, 2);
INSERT INTO tickets VALUES (2, NULL, NULL);
INSERT INTO tickets VALUES (3, 8412, 9); -- orphan: rejected
INSERT INTO tickets VALUES (4, 9999, NULL); -- one NULL: accepted

DELETE FROM order_lines
WHERE order_id = 8412 AND line_no = 2; -- referenced: rejected
