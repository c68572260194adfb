"""Batch responses: which records a consumer reports as failed, or hands back transformed.

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
from ecr_contracts.runtime.entries.poll_loop import POLLED

FAILURES, IDENTIFIER = "batchItemFailures", "itemIdentifier"
"""The key of the records that failed, and of the id in each entry."""

_OK, _DROPPED, _FAILED = "Ok", "Dropped", "ProcessingFailed"
_LONGEST = 40  # characters of an id that is shown


# --- partial batch responses: SQS and Kinesis -----------------------------------------------------


def record_ids(payload: Any) -> tuple[str, ...]:
    """The ids by which the records of a batch are reported as failed, in their order.

    They are the messageId of SQS and the sequenceNumber of Kinesis; there are none where nobody
    reads such a response.
    """
    ids: list[str] = []
    for record in _list_at(payload, "Records"):
        record_id = value_at(record, "messageId") or value_at(record, "kinesis", "sequenceNumber")
        if isinstance(record_id, str):
            ids.append(record_id)
    return tuple(ids)


def message_ids(payload: Any) -> tuple[str, ...]:
    """The ids of the messages that a poll loop receives, in their order."""
    ids = [value_at(message, "MessageId") for message in _list_at(payload, "Messages")]
    return tuple(message_id for message_id in ids if isinstance(message_id, str))


def polled(returned: Any) -> Mapping[str, Any]:
    """What a poll loop did with its messages, in numbers; empty for what is no poll loop."""
    counts = _response(returned).get(POLLED)
    return counts if isinstance(counts, Mapping) else {}


def received_nothing(returned: Any) -> bool:
    """Whether a poll loop ended and received none of its messages."""
    return polled(returned).get("received") == 0


def is_stream(payload: Any) -> bool:
    """Whether a batch is of a stream, which is read on from the first record that failed."""
    records = _list_at(payload, "Records")
    return any(value_at(record, "kinesis") is not None for record in records)


def is_partial_response(returned: Any) -> bool:
    """Whether an answer tells which records failed, be it well-formed or not."""
    return FAILURES in _response(returned)


def reports_failure(returned: Any) -> bool:
    """Whether an answer says that some record failed, by whatever id."""
    if returned is None:
        return False
    response = _response(returned)
    for record in _list_at(response, "records"):
        if value_at(record, "result") == _FAILED and value_at(record, "recordId"):
            return True
    return bool(response.get(FAILURES))


def failed_numbers(returned: Any, ids: Sequence[str]) -> set[int]:
    """The numbers of the records that an answer names as failed, given the ids of all."""
    entries = _list_at(_response(returned), FAILURES)
    failed_ids = [value_at(entry, IDENTIFIER) for entry in entries]
    return {number for number, record_id in enumerate(ids) if record_id in failed_ids}


def response_problem(returned: Any, payload: Any) -> str:
    """What is wrong with the form or the ids of a partial batch response; empty if nothing is."""
    if isinstance(returned, str):
        return f"{FAILURES} is returned as a text, not as an object"
    entries = _response(returned).get(FAILURES)
    if entries is None:
        return ""
    if not isinstance(entries, list):
        return f"{FAILURES} is {_type_of(entries)}, not a list"
    for entry in entries:
        if problem := _entry_problem(entry, payload):
            return problem
    return ""


def _entry_problem(entry: Any, payload: Any) -> str:
    """What is wrong with one entry of a partial batch response."""
    whole = "Lambda takes the whole batch for failed"
    if not isinstance(entry, Mapping) or IDENTIFIER not in entry:
        content = _type_of(entry)
        if isinstance(entry, Mapping) and entry:
            content = f"an object of {', '.join(map(str, entry))}"
        return f"an entry of {FAILURES} is {content}, without {IDENTIFIER}: {whole}"
    record_id = entry[IDENTIFIER]
    if record_id is None or record_id == "":
        return f"an {IDENTIFIER} is {json.dumps(record_id)}: {whole}"
    if record_id in record_ids(payload):
        return ""
    problem = f"an {IDENTIFIER} is {_origin(record_id, payload)}"
    return problem if is_stream(payload) else f"{problem}: {whole}"


def _origin(record_id: Any, payload: Any) -> str:
    """What a wrong id is: another value of some record, or nothing that was handed over."""
    wanted = "sequenceNumber" if is_stream(payload) else "messageId"
    count = len(record_ids(payload))
    for number, record in enumerate(payload["Records"], 1):
        for path, value in _values(record, ""):
            if value == record_id:
                return f"the {path} of record {number} of {count}, not its {wanted}"
    return f"{_shown(record_id)}, which is no {wanted} of the batch"


def _values(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The values of a record with their paths, and those in its body where that is JSON."""
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


# --- transformed records: Firehose ----------------------------------------------------------------


def transformation_problem(returned: Any, payload: Any) -> str:
    """What is wrong with the records that Firehose gets back; empty if nothing is.

    Each is wanted once, by its recordId.
    """
    records = returned.get("records") if isinstance(returned, Mapping) else None
    if not isinstance(records, list):
        return f"it returns {_type_of(returned)} without a list `records`: no record is delivered"
    wanted = [record["recordId"] for record in payload["records"]]
    times: Counter[str] = Counter()
    for record in records:
        record_id = value_at(record, "recordId")
        if isinstance(record_id, str):
            times[record_id] += 1
    for number, record_id in enumerate(wanted, 1):
        if times[record_id] != 1:
            how_often = f"is {times[record_id]} times in the answer"
            if not times[record_id]:
                how_often = "is missing in the answer"
            return f"record {number} of {len(wanted)} {how_often}: Firehose takes it for failed"
    if len(records) != len(wanted):
        return "an entry has a recordId that was not handed over"
    for record in records:
        if problem := _transformed_problem(record):
            return problem
    return ""


def _transformed_problem(record: Mapping[str, Any]) -> str:
    """What is wrong with one transformed record."""
    result, data = record.get("result"), record.get("data")
    if result not in (_OK, _DROPPED, _FAILED):
        return f"a result is {_shown(result)}, not {_OK}, {_DROPPED} or {_FAILED}"
    # What is dropped or failed need not be delivered, so that its data does no harm.
    if result == _OK and not _is_base64(data):
        return f"the data of a record is {_type_of(data)}, not base64"
    return ""


def _is_base64(data: Any) -> bool:
    try:
        return isinstance(data, str) and base64.b64decode(data, validate=True) is not None
    except ValueError:
        return False


# --- JSON -----------------------------------------------------------------------------------------


def _response(returned: Any) -> Mapping[str, Any]:
    """An answer as an object, even where it is returned as its text."""
    if isinstance(returned, str) and FAILURES in returned:
        try:
            returned = json.loads(returned)
        except ValueError:
            return {}
    return returned if isinstance(returned, Mapping) else {}


def _list_at(value: Any, key: str) -> list[Any]:
    """The list at a key, empty where there is none."""
    elements = value_at(value, key)
    return elements if isinstance(elements, list) else []


def _type_of(value: Any) -> str:
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
