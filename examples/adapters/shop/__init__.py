"""What is told of a pushed image, through whatever door the event comes in."""
