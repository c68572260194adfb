"""What shape a consumer has: how code that is no Lambda handler is given its events."""
