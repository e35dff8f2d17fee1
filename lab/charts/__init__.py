"""The lab's Helm chart repositories: packages charts from directories and serves them over TLS."""
