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
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType, ModuleType
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.core.errors import AnswerError
from ecr_contracts.discovery.source.fetched_values import Hints
from ecr_contracts.runtime.effects import Effect, Origin, Sort
from ecr_contracts.runtime.entries.poll_loop import answering_queue
from ecr_contracts.runtime.entries.polled_queue import OPERATIONS as QUEUE_OPERATIONS
from ecr_contracts.runtime.provenance.made_up import mark, origin_of, tagged
from ecr_contracts.runtime.sandbox.aws.batch_refusals import refuse_entries
from ecr_contracts.runtime.sandbox.aws.config_stores import fill_stored_values
from ecr_contracts.runtime.sandbox.aws.ecr import ecr_answer, event_images, inspector_findings
from ecr_contracts.runtime.sandbox.aws.event_names import EventNames
from ecr_contracts.runtime.sandbox.aws.limits import refusal
from ecr_contracts.runtime.sandbox.aws.moto_backend import MotoBackend, is_preparing
from ecr_contracts.runtime.sandbox.aws.overrides import Overrides
from ecr_contracts.runtime.sandbox.aws.page_tokens import end_pages, page_tokens
from ecr_contracts.runtime.sandbox.aws.synthesis import Maker, RequestedValues, response_maker
from ecr_contracts.runtime.sandbox.aws.waiters import final_response, is_waiting, waiting_for
from ecr_contracts.runtime.sandbox.hooks import ImportHooks, Patches
from ecr_contracts.runtime.sandbox.recorder import Recorder
from ecr_contracts.runtime.sandbox.settings import Settings

__all__ = ["AwsClients", "plain", "reads"]

