"""HTTP/1.1 as bytes: the request that a client sent, and the answer that it reads."""

from __future__ import annotations

from http import HTTPStatus

from ecr_contracts.runtime.sandbox.network.replies import Reply, Request

_PORTS = {"http": 80, "https": 443}


def origin(scheme: str, host: str, port: int) -> str:
    """The start of the URLs of a host."""
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" if port == _PORTS[scheme] else f"{scheme}://{shown}:{port}"


def is_whole(sent: bytes) -> bool:
    """Whether a request is all there."""
    head, end, body = sent.partition(b"\r\n\r\n")
    if not end:
        return False
    headers = {name.lower(): value for name, value in _headers(head)}
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return body.endswith(b"0\r\n\r\n")
    return len(body) >= int(headers.get("content-length", 0))


def request(sent: bytes, start: str) -> Request:
    """The request in what was sent to an origin; to a proxy the URL is sent whole."""
    head, _, body = sent.partition(b"\r\n\r\n")
    method, target = head.partition(b"\r\n")[0].decode("latin-1").split(" ")[:2]
    headers = _headers(head)
    if any(
        name.lower() == "transfer-encoding" and "chunked" in value.lower()
        for name, value in headers
    ):
        body = _joined(body)
    return Request.of(
        method, target if "://" in target.partition("?")[0] else start + target, headers, body
    )


def response(reply: Reply, *, with_body: bool = True) -> bytes:
    """An answer as a server sends it; to HEAD without the body."""
    body = reply.encoded()
    reasons = {status.value: status.phrase for status in HTTPStatus}
    lines = [f"HTTP/1.1 {reply.status} {reasons.get(reply.status, '')}"]
    lines += [f"{name}: {value}" for name, value in reply.all_headers(len(body))]
    return "\r\n".join([*lines, "\r\n"]).encode() + (body if with_body else b"")


def _headers(head: bytes) -> list[tuple[str, str]]:
    lines = head.decode("latin-1").split("\r\n")[1:]
    return [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]


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
