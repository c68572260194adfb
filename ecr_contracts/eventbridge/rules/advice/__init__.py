"""What is to be said of an event pattern: verdicts, with their reasons and corrections."""
