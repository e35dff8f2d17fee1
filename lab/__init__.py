"""A world for fluxhook without accounts, on one machine."""
