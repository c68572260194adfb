"""Adapters: how an event gets into what `ecr-contracts check` cannot call by itself.

An adapter takes what is delivered (the event, or what `--via` says), calls the consumer with it, and lets through what
that raises. It stands beside the tests, since only they need it:

    ecr-contracts check adapters.py:push_service
    ecr-contracts check adapters.py:fastapi_client --via api-destination --via sns-http
    ecr-contracts check adapters.py:django_view --via api-destination
    ecr-contracts check adapters.py:celery_task
    ecr-contracts check adapters.py:click_command
    ecr-contracts check adapters.py:queue_worker --via sqs-one
"""

import functools
import json


class FakeClient:
    def deploy(self, image):
        print(f"deploys {image}")


# Each of these imports its consumer when it is called, so that an adapter needs no library but its own. Where there is
# one consumer, imports stand at the top of the file.


@functools.cache
def _service():
    from shop.service import PushService

    return PushService(FakeClient())


def push_service(event):
    return _service().handle(event)


@functools.cache
def _client():
    from fastapi.testclient import TestClient
    from shop.web import app, signature

    app.dependency_overrides[signature] = lambda: None
    return TestClient(app)


def fastapi_client(request):
    return _client().post("/ecr", content=request["body"], headers=request["headers"])


def django_view(request):
    from django.test import RequestFactory
    from shop.views import receive

    return receive(RequestFactory().post("/ecr", request["body"], content_type="application/json"))


def celery_task(event):
    from shop.tasks import deploy

    return deploy.apply([event], throw=True).get()


def click_command(event):
    from shop.commands import deploy

    return deploy.main([json.dumps(event), "--dry-run"], standalone_mode=False)


def queue_worker(message):
    from shop.worker import Worker

    Worker("https://sqs.us-east-1.amazonaws.com/123456789012/pushes", print).on_message(message)
