"""The command line of fluxhook; the Pulumi program itself is `__main__.py` beside it."""
