"""Runs the lab: its processes, their ports and its directory."""
