"""The envelopes: what each target of a rule hands to its code, one row of a table each."""
