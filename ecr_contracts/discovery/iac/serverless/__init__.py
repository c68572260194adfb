"""Configurations of the Serverless Framework, as the templates that they stand for."""
