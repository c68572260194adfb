"""What was meant by a pattern that lets nothing through, or that EventBridge refuses."""
