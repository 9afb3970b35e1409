"""PDF: typeset parts bound to one document, and finished documents read back."""
