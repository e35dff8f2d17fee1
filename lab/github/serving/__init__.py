"""The servers of the double: HTTP, git over HTTPS and git over SSH."""
