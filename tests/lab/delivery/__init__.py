"""Delivery of commits: manifests, charts, pull requests, scaffolds, and faults."""
