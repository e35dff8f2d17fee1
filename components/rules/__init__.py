"""What Flux, GitHub, AWS and Kubernetes demand, as pure functions: no resource, no configuration, no network."""
