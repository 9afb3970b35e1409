"""Storage: atomic writes, temporary files, and the manifest of a pack."""
