"""What the program makes of one small set (`set/`), and says of the broken ones, as text to be read in review."""
