"""Terraform: its modules and plans as the resources of CloudFormation that they come to."""
