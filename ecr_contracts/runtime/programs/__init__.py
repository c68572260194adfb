"""Programs of any language as consumers: started, given a line for each event, and read."""
