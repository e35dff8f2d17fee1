"""The command line `fluxhook`. The Pulumi program is `__main__.py` in the directory above.

`cli` names the verbs. Each room has those of one subject and registers them: `files` writes and describes files,
`demo` has what runs in the lab. `stacks` is how a verb reads a real stack, and `errors` how it ends.
"""
