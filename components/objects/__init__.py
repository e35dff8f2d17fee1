"""Kubernetes objects that the other rooms create, one function each, with their order and their place."""
