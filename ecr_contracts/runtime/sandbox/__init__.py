"""A place where a consumer runs with no network and no AWS: its calls are answered and recorded."""
