"""`fluxhook migrate`: from what OpenTofu or Terraform made to this stack, without a value in any file or output."""
