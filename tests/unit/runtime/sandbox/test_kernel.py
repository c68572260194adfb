"""What the kernel is told to let through, and how it is told."""

from __future__ import annotations

import os
import struct
import sys
from types import SimpleNamespace

import pytest

from ecr_contracts.runtime.sandbox.kernel import bounds_around, measured_folders, seccomp
from ecr_contracts.runtime.sandbox.kernel.system_calls import AUDIT_ARCH, number

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such a kernel")


@pytest.mark.parametrize(
    ("allowed", "ports", "looks_up"),
    [
        ((), (), False),
        (("127.0.0.1:80",), (80,), False),
        (("localhost:4566", "[::1]:1"), (1, 4566), False),
        (("host.example.invalid:443", "192.0.2.1:443"), (443,), True),
        (("host.example.invalid:x",), (), True),
        (("192.0.2.1:99999",), (), False),
    ],
)
def test_ports_are_those_of_the_addresses(allowed, ports, looks_up):
    bounds = bounds_around(writable=None, allow_net=allowed)
    assert (bounds.ports, bounds.looks_up) == (ports, looks_up)


def test_the_processes_above_are_kept():
    assert bounds_around(writable=None).others[:1] == (os.getppid(),)


def test_a_file_that_may_be_written_stands_for_its_folder(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    places = [str(tmp_path / name) for name in ("file", "folder", "missing/file")]
    writable = bounds_around(writable=places).writable
    assert writable is not None
    assert set(writable) - {"/dev/shm"} == {str(tmp_path), str(tmp_path / "folder")}


def test_stores_of_secrets_are_those_that_are_there(tmp_path, monkeypatch):
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".netrc").touch()
    (tmp_path / "real").mkdir()
    (tmp_path / ".ssh").symlink_to("real")
    (tmp_path / ".docker" / "project").mkdir(parents=True)
    (tmp_path / "named").touch()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KUBECONFIG", f"missing:{tmp_path / 'named'}")
    monkeypatch.chdir(tmp_path / ".docker" / "project")
    secrets = bounds_around(writable=None).secrets
    below = {os.path.relpath(path, tmp_path) for path in secrets if path.startswith(str(tmp_path))}
    assert below == {".aws", ".netrc", "named", "real"}  # what holds the project stays


def test_coverage_has_its_folder(tmp_path, monkeypatch):
    current = SimpleNamespace(get_option={"run:data_file": str(tmp_path / ".coverage")}.get)
    for measuring, folders in ((None, ()), (current, (str(tmp_path),))):
        coverage = SimpleNamespace(current=lambda measuring=measuring: measuring)
        monkeypatch.setitem(sys.modules, "coverage", SimpleNamespace(Coverage=coverage))
        assert measured_folders() == folders
    monkeypatch.delitem(sys.modules, "coverage")
    assert measured_folders() == ()


# The filter
# --------------------------------------------------------------------------------------------------

ALLOW, EPERM, EACCES = 0x7FFF0000, 0x00050001, 0x0005000D


def verdict(program, name, *arguments, arch=AUDIT_ARCH):
    """What a filter says of a call: an interpreter of what it uses of classic BPF."""
    words = [argument & (1 << 64) - 1 for argument in (*arguments, *[0] * 6)][:6]
    call = name if isinstance(name, int) else number(name)
    data = struct.pack("=iIQ6Q", call, arch, 0, *words)
    accumulator, position = 0, 0
    while True:
        operation, if_so, if_not, operand = program[position]
        position += 1
        if operation == 0x20:
            accumulator = struct.unpack_from("=I", data, operand)[0]
        elif operation == 0x54:
            accumulator &= operand
        elif operation == 0x06:
            return operand
        else:
            holds = {
                0x15: accumulator == operand,
                0x45: bool(accumulator & operand),
                0x35: accumulator >= operand,
            }[operation]
            position += if_so if holds else if_not


@pytest.mark.skipif(not AUDIT_ARCH, reason="the calls of this machine are not known")
@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("kill", 7, 9), EPERM),
        (("kill", -1, 9), EPERM),
        (("kill", 8, 9), ALLOW),
        (("tgkill", 7, 7, 9), EPERM),
        (("setpriority", 0, 7, 1), EPERM),
        (("setpriority", 0, 8, 1), ALLOW),
        (("prlimit64", 7, 0, 0), ALLOW),
        (("prlimit64", 7, 0, 1), EPERM),
        (("prlimit64", 7, 0, 1 << 32), EPERM),
        (("prlimit64", 0, 0, 1), ALLOW),
        (("prlimit64", os.getpid(), 0, 1), ALLOW),
        (("ioctl", 0, 0x5412), EPERM),
        (("ioctl", 0, 0x5413), ALLOW),
        (("sendto", 3, 0, 0, 0x20000000), EACCES),
        (("sendto", 3, 0, 0, 0x4000), ALLOW),
        (("socket", 1, 1, 0), ALLOW),
        (("socket", 2, 1, 0), ALLOW),
        (("socket", 10, 0x80801, 6), ALLOW),
        (("socket", 2, 1, 262), EACCES),
        (("socket", 2, 3, 1), EACCES),
        (("socket", 2, 3, 0), EACCES),
        (("socket", 16, 3, 0), ALLOW),
        (("socket", 16, 3, 15), EACCES),
        (("socket", 17, 3, 0), EACCES),
        (("socket", 40, 1, 0), EACCES),
        (("ptrace", 0), EPERM),
        (("mount", 0), EPERM),
        ((1,), ALLOW),
        ((0x40000001,), EPERM),
    ],
)
def test_a_call_is_judged_by_its_number_and_arguments(call, said):
    bounds = bounds_around(writable=None)
    program = seccomp._filter(type(bounds)(others=(7,)), datagrams=True)
    assert verdict(program, *call) == said


@pytest.mark.skipif(not AUDIT_ARCH, reason="the calls of this machine are not known")
def test_datagrams_and_other_machines_are_denied():
    with_datagrams, without = (
        seccomp._filter(bounds_around(writable=None), datagrams=datagrams)
        for datagrams in (True, False)
    )
    for family in (2, 10):
        assert verdict(with_datagrams, "socket", family, 2, 0) == ALLOW
        assert verdict(without, "socket", family, 2 | 0x80000, 0) == EACCES
        assert verdict(without, "socket", family, 1, 0) == ALLOW
    assert verdict(without, "socket", 1, 2, 0) == ALLOW
    assert verdict(without, 1, arch=0x40000003) == EPERM
