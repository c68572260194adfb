"""The contract between Amazon ECR and the code that reacts to its EventBridge events."""
