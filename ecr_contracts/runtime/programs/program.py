"""A program that gets an event as a line of JSON on its standard input, and answers it.

It may be written in several ways, and the first event tells in which:

- it is kept: it reads a line, answers with a line of JSON on its standard output, and reads the
  next. A program that has read its line, and is silent, may wait for the end of its input; so its
  input is closed then.
- it ends after each event, with an exit code, with or without a line of JSON. It is started again
  for each event, and its input ends with the line.
- it is made for Lambda, and asks its runtime interface for events: a binary of Go, say.

What stands on standard error, and lines of standard output that are no JSON, are its log.
"""

from __future__ import annotations

import json
import os
import shlex
import time
from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from typing import Any

from ecr_contracts.core.errors import ConsumerError, SetupError
from ecr_contracts.core.masking import hide_here, masked_text, secrets
from ecr_contracts.core.text import shortened
from ecr_contracts.runtime.masked_outcome import masked_outcome
from ecr_contracts.runtime.outcome import Outcome, Status
from ecr_contracts.runtime.programs import traces
from ecr_contracts.runtime.programs.answers import (
    NO_ANSWER,
    NO_JSON,
    Written,
    is_error,
    json_in,
    of_answer,
    of_end,
    stopped,
)
from ecr_contracts.runtime.programs.conversation import LOADING, Conversation, wait, written_by
from ecr_contracts.runtime.programs.process import Process, Stand
from ecr_contracts.runtime.sandbox.kernel import Containment
from ecr_contracts.runtime.sandbox.secret_files import secrets_around
from ecr_contracts.runtime.sandbox.settings import Settings

__all__ = ["Program"]

_AFTERWARDS = 0.5
"""Seconds that the first answer is waited behind: for the end of the program, or another line."""
_OPERATORS = frozenset({"|", "||", "&&", ";", ">", ">>", "<", "2>", "2>&1", "&"})
_LONGEST_SHOWN = 300  # characters of what a program wrote, in a sentence

_LINE_ADVICE = (
    "read one line of JSON, answer with one line of JSON on standard output, and write logs to "
    "standard error; or end with exit code 0"
)


class _Way(Enum):
    """How a program takes its events."""

    UNKNOWN = "unknown"
    KEPT = "kept"
    ONCE = "once"
    RUNTIME = "runtime"


