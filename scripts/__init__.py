"""What renews the generated files that are committed."""
