"""Everything at once, and what the pages and the guide promise."""
