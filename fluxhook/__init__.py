"""The command line `fluxhook`. The Pulumi program is `__main__.py` in the directory above."""
