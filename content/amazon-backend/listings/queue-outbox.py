"""An outbox, a relay that may repeat, an idempotent consumer."""

SCHEMA = """
CREATE TABLE orders (id INTEGER PRIMARY KEY, total INTEGER);
CREATE TABLE outbox (event INTEGER PRIMARY KEY,
  payload INTEGER, sent INTEGER DEFAULT 0);
CREATE TABLE seen (event INTEGER PRIMARY KEY);
CREATE TABLE revenue (total INTEGER);
INSERT INTO revenue VALUES (0);
"""


def place_order(db, order, total):
    with db:  # one transaction: both rows or neither
        db.execute("INSERT INTO orders VALUES (?, ?)", (order, total))
        event = "INSERT INTO outbox (payload) VALUES (?)"
        db.execute(event, (total,))


def relay(db, publish):
    unsent = "SELECT event, payload FROM outbox WHERE NOT sent"
    for event, payload in db.execute(unsent).fetchall():
        publish(event, payload)  # a crash here sends it again
        mark = "UPDATE outbox SET sent = 1 WHERE event = ?"
        with db:
            db.execute(mark, (event,))


def consume(db, event, payload):
    with db:  # the mark and the effect commit together
        sql = "INSERT INTO seen VALUES (?) ON CONFLICT DO NOTHING"
        if db.execute(sql, (event,)).rowcount:
            add = "UPDATE revenue SET total = total + ?"
            db.execute(add, (payload,))
    # only now: delete the message from the queue
