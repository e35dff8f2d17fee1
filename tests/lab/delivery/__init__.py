"""How what is pushed reaches the cluster: manifests, charts, branches, first files, and faults on the way."""
