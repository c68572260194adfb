"""What the consumer of a batch answers to whoever handed it over: the records that failed, or transformed ones.

Sources: Lambda developer guide, "Implementing partial batch responses" of SQS and "Configuring
partial batch response with Kinesis Data Streams and Lambda": what counts as success and as failure;
with a stream, everything is tried again from the first record that is named. Firehose developer
guide, "Required parameters for data transformation".
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecr_contracts.core.text import shortened
from ecr_contracts.eventbridge.envelopes.codec import value_at

FAILURES, IDENTIFIER = "batchItemFailures", "itemIdentifier"
"""The key of the records that failed, and of the id in each entry."""

_RESULTS = ("Ok", "Dropped", "ProcessingFailed")
_FAILED = _RESULTS[2]
_LONGEST = 40  # characters of an id that is shown


def identifiers(payload: Any) -> tuple[str, ...]:
    """The ids by which the records of a batch are told to have failed, in their order; none where nobody listens.

    They are the messageId of SQS and the sequenceNumber of Kinesis.
    """
    records = value_at(payload, "Records")
    found = [_identifier(one) for one in records] if isinstance(records, list) else []
    return tuple(one for one in found if one is not None)


def is_stream(payload: Any) -> bool:
    """Whether the records of a batch are those of a stream, which is read on from the first that failed."""
    records = value_at(payload, "Records")
    return isinstance(records, list) and any(
        value_at(one, "kinesis") is not None for one in records
    )


def _identifier(record: Any) -> str | None:
    found = value_at(record, "messageId") or value_at(record, "kinesis", "sequenceNumber")
    return found if isinstance(found, str) else None


def reports(returned: Any) -> bool:
    """Whether an answer is one that tells which records failed, be it well-formed or not."""
    return FAILURES in _answer(returned)


def gives_back(returned: Any) -> bool:
    """Whether an answer says that some record failed, by whatever id."""
    if returned is None:
        return False
    answer = _answer(returned)
    records = answer.get("records")
    failed = isinstance(records, list) and any(
        value_at(one, "result") == _FAILED and value_at(one, "recordId") for one in records
    )
    return failed or bool(answer.get(FAILURES))


def named(returned: Any, ids: Sequence[str]) -> set[int]:
    """The numbers of the records that an answer names."""
    entries = _answer(returned).get(FAILURES)
    given = [value_at(one, IDENTIFIER) for one in entries] if isinstance(entries, list) else []
    return {number for number, one in enumerate(ids) if one in given}


def malformed(returned: Any, payload: Any) -> str:
    """What is wrong with the form or the ids of an answer that tells which records failed, if anything is."""
    if isinstance(returned, str):
        return f"{FAILURES} is returned as a text, not as an object"
    entries = _answer(returned).get(FAILURES)
    if entries is None:
        return ""
    if not isinstance(entries, list):
        return f"{FAILURES} is {_sort(entries)}, not a list"
    ids = identifiers(payload)
    return next((wrong for one in entries if (wrong := _wrong(one, ids, payload))), "")


def _wrong(entry: Any, ids: Sequence[str], payload: Any) -> str:
    """What is wrong with one entry."""
    whole = "Lambda takes the whole batch for failed"
    if not isinstance(entry, Mapping) or IDENTIFIER not in entry:
        keys = (
            f"an object of {', '.join(map(str, entry))}"
            if isinstance(entry, Mapping) and entry
            else _sort(entry)
        )
        return f"an entry of {FAILURES} is {keys}, without {IDENTIFIER}: {whole}"
    given = entry[IDENTIFIER]
    if given is None or given == "":
        return f"an {IDENTIFIER} is {json.dumps(given)}: {whole}"
    if given in ids:
        return ""
    wanted = "sequenceNumber" if is_stream(payload) else "messageId"
    found = next(
        (
            f"the {path} of record {number} of {len(ids)}, not its {wanted}"
            for number, record in enumerate(payload["Records"], 1)
            for path, value in _values(record, "")
            if value == given
        ),
        f"{_shown(given)}, which is no {wanted} of the batch",
    )
    return f"an {IDENTIFIER} is {found}" + ("" if is_stream(payload) else f": {whole}")


def transformed_badly(returned: Any, payload: Any) -> str:
    """What is wrong with the records that Firehose gets back, if anything is: each is wanted once, by its recordId."""
    wanted = [one["recordId"] for one in payload["records"]]
    records = returned.get("records") if isinstance(returned, Mapping) else None
    if not isinstance(records, list):
        return f"it returns {_sort(returned)} without a list `records`: no record is delivered"
    given = Counter(
        value_at(one, "recordId") for one in records if isinstance(value_at(one, "recordId"), str)
    )
    for number, one in enumerate(wanted, 1):
        if given[one] != 1:
            often = (
                "is missing in the answer"
                if not given[one]
                else f"is {given[one]} times in the answer"
            )
            return f"record {number} of {len(wanted)} {often}: Firehose takes it for failed"
    if len(records) != len(wanted):
        return "an entry has a recordId that was not handed over"
    return next((wrong for one in records if (wrong := _transformed_wrong(one))), "")


def _transformed_wrong(entry: Mapping[str, Any]) -> str:
    result, content = entry.get("result"), entry.get("data")
    if result not in _RESULTS:
        return f"a result is {_shown(result)}, not {', '.join(_RESULTS[:2])} or {_FAILED}"
    # What is dropped or failed need not be delivered, so that its data does no harm.
    if result == "Ok" and not _is_base64(content):
        return f"the data of a record is {_sort(content)}, not base64"
    return ""


def _is_base64(content: Any) -> bool:
    try:
        return isinstance(content, str) and base64.b64decode(content, validate=True) is not None
    except ValueError:
        return False


def _answer(returned: Any) -> Mapping[str, Any]:
    """An answer as an object, even where it is returned as its text."""
    if isinstance(returned, str) and FAILURES in returned:
        try:
            returned = json.loads(returned)
        except ValueError:
            return {}
    return returned if isinstance(returned, Mapping) else {}


def _values(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    match value:
        case Mapping():
            for key, inner in value.items():
                yield from _values(inner, f"{path}.{key}" if path else str(key))
        case str() if path.endswith("body"):
            yield path, value
            try:
                yield from _values(json.loads(value), path)
            except ValueError:
                return
        case _:
            yield path, value


def _sort(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case str():
            return "a text"
        case Mapping():
            return "an object"
        case list():
            return "a list"
        case _:
            return f"a {type(value).__name__}"


def _shown(value: Any) -> str:
    return shortened(json.dumps(value), _LONGEST)
