"""SSM documents, whose commands Run Command runs."""
