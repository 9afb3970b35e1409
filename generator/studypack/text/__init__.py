"""Text: Markdown, languages, and terms for the index."""
