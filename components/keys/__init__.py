"""Keys and tokens, created once and the same at every run, and GitHub's host keys."""
