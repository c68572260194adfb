"""What a secret is: by its name, by its look, in which forms it is met, and where some stand."""
