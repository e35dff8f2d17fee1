"""`fluxhook verify`, `status` and `deliveries` on a stack that is up; each link of the chain is broken once."""
