"""The REST endpoints; each module registers its handlers."""
