"""The kinds of events that Amazon ECR sends itself, a JSON Schema each. It holds no code."""
