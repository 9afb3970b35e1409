"""Workflows: one function for each command."""
