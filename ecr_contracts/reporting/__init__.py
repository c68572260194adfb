"""The only place with sentences about results."""
