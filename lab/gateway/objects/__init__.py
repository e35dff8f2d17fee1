"""The objects that a gateway reads and the statuses that it writes, as pydantic models."""
