"""The envelopes: what each target of a rule hands to its code, one row of a table each.

To add an envelope:

1. Write how it looks in the module of its service (`sqs`, `sns`, `streams`, `logs`, `pipes`,
   `bus_v2`, `destinations`, `targets`; `direct` where the event stands alone), or in a new one: a
   function that makes the payload of some events, and a `Layer` for each JSON document in it, with
   the page of AWS at the top.
2. Add its row to `registry`: name, words for the help text, that function, its layers from the
   outside to the inside, and the `Signs` by which source code shows that it reads it, if it has
   any. The command line, pytest, `unwrap`, and what source code tells all read the table.
3. Where a template can show that a function is fed so, tell `discovery/iac/cloudformation/feeds.py`
   which resource does it: `_EVENT_SOURCES` (events of a SAM function), `_MAPPING_SOURCES` (sources
   of an event source mapping) with `MAPPED_ENVELOPES`, or a case of `_direct_deliveries` for any
   other. What a rule reaches with no records in between is in
   `discovery/iac/cloudformation/rules.py`.
4. If it `batches`, all checks of batches are made in it. What is wanted of one envelope alone is
   asked by its name, in `engine/relations/batches.py` and `engine/trial.py`.
5. Add its row to the table of `docs/guides/queues.md`.
6. Give it a judge in `tests/unit/eventbridge/test_envelopes_judged.py`: somebody else's parser, a
   shape of botocore, or a JSON Schema of AWS's page in `envelopes.json`. All other tests of
   envelopes go over the table.
"""
