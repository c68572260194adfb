"""The kinds of events that Amazon Inspector sends of images in ECR. It holds no code."""
