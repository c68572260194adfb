"""What the functions, conditions and references of templates come to, as far as it is known."""
