"""Connections in memory do what the clients that use them expect of a socket and a transport."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.runtime.sandbox.network.sockets import AnsweredSocket, AnsweredTransport


class Protocol:
    """A client's protocol that notes what it is told."""

    def __init__(self):
        self.told = []

    def connection_made(self, transport):
        self.told.append(("made", transport))

    def data_received(self, data):
        self.told.append(("data", data))

    def connection_lost(self, error):
        self.told.append(("lost", error))


class Loop:
    """A loop that does at once what it is to do soon."""

    def call_soon(self, function, *arguments):
        function(*arguments)


def transport(protocol, end=b"\n"):
    """One whose other end answers a line with the same in capitals."""
    return AnsweredTransport(Loop(), protocol, lambda sent: sent.endswith(end), bytes.upper)


def test_a_transport_tells_the_protocol_that_it_has_at_the_time():
    first, second = Protocol(), Protocol()
    connection = transport(first)
    assert connection.get_protocol() is first
    connection.write(b"one\n")
    connection.set_protocol(second)
    assert connection.get_protocol() is second
    connection.write(b"two\n")
    assert first.told == [("made", connection), ("data", b"ONE\n")]
    assert second.told == [("data", b"TWO\n")]


@given(st.lists(st.binary(max_size=4), max_size=5))
def test_a_request_is_answered_once_it_is_whole_however_it_is_cut(parts):
    client = Protocol()
    connection = transport(client, end=b"!")
    request = b"".join(parts).replace(b"!", b"") + b"!"
    for at in range(0, len(request), 3):
        connection.write(memoryview(request)[at : at + 3])
    connection.writelines([b"ag", b"ain!"])
    assert client.told[1:] == [("data", request.upper()), ("data", b"AGAIN!")]


def test_a_transport_is_closed_once_whoever_closes_it():
    client = Protocol()
    connection = transport(client)
    assert (connection.is_closing(), connection.is_reading()) == (False, True)
    connection.close()
    connection.abort()
    assert (connection.is_closing(), connection.is_reading()) == (True, False)
    assert client.told[1:] == [("lost", None)]


def test_a_transport_has_nothing_waiting_and_nothing_to_tell():
    connection = transport(Protocol())
    assert connection.get_write_buffer_size() == 0
    assert connection.can_write_eof() is False
    assert connection.get_extra_info("peername") is None
    assert connection.get_extra_info("peername", "nobody") == "nobody"


@given(st.lists(st.binary(min_size=1, max_size=6), min_size=1, max_size=4), st.integers(1, 5))
def test_a_socket_answers_all_that_was_sent_in_pieces_of_any_size(parts, size):
    connection = AnsweredSocket(bytes.upper)
    for number, part in enumerate(parts):
        if number % 2:
            connection.sendall(part)
        else:
            assert connection.send(part) == len(part)
    received = b""
    while piece := connection.recv(size):
        assert len(piece) <= size
        received += piece
    assert received == b"".join(parts).upper()
    assert connection.makefile("rb").read() == b""
