"""What has changed between two versions of the schemas, shown by events that tell them apart."""
