"""The stand-in for pulumi-kubernetes: any kind that the API server knows, by discovery."""
