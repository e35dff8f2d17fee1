"""The way in: how GitHub reaches Flux's webhook receiver."""
