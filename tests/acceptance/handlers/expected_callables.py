"""What `check` says of callables of other shapes: methods, objects, generators, single messages."""

from __future__ import annotations

from tests.acceptance.handlers.expectation import (
    NOTHING,
    SUCCEEDED,
    TAG,
    Expected,
    Found,
    raises,
    unseen,
)

NO_TAG = (TAG, "absent")
BATCH = Found("batch-retried", advice=True)

CALLABLES: tuple[Expected, ...] = (
    # --- classes ----------------------------------------------------------------------------------
    Expected(
        "class_service",  # the method is inherited, and so is what makes the client
        "class_service/service.py:PushService.handle",
        ("push",),
        frozenset({raises("KeyError", 'name, tag = d["repository-name"]', [SUCCEEDED, NO_TAG])}),
    ),
    Expected(
        "class_service_right",
        "class_service_right/service.py:PushService.handle",
        ("push",),
        NOTHING,
    ),
    Expected(
        "class_factory",  # a router of objects, made by a function in a file beside its class
        "class_factory/main.py:build().dispatch",
        ("scan",),
        frozenset(
            {
                raises("IndexError", '"image": detail["repository-name"]'),
                unseen(raises("KeyError", '"image": detail["repository-name"]')),
            }
        ),
    ),
    Expected(
        "class_factory_right",
        "class_factory_right/main.py:build().dispatch",
        ("scan",),
        NOTHING,
    ),
    Expected(
        "class_callable",  # a dataclass whose objects are called
        "class_callable/app.py:Notifier",
        ("push",),
        frozenset({raises("KeyError", "detail['image-tag']", [SUCCEEDED, NO_TAG])}),
    ),
    Expected("class_callable_right", "class_callable_right/app.py:Notifier", ("push",), NOTHING),
    Expected(
        "detail_alone",  # as a rule's InputPath leaves it
        "detail_alone/deploy.py:Deployer.on_image",
        ("push",),
        frozenset({raises("KeyError", 'image["image-tag"].startswith', [SUCCEEDED, NO_TAG])}),
        via=("detail",),
    ),
    Expected(
        "detail_alone_right",
        "detail_alone_right/deploy.py:Deployer.on_image",
        ("push",),
        NOTHING,
        via=("detail",),
    ),
    # --- generators -------------------------------------------------------------------------------
    Expected(
        "generator_rows",
        "generator_rows/rows.py:rows",
        ("push",),
        frozenset(
            {
                raises("KeyError", 'yield "tag"', [SUCCEEDED, NO_TAG]),
                unseen(raises("KeyError", 'yield "digest"')),
            }
        ),
    ),
    Expected("generator_rows_right", "generator_rows_right/rows.py:rows", ("push",), NOTHING),
    Expected(
        "generator_on_lambda",  # a template names it: nobody loops over what it gives
        "generator_on_lambda/app.py:handler",
        ("push",),
        frozenset({Found("never-runs", line="def handler(event, context):")}),
    ),
    Expected(
        "generator_on_lambda_right",
        "generator_on_lambda_right/app.py:handler",
        ("push",),
        NOTHING,
    ),
    # --- Chalice and powertools -------------------------------------------------------------------
    Expected(
        "chalice_push",
        "chalice_push/app.py:pushed",
        ("push",),
        frozenset({raises("KeyError", 'image = "%(repository-name)s', NO_TAG)}),
        needs="chalice",
    ),
    Expected(
        "chalice_push_right",
        "chalice_push_right/app.py:pushed",
        ("push",),
        NOTHING,
        needs="chalice",
    ),
    Expected(
        "chalice_queue",
        "chalice_queue/app.py:from_queue",
        ("scan",),
        frozenset(
            {
                raises("IndexError", '"id": scan["repository-name"]'),
                unseen(raises("KeyError", '"id": scan["repository-name"]')),
                BATCH,
            }
        ),
        via=("sqs",),
        needs="chalice",
    ),
    Expected(
        "chalice_queue_right",
        "chalice_queue_right/app.py:from_queue",
        ("scan",),
        NOTHING,
        via=("sqs",),
        needs="chalice",
    ),
    Expected(
        "powertools_batch",
        "powertools_batch/app.py:lambda_handler",
        ("push",),
        frozenset({raises("KeyError", 'service=detail["repository-name"]', [SUCCEEDED, NO_TAG])}),
        via=("sqs",),
    ),
    Expected(
        "powertools_batch_right",
        "powertools_batch_right/app.py:lambda_handler",
        ("push",),
        NOTHING,
        via=("sqs",),
    ),
    Expected(
        "powertools_async_batch_right",
        "powertools_async_batch_right/app.py:lambda_handler",
        ("scan",),
        NOTHING,
        via=("sqs",),
    ),
    # --- messages ---------------------------------------------------------------------------------
    Expected(
        "message_object",  # what a loop over queue.receive_messages() hands on
        "message_object/worker.py:process",
        ("push",),
        frozenset({raises("KeyError", 'Message=push["repository-name"]', [SUCCEEDED, NO_TAG])}),
        via=("sqs-one",),
    ),
    Expected(
        "message_object_right",
        "message_object_right/worker.py:process",
        ("push",),
        NOTHING,
        via=("sqs-one",),
    ),
    Expected(
        "pipe_list",
        "pipe_list/app.py:lambda_handler",
        ("scan",),
        frozenset(
            {
                raises("IndexError", 'Message=scan["image-tags"][-1]'),
                unseen(raises("KeyError", 'Message=scan["image-tags"][-1]')),
            }
        ),
        via=("pipe-sqs",),
    ),
    Expected(
        "pipe_list_right",
        "pipe_list_right/app.py:lambda_handler",
        ("scan",),
        NOTHING,
        via=("pipe-sqs",),
    ),
)
