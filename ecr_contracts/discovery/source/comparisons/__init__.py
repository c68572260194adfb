"""What a handler's code compares with fields of its event, and which answers lead on."""
