"""From the model to events: named cases, covering arrays, Hypothesis strategies."""
