"""The cheat sheet: exactly one page, every selected question on it."""
