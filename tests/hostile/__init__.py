"""Hostile content, faults in mid-build, and mistakes: each row of docs/limits.md is a test."""
