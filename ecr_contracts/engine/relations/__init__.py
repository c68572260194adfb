"""What can be wrong between several calls: metamorphic relations, batches, vacuity."""
