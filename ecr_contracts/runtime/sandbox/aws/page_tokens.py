"""Which members of an answer say where the next page begins, and that every loop over pages ends.

A made-up answer is the last page, so that it has no token of a next one. What only looks like such
a token is sent as AWS sends it: `PutLogEvents` takes no token of a page, so that its
`nextSequenceToken` is none, and a handler may read it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ecr_contracts.runtime.sandbox.aws.member_values import is_page

__all__ = ["end_pages", "page_tokens", "without_a_repeated_token"]

_LISTING = re.compile(r"(?:Batch)?(?:List|Describe|Get|Search|Query|Scan|Lookup|Detect|Infer)")
_NEXT = re.compile(r"next|pagination|last_?evaluated|.*marker$", re.IGNORECASE)
_SENT_WITH_EACH_PAGE: Mapping[str, Mapping[str, str]] = {
    "logs.GetLogEvents": {"nextForwardToken": "nextToken", "nextBackwardToken": "nextToken"},
    "appconfigdata.GetLatestConfiguration": {"NextPollConfigurationToken": ""},
}
"""Tokens that AWS sends with the last page too, each with the parameter that it then repeats.

Source: botocore's documentation of these members ("it returns the same token you passed in").
"""


def page_tokens(name: str, input_shape: Any, output_shape: Any) -> frozenset[str]:
    """The members of the answer to an operation (`ecs.ListServices`) that name its next page.

    An operation that pages takes such a token, or reads a list; some of the old ones only answer
    with one.
    """
    if output_shape is None:
        return frozenset()
    taken = () if input_shape is None else input_shape.members
    pages = any(map(is_page, taken))
    lists = _LISTING.match(name.partition(".")[2]) is not None
    always = _SENT_WITH_EACH_PAGE.get(name, {})
    tokens = set()
    for member, shape in output_shape.members.items():
        if not is_page(member) or member in always or shape.type_name == "timestamp":
            continue
        if pages or (lists and _NEXT.match(member)):
            tokens.add(member)
    return frozenset(tokens)


def end_pages(name: str, answer: dict[str, Any], parameters: Mapping[str, Any]) -> None:
    """Repeat the token that was passed, where AWS says with that that no page follows."""
    for member, parameter in _SENT_WITH_EACH_PAGE.get(name, {}).items():
        if isinstance(passed := parameters.get(parameter), str):
            answer[member] = passed


def without_a_repeated_token(
    name: str, answer: Mapping[str, Any], parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """An answer that is the same for each call, without a token that the call has passed already.

    With it, the loop over its pages would never end.
    """
    always = _SENT_WITH_EACH_PAGE.get(name, {})
    passed = [value for key, value in parameters.items() if value]
    last: dict[str, Any] = {}
    for member, value in answer.items():
        if is_page(member) and member not in always and value in passed:
            continue
        last[member] = value
    return last
