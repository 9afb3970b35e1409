"""Importers: one module for each foreign format; a file goes in, draft questions and a report come out."""
