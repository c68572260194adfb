"""What can be judged: handlers, input transformers, Run Command, state machines."""
