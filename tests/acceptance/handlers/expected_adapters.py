"""What `check` says of consumers behind an adapter, and of those that a library calls."""

from __future__ import annotations

from tests.acceptance.handlers.expectation import (
    NOTHING,
    STATUS,
    TAG,
    TAGS,
    Expected,
    raises,
    unseen,
)

COMPLETE = (STATUS, "complete")

ADAPTERS: tuple[Expected, ...] = (
    Expected(
        "celery_rollout",  # a task of Celery that is given itself
        "celery_rollout/tasks.py:roll",
        ("push",),
        frozenset({raises("KeyError", 'tag = d["image-tag"]', (TAG, "absent"))}),
    ),
    Expected("celery_rollout_right", "celery_rollout_right/tasks.py:roll", ("push",), NOTHING),
    Expected(
        "adapter_chat",  # an asynchronous method of an object that its client is given to
        "adapter_chat/adapters.py:scans",
        ("scan",),
        frozenset(
            {
                raises("IndexError", 'detail["image-tags"][0]', [COMPLETE, (TAGS, "empty")]),
                unseen(raises("KeyError", 'detail["image-tags"][0]', [COMPLETE, (TAGS, "absent")])),
            }
        ),
    ),
    Expected("adapter_chat_right", "adapter_chat_right/adapters.py:scans", ("scan",), NOTHING),
)
