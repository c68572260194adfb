"""Answers to AWS calls: made from the shapes of botocore, in agreement with the event."""
