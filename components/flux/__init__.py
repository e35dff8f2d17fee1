"""Flux's own kinds: one file each, with its inputs and a function that creates it."""
