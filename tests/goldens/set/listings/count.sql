UPDATE counters SET n = n + 1 -- "one" step & no more
WHERE id = 7 AND n < 10;
