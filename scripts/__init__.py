"""Scripts that regenerate committed files."""
