"""Secrets: stored in Parameter Store, and brought into the cluster under the keys that Flux reads."""
