"""The checks, one file for each subject. Each yields what is wrong on one side, and what to do about it."""
