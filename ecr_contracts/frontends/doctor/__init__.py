"""What `doctor` looks at: this environment, the project's configuration, and the sandbox."""
