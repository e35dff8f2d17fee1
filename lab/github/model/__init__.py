"""The state of the double, and the JSON documents that show it."""
