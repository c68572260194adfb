"""Step Functions state machines: definitions, an engine that runs them, executions judged."""
