"""The tests, in three tiers, with the judges and generators that they share: see README.md."""
