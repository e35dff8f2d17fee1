"""One application: what lies between one GitHub repository and one cluster."""
