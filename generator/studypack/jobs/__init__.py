"""Jobs: work as picklable values, run by an executor and kept in a cache."""
