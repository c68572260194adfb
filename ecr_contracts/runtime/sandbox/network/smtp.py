"""E-mails that a consumer sends with smtplib: taken by a server in memory, and recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.text import shortened
from ecr_contracts.runtime.effects import Effect, Sort
from ecr_contracts.runtime.sandbox.hooks import ImportHooks, Patches
from ecr_contracts.runtime.sandbox.network.allowlist import Allowlist
from ecr_contracts.runtime.sandbox.network.sockets import AnsweredSocket
from ecr_contracts.runtime.sandbox.recorder import Recorder
from ecr_contracts.runtime.sandbox.settings import Settings

__all__ = ["SmtpClients"]

_ABILITIES = ("sandbox", "8BITMIME", "SMTPUTF8", "SIZE 41943040", "AUTH PLAIN LOGIN", "STARTTLS")
_REPLIES = {
    "HELO": "250 sandbox",
    "AUTH": "235 welcome",
    "RCPT": "250 fine",
    "DATA": "354 go ahead",
    "STARTTLS": "220 go ahead",
    "VRFY": "252 perhaps",
    "QUIT": "221 bye",
}


class SmtpClients:
    """Takes the e-mails of this process, from `install` to `remove`, but for allowed servers."""

    def __init__(self, recorder: Recorder, settings: Settings, import_hooks: ImportHooks) -> None:
        self._recorder, self._import_hooks = recorder, import_hooks
        self._allowlist = Allowlist(settings.allow_net)
        self._patches = Patches()
        self._installed = False

    def install(self) -> None:
        """Take e-mails from now on, once smtplib is imported."""
        self._installed = True
        self._import_hooks.after_import("smtplib", self._patch)

    def remove(self) -> None:
        """Take none any more; smtplib is as it was."""
        self._installed = False
        self._patches.undo()

    def _patch(self, module: ModuleType) -> None:
        if not self._installed:
            return
        really_connect, really_secure = module.SMTP.connect, module.SMTP.starttls

        def connect(
            this: Any, host: str = "localhost", port: int = 0, source_address: Any = None
        ) -> Any:
            name, number = _address(host, port or this.default_port)
            if self._allowlist.allows(name, number):
                return really_connect(this, host, port, source_address)
            this.sock, this.file = AnsweredSocket(_SmtpServer(self._note)), None
            return this.getreply()

        def starttls(this: Any, *arguments: Any, **named: Any) -> Any:
            if isinstance(this.sock, AnsweredSocket):
                return really_secure(this, context=_NoTls())
            return really_secure(this, *arguments, **named)

        self._patches.set(module.SMTP, "connect", connect)
        self._patches.set(module.SMTP, "starttls", starttls)

    def _note(self, sender: str, recipients: Sequence[str], message: bytes) -> None:
        self._recorder.note(Effect(Sort.EMAIL, ", ".join(recipients), _content(sender, message)))


class _NoTls:
    """A TLS context that leaves a connection as it is."""

    def wrap_socket(self, sock: Any, **_: Any) -> Any:
        return sock


class _SmtpServer:
    """The server's side of one SMTP connection; it lets everybody in and remembers no password."""

    def __init__(self, deliver: Callable[[str, Sequence[str], bytes], None]) -> None:
        self._deliver = deliver
        self._received = b""
        self._greeted = self._in_message = False
        self._sender, self._recipients = "", list[str]()

    def __call__(self, sent: bytes) -> bytes:
        replies = [] if self._greeted else ["220 sandbox"]
        self._greeted = True
        self._received += sent
        while (reply := self._next()) is not None:
            replies.append(reply)
        return "".join(f"{reply}\r\n" for reply in replies).encode()

    def _next(self) -> str | None:
        end = b"\r\n.\r\n" if self._in_message else b"\r\n"
        # The message may be empty, and then ends with its first line.
        start = b"\r\n" if self._in_message else b""
        part, end_found, rest = (start + self._received).partition(end)
        if not end_found:
            return None
        self._received = rest
        if not self._in_message:
            return self._command(part.decode("utf-8", "replace"))
        self._in_message = False
        message = part.replace(b"\r\n..", b"\r\n.").removeprefix(b"\r\n")
        self._deliver(self._sender, self._recipients, message)
        self._sender, self._recipients = "", []
        return "250 taken"

    def _command(self, line: str) -> str:
        verb, _, rest = line.partition(" ")
        match verb.upper():
            case "EHLO" | "LHLO":
                lines = [f"250-{ability}" for ability in _ABILITIES]
                return "\r\n".join([*lines[:-1], lines[-1].replace("-", " ", 1)])
            case "MAIL":
                self._sender = _mailbox(rest)
            case "RSET":
                self._sender, self._recipients = "", []
            case "RCPT":
                self._recipients.append(_mailbox(rest))
            case "DATA":
                self._in_message = True
        return _REPLIES.get(verb.upper(), "250 fine")


def _address(host: str, port: int) -> tuple[str, int]:
    """Host and port; smtplib takes both in one text as well."""
    name, colon, number = host.rpartition(":")
    if colon and ":" not in name and number.isdecimal():
        return name, int(number)
    return host, port


def _mailbox(text: str) -> str:
    return text.partition("<")[2].partition(">")[0]


def _text(part: Any) -> str:
    try:
        return str(part.get_content())
    except LookupError:  # a charset that nobody knows
        return str(part.get_payload())


def _content(sender: str, message: bytes) -> dict[str, Any]:
    # Whoever has smtplib loaded has these as well.
    from email import message_from_bytes
    from email.policy import default

    mail = message_from_bytes(message, policy=default)
    content: dict[str, Any] = {
        "from": str(mail.get("From", sender)),
        "subject": str(mail.get("Subject", "")),
    }
    part = mail.get_body(("plain", "html"))
    text = "" if part is None else _text(part)
    content["body"] = shortened(text.replace("\r\n", "\n").rstrip("\n"), limits.BODY_CHARACTERS)
    names = [attachment.get_filename() for attachment in mail.iter_attachments()]
    if any(names):
        content["attachments"] = [name for name in names if name]
    return content
