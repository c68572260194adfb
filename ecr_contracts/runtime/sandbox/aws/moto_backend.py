"""Calls answered by moto, with what an empty moto lacks made beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

from ecr_contracts.core.errors import BackendError
from ecr_contracts.core.placeholders import REGION
from ecr_contracts.runtime.sandbox.aws.moto_resources import create_resources, is_lacking

__all__ = ["MotoBackend", "is_preparing"]

_PREPARING: ContextVar[bool] = ContextVar("ecr_contracts_preparing", default=False)


def is_preparing() -> bool:
    """Whether the calls that are made are our own, to make what moto lacks."""
    return _PREPARING.get()


class MotoBackend:
    """A moto that runs while a sandbox is in place."""

    def __init__(self) -> None:
        self._moto: Any = None
        self._session: Any = None

    def start(self) -> None:
        """Answer from now on. Raises `BackendError` when moto is not there."""
        try:
            from moto import mock_aws
        except ImportError as error:
            raise BackendError("moto", f"{error}; pip install 'moto[all]'") from error
        self._moto = mock_aws()
        self._moto.start()

    def stop(self) -> None:
        """Answer no more, and forget what was made."""
        self._moto.stop()

    def response(
        self,
        name: str,
        parameters: Mapping[str, Any],
        region: str | None,
        send: Callable[[], Any],
    ) -> Any:
        """What moto says to a call of an operation (`sns.Publish`); `None` if it cannot say.

        `region` is that of the client that calls.
        """
        try:
            response = send()
            if is_lacking(response):
                self._prepare(name, parameters, region)
                response = send()
        except NotImplementedError:
            return None
        return None if is_lacking(response) else response

    def _prepare(self, name: str, parameters: Mapping[str, Any], region: str | None) -> None:
        def make_client(service: str, resource_region: str | None) -> Any:
            return self._client(service, resource_region or region or REGION)

        token = _PREPARING.set(True)
        try:
            create_resources(name, parameters, make_client)
        finally:
            _PREPARING.reset(token)

    def _client(self, service: str, region: str) -> Any:
        import botocore.session

        if self._session is None:
            self._session = botocore.session.get_session()
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        return self._session.create_client(service, region_name=region, **keys)
