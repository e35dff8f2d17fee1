"""Keys and tokens: created once, derived from randomness in the state, the same at every run."""
