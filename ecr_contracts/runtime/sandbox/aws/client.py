"""AWS calls by botocore: recorded, and answered in its place; nothing is signed or sent.

Two public methods of botocore are where calls pass whoever makes them (clients made before or
after, resources, paginators, waiters, transfers): parameters where they are serialised, and the
request where it would be sent. All checks of botocore are done by then, and its handlers see the
answer as if it had come over the network. Libraries that answer AWS calls begin where a request is
sent: `moto` is there for those who prefer it, `botocore.stub` wants each response in advance and
each client in hand.
"""

from __future__ import annotations

import functools
import io
import re
import threading
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import ModuleType
from typing import Any

from ecr_contracts.core.errors import AnswerError, BackendError
from ecr_contracts.discovery.source.fetched_values import Hints
from ecr_contracts.runtime.effects import Effect, Origin, Sort
from ecr_contracts.runtime.sandbox.aws.config_stores import fill_stored_values
from ecr_contracts.runtime.sandbox.aws.ecr import ecr_answer, event_images, inspector_findings
from ecr_contracts.runtime.sandbox.aws.overrides import Overrides
from ecr_contracts.runtime.sandbox.aws.synthesis import Maker, RequestedValues, response_maker
from ecr_contracts.runtime.sandbox.aws.waiters import final_response, is_waiting, waiting_for
from ecr_contracts.runtime.sandbox.hooks import ImportHooks
from ecr_contracts.runtime.sandbox.recorder import Recorder
from ecr_contracts.runtime.sandbox.settings import Settings

__all__ = ["AwsClients", "plain", "reads"]

_PARAMETERS = "ecr-contracts parameters"  # the key of a request under which they travel
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_READING = re.compile(
    r"(?:Get|BatchGet|Describe|BatchDescribe|List|BatchList|Head|Query|Scan|Search|Lookup|Check|BatchCheck|Test|Validate"
    r"|Estimate|Filter|Select|Verify|Simulate|Preview|View|Count|Discover|Retrieve|Read|Detect|Compare|Resolve|Assume"
    r"|Decrypt|Encrypt|ReEncrypt|Decode|Generate(?:DataKey|Random|Mac)|Poll|Receive|TransactGet|BatchExecuteGet"
    r"|(?:Start|Stop)(?:Query|LiveTail)$)(?![a-z])"
)
_CHANGING = frozenset({"sqs.ReceiveMessage", "kms.GenerateDataKeyPair"})
_METADATA = {
    "RequestId": "00000000-0000-4000-8000-000000000000",
    "HTTPHeaders": {},
    "RetryAttempts": 0,
}


def reads(name: str) -> bool:
    """Whether an operation (`ecr.DescribeImages`) changes nothing, as its verb tells.

    Temporary credentials change nothing, nor does encryption. Receiving a message hides it from
    others.
    """
    return name not in _CHANGING and _READING.match(name.partition(".")[2]) is not None


