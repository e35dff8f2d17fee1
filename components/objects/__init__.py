"""Kubernetes objects of which everything else consists, one function each."""
