"""Typesetting: HTML and CSS to pages, with templates, themes and fonts."""
