"""The envelopes: what each target of a rule hands to its code, one row of a table each.

To add an envelope:

1. Write how it looks in the module of its service (`sqs`, `sns`, `streams`, `logs`, `targets`;
   `direct` where the event stands alone), or in a new one: a function that makes the payload of
   some events, and a `Layer` for each JSON document in it, with the page of AWS at the top.
2. Add its row to `registry`: name, words for the help text, that function, its layers from the
   outside to the inside, and the `Signs` by which source code shows that it reads it, if it has
   any. Everything else (command line, pytest, `unwrap`, what a handler is taken to be fed by)
   reads the table.
3. Give it a judge in `tests/unit/eventbridge/test_envelopes_judged.py`: somebody else's parser, a
   shape of botocore, or a JSON Schema of AWS's page in `envelopes.json`. All other tests of
   envelopes go over the table.
"""
