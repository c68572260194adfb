"""What SQLite makes of the name of a database: a file, a URI, or something in memory."""

from __future__ import annotations

from urllib.parse import parse_qs

__all__ = ["is_kept_in_memory", "is_read_only"]


def is_kept_in_memory(database: str) -> bool:
    """Whether a database has no file that anybody sees."""
    if database in ("", ":memory:") or database.startswith("file::memory:"):
        return True
    return database.startswith("file:") and "memory" in _query(database).get("mode", ())


def is_read_only(uri: str) -> bool:
    """Whether a database is opened for reading alone."""
    query = _query(uri)
    return "ro" in query.get("mode", ()) or query.get("immutable") == ["1"]


def _query(uri: str) -> dict[str, list[str]]:
    return parse_qs(uri.partition("?")[2])
