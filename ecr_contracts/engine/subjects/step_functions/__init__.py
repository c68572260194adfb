"""Step Functions state machines: definitions, an engine that runs them, and what comes of events."""
