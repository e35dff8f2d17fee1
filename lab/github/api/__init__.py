"""Authentication, rights, and one call of the REST interface as its handler gets it."""
