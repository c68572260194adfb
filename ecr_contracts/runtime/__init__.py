"""Where and how the code under test runs: loaded, called and traced, in a worker process and a sandbox."""
