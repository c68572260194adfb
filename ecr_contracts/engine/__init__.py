"""One subject judged: which events it is given, what counts as a finding, and what brings it about."""
