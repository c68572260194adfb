"""Templates of CloudFormation and SAM, and what CDK synthesises: functions, rules, feeds."""