class AwsClients:
    """Stands between the consumer's botocore and AWS.

    `filled`: made-up answers have all optional members and an element in each list; else neither.
    `misuse` is the first answer of the user's that could not be used; it was raised in the
    consumer, who may have caught it.
    """

    def __init__(
        self, recorder: Recorder, settings: Settings, hints: Hints, import_hooks: ImportHooks
    ) -> None:
        self._recorder, self._settings, self._hints, self._import_hooks = (
            recorder,
            settings,
            hints,
            import_hooks,
        )
        self._given = Overrides(settings.answers)
        self._patched: list[tuple[Any, str, Any]] = []
        self._made: dict[tuple[str, bool], Maker] = {}
        self._lock = threading.Lock()
        self._installed = False
        self._moto: Any = None
        self.filled = True
        self.misuse: AnswerError | None = None

    def install(self) -> None:
        """Wait for the consumer's botocore. Raises `BackendError` when moto is to answer and is not there."""
        if self._settings.backend == "moto":
            self._start_moto()
        self._installed = True
        self._import_hooks.after_import("botocore.loaders", self._share_models)
        self._import_hooks.after_import("botocore.validate", self._carry_parameters)
        self._import_hooks.after_import("botocore.endpoint", self._answer_requests)
        self._import_hooks.after_import("botocore.waiter", self._hurry_waiters)

    def remove(self) -> None:
        """Put everything back."""
        self._installed = False
        for owner, name, original in reversed(self._patched):
            setattr(owner, name, original)
        self._patched.clear()
        if self._moto is not None:
            self._moto.stop()
            self._moto = None

    def _start_moto(self) -> None:
        try:
            from moto import mock_aws
        except ImportError as error:
            raise BackendError("moto", f"{error}; pip install 'moto[all]'") from error
        self._moto = mock_aws()
        self._moto.start()

    def _patch(self, owner: Any, name: str, replacement: Any) -> None:
        self._patched.append((owner, name, getattr(owner, name)))
        setattr(owner, name, replacement)

    def _share_models(self, module: ModuleType) -> None:
        """Read each model of a service once, for consumers that make a session in each call: that is most of its time.

        Sessions share the models then, as the clients of one session always do.
        """
        if not self._installed:
            return
        load, listed = module.JSONFileLoader.load_file, module.Loader.list_available_services
        files: dict[str, Any] = {}
        services: dict[tuple[str, ...], Any] = {}

        def load_file(loader: Any, file_path: str) -> Any:
            if file_path not in files:
                files[file_path] = load(loader, file_path)
            return files[file_path]

        def list_available_services(loader: Any, type_name: str) -> Any:
            key = (type_name, *loader.search_paths)
            if key not in services:
                services[key] = listed(loader, type_name)
            return list(services[key])

        self._patch(module.JSONFileLoader, "load_file", load_file)
        self._patch(module.Loader, "list_available_services", list_available_services)

    def _carry_parameters(self, module: ModuleType) -> None:
        if not self._installed:
            return
        serialize = module.ParamValidationDecorator.serialize_to_request

        def serialize_to_request(decorator: Any, parameters: Any, operation_model: Any) -> Any:
            request = serialize(decorator, parameters, operation_model)
            request[_PARAMETERS] = parameters
            return request

        self._patch(module.ParamValidationDecorator, "serialize_to_request", serialize_to_request)

    def _answer_requests(self, module: ModuleType) -> None:
        if not self._installed:
            return
        send = module.Endpoint.make_request

        def make_request(endpoint: Any, operation_model: Any, request_dict: Any) -> Any:
            parameters = request_dict.pop(_PARAMETERS, None) or {}
            return self._call(
                operation_model, parameters, lambda: send(endpoint, operation_model, request_dict)
            )

        self._patch(module.Endpoint, "make_request", make_request)

    def _hurry_waiters(self, module: ModuleType) -> None:
        if not self._installed:
            return
        wait = module.Waiter.wait

        def hurried(waiter: Any, **arguments: Any) -> None:
            arguments["WaiterConfig"] = {**arguments.get("WaiterConfig", {}), "Delay": 0}
            with waiting_for(waiter.config.acceptors):
                wait(waiter, **arguments)

        self._patch(module.Waiter, "wait", hurried)

    def _call(self, model: Any, parameters: Mapping[str, Any], send: Any) -> Any:
        name = f"{model.service_model.service_name}.{model.name}"
        sent = _sent(parameters, model)
        try:
            answer, origin = self._answer(name, model, parameters)
        except BaseException as error:
            self._recorder.note(Effect(Sort.AWS, name, sent, reads(name), origin=Origin.GIVEN))
            if isinstance(error, AnswerError) and self.misuse is None:
                self.misuse = error
            raise
        if answer is None:
            try:
                http, parsed = send()
            except BaseException:
                self._recorder.note(Effect(Sort.AWS, name, sent, reads(name), origin=origin))
                raise
            self._recorder.note(
                Effect(Sort.AWS, name, sent, reads(name), answer=_told(parsed), origin=origin)
            )
            return http, parsed
        self._recorder.note(
            Effect(Sort.AWS, name, sent, reads(name), answer=_told(answer), origin=origin)
        )
        return _response(answer)

    def _answer(
        self, name: str, model: Any, parameters: Mapping[str, Any]
    ) -> tuple[dict[str, Any] | None, Origin]:
        """What a call is answered with, and where that is from; `None` where moto is to say."""
        if self._given.names(name):
            event = next(iter(self._recorder.events()), None)
            return self._given.answer(name, parameters, event, model.output_shape), Origin.GIVEN
        drawn = _drawn(parameters, model)
        settled = {name: value for name, value in parameters.items() if name not in drawn}
        asked = RequestedValues.of(settled, model.input_shape)
        if (answer := self._event_answer(name, model, asked, parameters)) is not None:
            return answer, Origin.EVENT
        if self._moto is not None:
            return None, Origin.GIVEN
        answer = self._make(name, model, filled=self.filled)(asked)
        fill_stored_values(name, answer, parameters, self._hints, filled=self.filled)
        makers = (
            [self._make(name, model, filled=filled) for filled in (True, False)]
            if is_waiting()
            else ()
        )
        return final_response(
            answer, *(functools.partial(make, asked) for make in makers)
        ), Origin.MADE_UP

    def _event_answer(
        self, name: str, model: Any, asked: RequestedValues, parameters: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """What the event in hand says; moto keeps what is written to a registry."""
        told = (
            event_images(self._recorder.events())
            if name.startswith(("ecr.", "inspector2.ListFindings"))
            else []
        )
        if not told or (self._moto is not None and not reads(name)):
            return None
        if name.startswith("ecr."):
            return ecr_answer(model.name, parameters, told, filled=self.filled)
        [template] = self._make(name, model, filled=True)(asked)["findings"]
        found = inspector_findings(template, told)
        return None if found is None else {"findings": found}

    def _make(self, name: str, model: Any, *, filled: bool) -> Maker:
        key = name, filled
        make = self._made.get(key)
        if make is None:
            # botocore's shapes are computed on first sight, which is not for several threads at
            # once.
            with self._lock:
                service = model.service_model.service_name
                make = self._made[key] = response_maker(
                    model.output_shape, service=service, filled=filled
                )
        return make


def _response(answer: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    from botocore.awsrequest import AWSResponse

    metadata = {
        **_METADATA,
        "HTTPStatusCode": 200,
        **answer.get("ResponseMetadata", {}),
        "HTTPHeaders": {},
    }
    answer["ResponseMetadata"] = metadata
    return AWSResponse("", metadata["HTTPStatusCode"], {}, None), answer


def _sent(parameters: Mapping[str, Any], model: Any) -> Any:
    """The parameters as plain JSON; a token that botocore draws anew for each call is told as what it is."""
    return plain({**parameters, **dict.fromkeys(_drawn(parameters, model), "<a new UUID>")})


def _drawn(parameters: Mapping[str, Any], model: Any) -> list[str]:
    """The parameters that are new in each call, by botocore's hand or by the consumer's."""
    if model.input_shape is None:
        return []
    tokens = [(name, parameters.get(name)) for name in model.idempotent_members]
    return [name for name, token in tokens if isinstance(token, str) and _UUID.fullmatch(token)]


def _told(answer: Mapping[str, Any]) -> Any:
    return plain({key: value for key, value in answer.items() if key != "ResponseMetadata"})


def plain(value: Any) -> Any:
    """A value of botocore's as plain JSON: text for bytes and times, a word for what would have to be read."""
    kind = type(value)
    if (
        kind is str or kind is int or kind is bool or value is None
    ):  # most are; patterns take their time
        return value
    if kind is dict:
        return {str(key): plain(inner) for key, inner in value.items()}
    match value:
        case int() | float() | str():
            return value
        case Mapping():
            return {str(key): plain(inner) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(inner) for inner in value]
        case bytes() | bytearray():
            try:
                return value.decode("utf-8")
            except UnicodeDecodeError:
                return f"<{len(value)} bytes>"
        case io.BytesIO():
            return plain(value.getvalue())  # which leaves its position
        case date():
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
    told = getattr(value, "told", None)
    if isinstance(told, bytes):
        return plain(told)
    return f"<{type(value).__name__}>"
