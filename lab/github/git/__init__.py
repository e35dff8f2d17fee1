"""The bare git repositories: read, write, serve, and verify signatures."""
