"""Measurements that take longer than tests, or need tools that the project does not depend on."""
