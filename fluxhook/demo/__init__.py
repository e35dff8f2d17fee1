"""What runs in the lab: `fluxhook lab …`, the demo, and how a pushed commit is followed into the cluster."""
