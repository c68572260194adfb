"""Where values come from: what the sandbox made up is told apart, however a consumer uses it."""
