"""Credentials that Flux and Pulumi use for GitHub and AWS, and where secrets are stored."""
