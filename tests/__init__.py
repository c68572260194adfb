"""The tests: one module for each module of the package, and the judges and generators they share."""
