"""What a rule does with an event: how it shapes what its target gets."""