class Program:
    """A program by its command, as it is typed in a folder; it is started when it is first called.

    `timeout` are the seconds that it has for an event, its start not counted. Of the `settings`
    its variables (`env`) and what is let through (`allow_net`, `allow_write`) hold for a program.
    Raises ConsumerError for what is no command.
    """

    def __init__(
        self, command: str, *, timeout: float, settings: Settings, folder: str | None = None
    ) -> None:
        self.command, self.timeout = command, timeout
        self._folder = os.path.abspath(folder or os.getcwd())
        self._env: Mapping[str, str] = settings.env
        self._hidden = secrets(os.environ) | secrets(settings.env)
        self._hidden |= secrets_around(None, self._folder)
        hide_here(self._hidden)
        places = [os.path.join(self._folder, place) for place in settings.allow_write]
        self._stand = Stand(
            command,
            _words(command),
            folder=self._folder,
            env=dict(settings.env),
            allow_net=settings.allow_net,
            allow_write=places,
        )
        self._process: Process | None = None
        self._way = _Way.UNKNOWN

    @property
    def containment(self) -> Containment | None:
        """What the operating system holds back of it; None before it was started."""
        return self._stand.containment

    @property
    def is_started_anew(self) -> bool:
        """Whether it is started again for each event."""
        return self._way is _Way.ONCE

    def start(self) -> None:
        """Start it, unless it is at work. Raises ConsumerError or SetupError."""
        if self._process is None:
            self._process = self._stand.start()

    def call(self, payload: Any) -> Outcome:
        """What it does with a payload.

        Raises ConsumerError for a program that cannot be started, or never reads its input;
        SetupError for one that answers with something else than a line of JSON.
        """
        began = time.perf_counter()
        line = json.dumps(payload, separators=(",", ":")).encode("ascii") + b"\n"
        try:
            is_fresh = self._is_fresh()
            self.start()
            outcome = self._given(line, is_fresh=is_fresh)
            if outcome is None:
                # It ended before it said anything, perhaps since its last event: a new one tells.
                self.start()
                outcome = self._given(line, is_fresh=True)
        except BaseException:
            self.forget()
            raise
        assert outcome is not None, "a program that was just started has an outcome"
        seconds = time.perf_counter() - began
        return replace(masked_outcome(outcome, self._hidden), seconds=seconds)

    def forget(self) -> None:
        """End it; the next call starts it anew."""
        process, self._process = self._process, None
        if process is not None:
            process.end()

    def close(self) -> None:
        """End it, and all that it started."""
        self.forget()
        self._stand.close()

    # --- one event ------------------------------------------------------------------------------

    def _is_fresh(self) -> bool:
        """Whether the next event is the first of its process."""
        process = self._process
        if process is None:
            return True
        process.wait(0.0)
        if process.code is not None:
            self.forget()
            return True
        if self._way is not _Way.RUNTIME:
            self._refuse_more_lines(process)
        return False

    def _given(self, line: bytes, *, is_fresh: bool) -> Outcome | None:
        """The outcome of a line; None where the program ended in order without a word."""
        process = self._process
        assert process is not None
        if self._way is _Way.RUNTIME:
            return self._over_runtime(process, line, is_fresh=is_fresh)
        conversation = Conversation(process, self.timeout, is_known=self._way is not _Way.UNKNOWN)
        process.give(line)
        if self._way is _Way.ONCE:
            conversation.ends_input = True
        value = conversation.run()
        if conversation.asks_runtime:
            self._way = _Way.RUNTIME
            return self._over_runtime(process, line, is_fresh=is_fresh)
        written = conversation.written()
        if conversation.is_flooded:
            self.forget()
            problem = "$ is larger than the 6 MB that Lambda takes"
            return Outcome(Status.RETURNED, unserialisable=problem, output=written.all)
        if process.code is not None:
            return self._ended(process, conversation, len(line), is_fresh=is_fresh)
        if value is NO_JSON:
            return self._late(conversation, len(line))
        if conversation.has_closed_input or conversation.ends_input:
            self._way = _Way.ONCE  # it goes on behind its answer, with nothing to do
            self.forget()
        elif self._way is _Way.UNKNOWN:
            conversation.listen(_AFTERWARDS)
            if process.code is not None:
                self._way = _Way.ONCE
                self.forget()
            else:
                self._way = _Way.KEPT
                self._refuse_more_lines(process, value)
        return of_answer(value, conversation.written(), self._folder)

    def _over_runtime(self, process: Process, line: bytes, *, is_fresh: bool) -> Outcome | None:
        """The outcome of a line that is given by the runtime interface; None as for `_given`."""
        runtime = process.runtime
        assert runtime is not None
        process.output.clear()
        process.errors.clear()
        wait(process, lambda: runtime.is_asked or runtime.has_answer, LOADING)
        if process.code is not None and not is_fresh:
            self.forget()
            return None
        if runtime.is_asked and process.code is None and not runtime.has_answer:
            runtime.give(line.rstrip(b"\n"), self.timeout)
            wait(process, lambda: runtime.has_answer, self.timeout)
        answer, code = runtime.answer(), process.code
        written = written_by(process)
        if code is not None or answer is None or answer.sort == "init":
            self.forget()
        if answer is not None:
            value = json_in(answer.body)
            if answer.sort == "init":
                said = written.errors or answer.body.decode("utf-8", "replace")
                raise self._unready(said)
            if answer.sort == "error" and not is_error(value):
                value = {"errorType": "", "errorMessage": answer.body.decode("utf-8", "replace")}
            if value is NO_JSON:
                text = answer.body.decode("utf-8", "replace")
                return Outcome(Status.RETURNED, returned=text or None, output=written.all)
            return of_answer(value, written, self._folder)
        if code == 0:
            message = "exit code 0, before it posted what came of the event"
            return Outcome(Status.RAISED, NO_ANSWER, message, output=written.all)
        if code is not None:
            return of_end(code, written, self._folder)
        return self._without_answer(written)

    def _unready(self, said: str) -> ConsumerError:
        said = shortened(_gist(masked_text(said, self._hidden)), _LONGEST_SHOWN)
        return ConsumerError(self.command, "its runtime cannot begin", f"it wrote: {said}")

    def _without_answer(self, written: Written) -> Outcome:
        message = f"no answer within {self.timeout:g} s"
        late = Outcome(Status.TIMED_OUT, message=message, output=written.all)
        return stopped(late, written.errors)

    def _ended(
        self, process: Process, conversation: Conversation, length: int, *, is_fresh: bool
    ) -> Outcome | None:
        """The outcome of a program that ended, with an exit code."""
        code = process.code
        assert code is not None
        was_kept = self._way is _Way.KEPT
        written = conversation.written(with_answer=True)
        has_read = conversation.least_unread < length
        self.forget()
        is_silent = conversation.value is NO_JSON
        if was_kept and code == 0 and is_silent and is_fresh:
            message = "exit code 0, and no line of JSON, though it is kept after other events"
            return Outcome(Status.RAISED, NO_ANSWER, message, output=written.all)
        if was_kept and code == 0 and is_silent:
            return None
        if not has_read and not was_kept:
            raise self._unread(code, written)
        if code == 0 or conversation.has_closed_input or conversation.ends_input:
            self._way = _Way.ONCE
        return of_end(code, written, self._folder)

    def _late(self, conversation: Conversation, length: int) -> Outcome:
        """The outcome of a program that did not answer, which is ended."""
        written = conversation.written()
        is_unknown = self._way is _Way.UNKNOWN
        self.forget()
        if is_unknown and conversation.least_unread >= length:
            raise self._unread(None, written)
        if is_unknown and written.output.strip():
            said = shortened(traces.last_line(written.output), _LONGEST_SHOWN)
            problem = "it answers its first event with what is no line of JSON, and goes on"
            raise SetupError(self.command, problem, masked_text(said, self._hidden), _LINE_ADVICE)
        return self._without_answer(written)

    def _unread(self, code: int | None, written: Written) -> ConsumerError:
        """That it never read its standard input, so that no event got to it."""
        problem = "it runs on, and never reads its standard input: no event got to it"
        if code is not None:
            problem = f"it ends (exit code {code}) before it reads its standard input"
        said = masked_text(written.all, self._hidden)
        if "AWS_LAMBDA_RUNTIME_API" in said:
            advice = "it wants Lambda's runtime interface: run it in a container, and --url"
        elif last := _gist(said):
            advice = f"it wrote: {shortened(last, _LONGEST_SHOWN)}"
        else:
            advice = _LINE_ADVICE
        return ConsumerError(self.command, problem, advice)

    def _refuse_more_lines(self, process: Process, first: Any = NO_JSON) -> None:
        """Raise SetupError where it answered an event with more than one line of JSON."""
        lines = bytes(process.output).split(b"\n")[:-1]
        for line in lines:
            value = json_in(line)
            if value is NO_JSON:
                continue
            texts = [json.dumps(one) for one in (first, value) if one is not NO_JSON]
            said = "\n  ".join(shortened(text, _LONGEST_SHOWN) for text in texts)
            problem = "it writes several lines of JSON for one event: which one is its answer?"
            raise SetupError(self.command, problem, masked_text(said, self._hidden), _LINE_ADVICE)


def _gist(written: str) -> str:
    """The exception that a text tells of, else its last line."""
    failure = traces.failure_in(written)
    if failure is not None and failure.exception:
        return f"{failure.exception}: {failure.message}".partition("\n")[0]
    return traces.last_line(written)


def _words(command: str) -> list[str]:
    """The words of a command. Raises ConsumerError for what is none, or is one of a shell."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        problem = f"it is no command: {str(error).lower()}"
        raise ConsumerError(command, problem, "close its quotes") from None
    if not words:
        problem = "there is no command in it"
        raise ConsumerError(command, problem, "give one, such as --command 'node run.mjs'")
    if not _OPERATORS.isdisjoint(words):
        advice = f"give it to a shell: --command {shlex.quote(f'sh -c {shlex.quote(command)}')}"
        raise ConsumerError(command, "no shell reads it, so | and > mean nothing in it", advice)
    return words