_PARAMETERS = "ecr-contracts parameters"
"""The key of botocore's request under which the parameters travel."""
_REFUSED_PARAMETER = re.compile(r"parameter ([^\s,]+), value")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_READING = re.compile(
    r"(?:Get|BatchGet|Describe|BatchDescribe|List|BatchList|Head|Query|Scan|Search|Lookup|Check"
    r"|BatchCheck|Test|Validate|Estimate|Filter|Select|Verify|Simulate|Preview|View|Count|Discover"
    r"|Retrieve|Read|Detect|Compare|Resolve|Assume|Decrypt|Encrypt|ReEncrypt|Decode"
    r"|Generate(?:DataKey|Random|Mac)|Poll|Receive|TransactGet|BatchExecuteGet"
    r"|(?:Start|Stop)(?:Query|LiveTail)$)(?![a-z])"
)
_CHANGING = frozenset({"sqs.ReceiveMessage", "kms.GenerateDataKeyPair"})
_SHORTEST = 4
"""Characters of a made-up text that is told from others by what it says."""
_PLACEHOLDER = "placeholder"
"""The word in most texts that we make up."""
_ASYNCHRONOUS = "aiobotocore"
"""The package whose endpoints are botocore's, but for that they are awaited."""
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
    consumer, who may have caught it. `made_up_variables` are the environment variables of which we
    made the values up.
    """

    def __init__(
        self,
        recorder: Recorder,
        settings: Settings,
        hints: Hints,
        import_hooks: ImportHooks,
        made_up_variables: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._made_up_variables = made_up_variables
        self._recorder, self._settings = recorder, settings
        self._hints, self._import_hooks = hints, import_hooks
        self._overrides = Overrides(settings.answers)
        self._patches = Patches()
        self._makers: dict[tuple[str, bool], Maker] = {}
        self._lock = threading.Lock()
        self._installed = False
        self._moto = MotoBackend() if settings.backend == "moto" else None
        self.filled = settings.filled
        self.misuse: AnswerError | None = None

    def install(self) -> None:
        """Answer from now on, once botocore is imported.

        Raises `BackendError` when moto is to answer and is not there.
        """
        if self._moto is not None:
            self._moto.start()
        self._installed = True
        for module, action in (
            ("botocore.loaders", self._share_models),
            ("botocore.validate", self._carry_parameters),
            ("botocore.endpoint", self._answer_requests),
            ("botocore.waiter", self._hurry_waiters),
        ):
            self._import_hooks.after_import(module, functools.partial(self._patch, action))

    def remove(self) -> None:
        """Put everything back."""
        was_installed, self._installed = self._installed, False
        self._patches.undo()
        if self._moto is not None and was_installed:
            self._moto.stop()

    # What is replaced in botocore
    # ----------------------------------------------------------------------------------------------

    def _patch(self, action: Callable[[ModuleType], None], module: ModuleType) -> None:
        if self._installed:
            action(module)

    def _share_models(self, module: ModuleType) -> None:
        """Read each model of a service once, for consumers that make a session in each call.

        Reading is most of the time of such a call. Sessions share the models then, as the clients
        of one session always do.
        """
        load, list_services = module.JSONFileLoader.load_file, module.Loader.list_available_services
        files: dict[str, Any] = {}
        services: dict[tuple[str, ...], Any] = {}

        def load_file(loader: Any, file_path: str) -> Any:
            if file_path not in files:
                files[file_path] = load(loader, file_path)
            return files[file_path]

        def list_available_services(loader: Any, type_name: str) -> Any:
            key = (type_name, *loader.search_paths)
            if key not in services:
                services[key] = list_services(loader, type_name)
            return list(services[key])

        self._patches.set(module.JSONFileLoader, "load_file", load_file)
        self._patches.set(module.Loader, "list_available_services", list_available_services)

    def _carry_parameters(self, module: ModuleType) -> None:
        serialize = module.ParamValidationDecorator.serialize_to_request

        def serialize_to_request(decorator: Any, parameters: Any, operation_model: Any) -> Any:
            try:
                request = serialize(decorator, parameters, operation_model)
            except module.ParamValidationError as error:
                self._note_refusal(error, parameters)
                raise
            request[_PARAMETERS] = parameters
            return request

        decorator = module.ParamValidationDecorator
        self._patches.set(decorator, "serialize_to_request", serialize_to_request)

    def _note_refusal(self, error: BaseException, parameters: Mapping[str, Any]) -> None:
        """Note that botocore refuses parameters, unless the value was made up that it refuses."""
        provenance = self._recorder.provenance
        if provenance is None:
            return
        for path in _REFUSED_PARAMETER.findall(str(error)):
            origin = origin_of(_at(parameters, path))
            if origin is not None:
                mark(error, origin)
                return
        provenance.note_wrong_call(error)

    def _answer_requests(self, module: ModuleType) -> None:
        send = module.Endpoint.make_request

        def make_request(endpoint: Any, operation_model: Any, request_dict: Any) -> Any:
            parameters = request_dict.pop(_PARAMETERS, None) or {}
            really_send = functools.partial(_send, send, endpoint, operation_model, request_dict)
            if is_preparing():
                return really_send()
            region = request_dict.get("context", {}).get("client_region")
            answering = functools.partial(
                self._call, operation_model, parameters, really_send, region
            )
            if type(endpoint).__module__.partition(".")[0] == _ASYNCHRONOUS:
                return _awaitable(answering, waits=operation_model.name == "ReceiveMessage")
            return answering()

        self._patches.set(module.Endpoint, "make_request", make_request)

    def _hurry_waiters(self, module: ModuleType) -> None:
        wait = module.Waiter.wait

        def hurried(waiter: Any, **arguments: Any) -> None:
            arguments["WaiterConfig"] = {**arguments.get("WaiterConfig", {}), "Delay": 0}
            with waiting_for(waiter.config.acceptors):
                wait(waiter, **arguments)

        self._patches.set(module.Waiter, "wait", hurried)

    # How a call is answered
    # ----------------------------------------------------------------------------------------------

    def _call(
        self,
        model: Any,
        parameters: Mapping[str, Any],
        send: Callable[[], Any],
        region: str | None,
    ) -> Any:
        """The response to a call, which is recorded whether it succeeds or raises."""
        name = f"{model.service_model.service_name}.{model.name}"
        sent = _sent(parameters, model)
        answer, origin = None, Origin.GIVEN

        def record(shown_answer: Any = None) -> Effect:
            is_read = reads(name) or (name in QUEUE_OPERATIONS and answering_queue() is not None)
            effect = Effect(Sort.AWS, name, sent, is_read, answer=shown_answer, origin=origin)
            self._recorder.note(effect)
            return effect

        try:
            answer, origin = self._answer(name, model, parameters)
            if answer is None and self._moto is not None:
                response = self._moto.response(name, parameters, region, send)
                if response is None:
                    answer, origin = self._own_answer(name, model, parameters)
            if answer is not None:
                response = _response(answer)
        except BaseException as error:
            record()
            if isinstance(error, AnswerError) and self.misuse is None:
                self.misuse = error
            raise
        effect = record(_shown(response[1]))
        if origin is not Origin.MADE_UP:
            return response
        return response[0], tagged(response[1], self._recorder.origin(effect, model.output_shape))

    def _answer(
        self, name: str, model: Any, parameters: Mapping[str, Any]
    ) -> tuple[dict[str, Any] | None, Origin]:
        """What a call is answered with, and where that is from; `None` where moto is to say."""
        if self._overrides.names(name):
            event = next(iter(self._recorder.events()), None)
            answer = self._overrides.answer(name, parameters, event, model.output_shape)
            return answer, Origin.GIVEN
        limited = refusal(name, parameters, model.input_shape, self._foreign_texts)
        if limited is not None:
            error = {"Code": limited.code, "Message": limited.message}
            return {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 400}}, Origin.LIMIT
        queue = answering_queue()
        polled = None if queue is None else queue.answer(name, parameters)
        if polled is not None:
            return polled, Origin.LIMIT if "Error" in polled else Origin.EVENT
        requested = self._requested(name, parameters, model)
        event_answer = self._event_answer(name, model, requested, parameters)
        if event_answer is not None:
            return event_answer, Origin.EVENT
        if self._moto is not None:
            return None, Origin.GIVEN
        return self._made_up_answer(name, model, requested, parameters), Origin.MADE_UP

    def _made_up_answer(
        self, name: str, model: Any, requested: RequestedValues, parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        """An answer that fits the model of its operation, and what the call asks for."""
        answer: dict[str, Any] = self._maker(name, model, filled=self.filled)(requested)
        end_pages(name, answer, parameters)
        refuse_entries(name, answer, parameters, self._foreign_texts)
        fill_stored_values(
            name, answer, parameters, self._hints, filled=self.filled, names=requested.event
        )
        if is_waiting():
            makers = (self._maker(name, model, filled=filled) for filled in (True, False))
            answer = final_response(
                answer, *(functools.partial(make, requested) for make in makers)
            )
        return answer

    def _own_answer(
        self, name: str, model: Any, parameters: Mapping[str, Any]
    ) -> tuple[dict[str, Any], Origin]:
        """What we answer where moto cannot: as the event says, or made up."""
        if name.startswith("ecr."):
            images = event_images(self._recorder.events())
            answer = ecr_answer(model.name, parameters, images, filled=self.filled)
            if answer is not None:
                return answer, Origin.EVENT
        requested = self._requested(name, parameters, model)
        return self._made_up_answer(name, model, requested, parameters), Origin.MADE_UP

    def _foreign_texts(self) -> set[str]:
        """The texts in this call that are neither the consumer's nor the event's.

        We made them up, or they are of the environment and the settings, where a word may stand for
        what is there in truth.
        """
        texts = {_PLACEHOLDER, *self._made_up_variables.values(), *os.environ.values()}
        texts.update(_texts(plain(self._settings.answers)))
        for effect in self._recorder.effects():
            if effect.origin is Origin.MADE_UP:
                texts.update(_texts(effect.answer))
        told = json_text.one_line(self._recorder.events())
        return {text for text in texts if len(text) >= _SHORTEST and text not in told}

    def _requested(self, name: str, parameters: Mapping[str, Any], model: Any) -> RequestedValues:
        """What a call asks for, without the tokens that are new in each call.

        What is read tells of the event's repository, where the call names nothing itself.
        """
        tokens = _new_tokens(parameters, model)
        settled = {key: value for key, value in parameters.items() if key not in tokens}
        names = EventNames.of(event_images(self._recorder.events())) if reads(name) else None
        return RequestedValues.of(settled, model.input_shape, names)

    def _event_answer(
        self, name: str, model: Any, requested: RequestedValues, parameters: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """The answer that agrees with the event in hand; writes to a registry are left to moto."""
        if not name.startswith(("ecr.", "inspector2.ListFindings")):
            return None
        images = event_images(self._recorder.events())
        if not images or (self._moto is not None and not reads(name)):
            return None
        if name.startswith("ecr."):
            return ecr_answer(model.name, parameters, images, filled=self.filled)
        template, *_ = self._maker(name, model, filled=True)(requested)["findings"]
        findings = inspector_findings(template, images)
        return None if findings is None else {"findings": findings}

    def _maker(self, name: str, model: Any, *, filled: bool) -> Maker:
        """The maker of made-up responses for an operation, compiled once."""
        key = name, filled
        maker = self._makers.get(key)
        if maker is None:
            service, shape = model.service_model.service_name, model.output_shape
            # botocore's shapes are computed on first sight, which is not for several threads at
            # once.
            with self._lock:
                tokens = page_tokens(name, model.input_shape, shape)
                maker = response_maker(shape, service=service, filled=filled, page_tokens=tokens)
            self._makers[key] = maker
        return maker


async def _awaitable(answering: Callable[[], Any], *, waits: bool) -> Any:
    """The response to a call that is awaited; where it `waits`, other tasks get on meanwhile."""
    if waits:
        import asyncio  # late: few consumers are asynchronous

        return await asyncio.to_thread(answering)
    return answering()


def _send(send: Callable[..., Any], endpoint: Any, model: Any, request: dict[str, Any]) -> Any:
    """Send a request, perhaps for the second time: its body is read from the beginning."""
    body: Any = request.get("body")
    if hasattr(body, "seek"):
        body.seek(0)
    return send(endpoint, model, request)


def _response(answer: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    from botocore.awsrequest import AWSResponse

    metadata = {"HTTPStatusCode": 200, **answer.get("ResponseMetadata", {}), "HTTPHeaders": {}}
    answer["ResponseMetadata"] = {**_METADATA, **metadata}
    return AWSResponse("", metadata["HTTPStatusCode"], {}, None), answer


def _at(parameters: Any, path: str) -> Any:
    """What stands at a path of botocore's reports: `Tags[0].Key`."""
    value = parameters
    for step in re.findall(r"[^.\[\]]+", path):
        try:
            value = value[int(step)] if isinstance(value, list | tuple) else value[step]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return value


