"""The aws stand-in: parameters of the Parameter Store."""
