"""Builds what the lab runs: Go programs and manifests, once for all clones."""
