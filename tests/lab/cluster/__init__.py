"""Flux itself, exposure, and the repository that describes the cluster."""
