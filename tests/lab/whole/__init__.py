"""All features together, and the promises of the guide and the pages of docs/."""
