"""Checks: what would print or show badly, with file and line, before anything is typeset."""
