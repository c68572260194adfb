"""What can be judged besides a handler: input transformers, Run Command, state machines."""
