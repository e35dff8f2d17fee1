"""Builds the lab's Go programs and downloads its manifests, into a cache that all clones share."""
