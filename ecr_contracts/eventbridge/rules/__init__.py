"""What a rule does with an event: whether it takes it, and how it shapes what its target gets."""
