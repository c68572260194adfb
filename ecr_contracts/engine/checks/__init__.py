"""What can be wrong with one call, as a table, and what is wrong with what it returned."""
