"""One folder for one part: the pictures and the table."""
