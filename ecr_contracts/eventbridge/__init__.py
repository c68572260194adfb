"""What AWS does with an event on its way to its consumer, and how it is found again."""
