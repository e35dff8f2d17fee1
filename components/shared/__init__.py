"""What the applications of a stack share: created once per stack, as far as it is asked for."""
