"""One subject judged: which events it is given, what counts as a finding, what brings it about."""
