"""What an event pattern is made of: text, operators, conditions, and how they are tried."""
