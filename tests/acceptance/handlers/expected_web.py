"""What `check` says of the web apps among the handlers."""

from __future__ import annotations

from tests.acceptance.handlers.expectation import (
    DIGEST,
    NOTHING,
    SUCCEEDED,
    TAG,
    TAGS,
    WITHOUT_SLASH,
    Expected,
    Found,
    causes,
    raises,
    unseen,
)

_API, _SNS = ("api-destination",), ("sns-http",)
_STORE = 'Item={"image": d["image-digest"]'

WEB_APPS: tuple[Expected, ...] = (
    Expected(
        "web_fastapi",  # a router in another file, a model of the body, a dependency
        "web_fastapi/app/main.py:app",
        ("push",),
        frozenset(
            {
                raises("IndexError", 'split("/")[1]', [SUCCEEDED, WITHOUT_SLASH]),
                Found(
                    "refused-request",
                    "fastapi.exceptions.RequestValidationError",
                    "async def ecr_events",
                    causes((TAG, "absent")),
                ),
            }
        ),
        via=_API,
    ),
    Expected(
        "web_fastapi_right",
        "web_fastapi_right/app/main.py:ecr_events",
        ("push",),
        NOTHING,
        via=_API,
    ),
    Expected(
        "web_flask_sns",  # SNS posts text, and Flask takes JSON alone
        "web_flask_sns/wsgi.py:app",
        ("push", "delete"),
        frozenset(
            {
                Found(
                    "refused-request",
                    "werkzeug.exceptions.UnsupportedMediaType",
                    "body = request.get_json()",
                )
            }
        ),
        via=_SNS,
    ),
    Expected(
        "web_flask_sns_right",  # a factory, and a blueprint
        "web_flask_sns_right/app.py:create_app",
        ("push",),
        NOTHING,
        via=_SNS,
    ),
    Expected(
        "web_starlette",  # accepted first, then stored in the background
        "web_starlette/server.py:app",
        ("scan",),
        frozenset(
            {
                Found("fails-after-answer", "IndexError", _STORE, causes((TAGS, "empty"))),
                unseen(
                    Found(
                        "fails-after-answer",
                        "KeyError",
                        _STORE,
                        causes((TAGS, "absent"), (DIGEST, "absent")),
                    )
                ),
            }
        ),
        via=_API,
    ),
    Expected(
        "web_starlette_right",
        "web_starlette_right/server.py:scans",
        ("scan",),
        NOTHING,
        via=_API,
    ),
    Expected(
        "web_django",  # a project: settings, a host of its own, https alone
        "web_django/config/wsgi.py:application",
        ("push", "delete"),
        frozenset(
            {raises("KeyError", 'sourceVersion=detail["image-tag"]', [SUCCEEDED, (TAG, "absent")])}
        ),
        via=_API,
    ),
    Expected(
        "web_django_right",
        "web_django_right/config/wsgi.py:application",
        ("push", "delete"),
        NOTHING,
        via=_API,
    ),
    Expected(
        "web_aiohttp_right",
        "web_aiohttp_right/main.py:make",
        ("push",),
        NOTHING,
        via=_API,
    ),
    Expected(
        "web_flask_hook",  # a function of a route is named, beside objects that need a request
        "web_flask_hook/hooks.py:ecr",
        ("push",),
        frozenset({raises("KeyError", 'image = detail["repo', [SUCCEEDED, (TAG, "absent")])}),
        via=_SNS,
    ),
    Expected(
        "web_flask_hook_right",
        "web_flask_hook_right/hooks.py:create_app()",
        ("push",),
        NOTHING,
        via=_SNS,
    ),
)
