"""The handbook: front matter, a chapter for each topic, back matter."""