def _sent(parameters: Mapping[str, Any], model: Any) -> Any:
    """The parameters as plain JSON; a token that is new in each call is written as what it is."""
    return plain({**parameters, **dict.fromkeys(_new_tokens(parameters, model), "<a new UUID>")})


def _new_tokens(parameters: Mapping[str, Any], model: Any) -> list[str]:
    """The parameters that are UUIDs for idempotency, made by botocore or by the consumer."""
    if model.input_shape is None:
        return []
    tokens = [(name, parameters.get(name)) for name in model.idempotent_members]
    return [name for name, token in tokens if isinstance(token, str) and _UUID.fullmatch(token)]


def _texts(value: Any) -> Iterator[str]:
    """The texts in plain JSON."""
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from _texts(inner)
        case list():
            for inner in value:
                yield from _texts(inner)


def _shown(answer: Mapping[str, Any]) -> Any:
    members = dict(answer)
    members.pop("ResponseMetadata", None)
    return plain(members)


def plain(value: Any) -> Any:
    """A value of botocore's as plain JSON.

    Bytes and times become text; what would have to be read becomes a word for it.
    """
    kind = type(value)
    # Most are of these; the patterns below take their time.
    if kind is str or kind is int or kind is bool or value is None:
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
    content = getattr(value, "ecr_content", None)
    if isinstance(content, bytes):
        return plain(content)
    return f"<{type(value).__name__}>"
