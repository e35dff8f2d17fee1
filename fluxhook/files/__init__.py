"""Verbs that work on files: they write, describe or draw what a stack is made of."""
