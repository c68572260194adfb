"""By which entrances a consumer takes events: which envelopes its code opens, found by calling."""
