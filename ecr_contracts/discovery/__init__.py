"""What stands around a handler: its template, rule and variables, and what its source says."""
