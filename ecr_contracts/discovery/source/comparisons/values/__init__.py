"""What the expressions of a handler's code stand for: fields of its event, variables, literals."""
