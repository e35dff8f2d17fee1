"""What Flux and Pulumi show to GitHub and AWS, and where a secret lies."""
