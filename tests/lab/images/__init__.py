"""Image automation: tags, policies, and signed commits."""
