"""What `check` says of handlers for Node; nothing is asked of them where there is no `node`."""

from __future__ import annotations

import shutil

from tests.acceptance.handlers.expectation import (
    COUNTS,
    NOTHING,
    SUCCEEDED,
    TAG,
    TAGS,
    Expected,
    Found,
    raises,
    swallowed,
    unseen,
)

__all__ = ["NODE_HANDLERS"]

_KEPT = "await table.send(new PutCommand({"

_ALL = (
    Expected(
        "node_sns_v3",  # the tag and the counts of a scan, taken for granted
        "node_sns_v3/index.mjs:handler",
        ("scan",),
        frozenset(
            {
                raises("TypeError", 'detail["image-tags"][0].padEnd', (TAGS, "empty", "absent")),
                raises("TypeError", "Object.entries(detail", (COUNTS, "absent")),
            }
        ),
    ),
    Expected("node_sns_v3_right", "node_sns_v3_right/index.mjs:handler", ("scan",), NOTHING),
    Expected(
        "node_chat_v2",  # callbacks, a secret, and https without a library
        "node_chat_v2/index.js:handler",
        ("push",),
        frozenset({raises("TypeError", "d['image-tag'].trim()", [SUCCEEDED, (TAG, "absent")])}),
    ),
    Expected("node_chat_v2_right", "node_chat_v2_right/index.js:handler", ("push",), NOTHING),
    Expected(
        "node_quiet",  # what fails is logged, and the event is gone
        "node_quiet/lib/index.js:onPush",
        ("push",),
        frozenset({swallowed("TypeError", "tag.startsWith(", [SUCCEEDED, (TAG, "absent")])}),
    ),
    Expected("node_quiet_right", "node_quiet_right/lib/index.js:onPush", ("push",), NOTHING),
    Expected(
        "node_sqs_v3",  # a library refuses an item whose member is undefined
        "node_sqs_v3/worker.cjs:handler",
        ("push", "delete", "archive", "restore"),
        frozenset(
            {
                raises("Error", _KEPT, (TAG, "absent")),
                unseen(raises("Error", _KEPT)),
                unseen(Found("batch-retried")),
            }
        ),
        via=("sqs",),
    ),
    Expected(
        "node_sqs_v3_right",
        "node_sqs_v3_right/worker.cjs:handler",
        ("push", "delete", "archive", "restore"),
        NOTHING,
        via=("sqs",),
    ),
)

NODE_HANDLERS = _ALL if shutil.which("node") else ()
"""The handlers for Node, where there is one."""
