"""What a whole repository has that reacts to ECR's events, found without running any of it."""
