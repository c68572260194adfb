"""The kinds of events of ECR that come by way of CloudTrail. It holds no code."""
