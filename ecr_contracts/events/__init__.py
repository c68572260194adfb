"""What an event may be: the model that the schemas describe, and how an event is judged by it."""
