"""The state of the double, its JSON documents, and GitHub's description of them."""
