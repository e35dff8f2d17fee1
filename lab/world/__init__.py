"""The processes and the content of a running lab."""
