"""The app object of Chalice: API Gateway calls it with requests, and answers with 500 to an event.

Each function that its decorators make (`@app.on_sqs_message`, …) is a function of Lambda by itself.
"""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["ADAPTER", "functions_of_chalice"]

ADAPTER = (
    'def adapter(request): return chalice.test.Client(app).http.post("/…", '
    'headers=request["headers"], body=request["body"].encode()), with --via api-destination'
)
"""The adapter for what an app answers requests with."""


def functions_of_chalice(app: Any) -> tuple[str, ...] | None:
    """The names of the functions of an app of Chalice that get events; None of anything else."""
    kind = getattr(sys.modules.get("chalice.app"), "Chalice", None)
    if not isinstance(kind, type) or not issubclass(type(app), kind):
        return None
    requested = {
        id(method.view_function) for path in app.routes.values() for method in path.values()
    }
    return tuple(name for name, made in app.handler_map.items() if id(made) not in requested)
