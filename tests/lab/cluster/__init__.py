"""What a cluster has before and beside applications: Flux, ways in, its own repository."""
