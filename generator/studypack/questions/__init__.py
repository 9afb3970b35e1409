"""Question sets: the model, files with positions, validation, selection. Frozen and valid once loaded."""
