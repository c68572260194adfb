"""The cause of a fault: the smallest set of choices of an event that explains it."""
