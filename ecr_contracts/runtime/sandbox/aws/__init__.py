"""Answers to AWS calls: the user's, those that agree with the event, and made-up ones."""
