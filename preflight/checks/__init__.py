"""The checks, a subject a file: each asks one side and yields what is wrong there, with what to do about it."""
