"""The protocol of provider plugins, and what the stand-ins have in common."""
