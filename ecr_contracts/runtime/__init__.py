"""Where and how the code under test runs: loaded, called, watched, in a worker process and a sandbox."""
