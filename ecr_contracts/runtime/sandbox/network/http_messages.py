"""HTTP/1.1 messages as bytes: the request that a client sent, and the response that it reads."""

from __future__ import annotations

from http import HTTPStatus

from ecr_contracts.runtime.sandbox.network.replies import Reply, Request

_PORTS = {"http": 80, "https": 443}
_REASONS = {status.value: status.phrase for status in HTTPStatus}


def origin(scheme: str, host: str, port: int) -> str:
    """The start of the URLs of a host."""
    start = f"{scheme}://[{host}]" if ":" in host else f"{scheme}://{host}"
    if port == _PORTS[scheme]:
        return start
    return f"{start}:{port}"


def is_whole(sent: bytes) -> bool:
    """Whether a request has arrived with its whole body."""
    head, end, body = sent.partition(b"\r\n\r\n")
    if not end:
        return False
    headers = _headers(head)
    if _is_chunked(headers):
        return body.endswith(b"0\r\n\r\n")
    lengths = [int(value) for name, value in headers if name.lower() == "content-length"]
    return len(body) >= (lengths[-1] if lengths else 0)


def request(sent: bytes, start: str) -> Request:
    """The request in what was sent to an origin; to a proxy the URL is sent whole."""
    head, _, body = sent.partition(b"\r\n\r\n")
    method, target = head.partition(b"\r\n")[0].decode("latin-1").split(" ")[:2]
    headers = _headers(head)
    if _is_chunked(headers):
        body = _joined(body)
    if "://" not in target.partition("?")[0]:
        target = start + target
    return Request.of(method, target, headers, body)


def response(reply: Reply, *, with_body: bool = True) -> bytes:
    """A reply as a server sends it; to HEAD without the body."""
    body = reply.encoded()
    length = len(body)
    if not with_body:
        body = b""
    lines = [f"HTTP/1.1 {reply.status} {_REASONS.get(reply.status, '')}"]
    lines += [f"{name}: {value}" for name, value in reply.all_headers(length)]
    return "\r\n".join([*lines, "\r\n"]).encode() + body


def _headers(head: bytes) -> list[tuple[str, str]]:
    headers = []
    for line in head.decode("latin-1").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        headers.append((name, value.strip()))
    return headers


def _is_chunked(headers: list[tuple[str, str]]) -> bool:
    return any(
        name.lower() == "transfer-encoding" and "chunked" in value.lower()
        for name, value in headers
    )


def _joined(chunks: bytes) -> bytes:
    body = bytearray()
    while chunks:
        size, _, rest = chunks.partition(b"\r\n")
        length = int(size.partition(b";")[0] or b"0", 16)
        if not length:
            break
        body += rest[:length]
        chunks = rest[length + 2 :]
    return bytes(body)
