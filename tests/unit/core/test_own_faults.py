"""Faults of ours: one line, and a file that holds the rest and no secret."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core.masking import hide_here, secrets
from ecr_contracts.core.own_faults import OwnFaultError, own_fault


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def raised(error):
    try:
        raise error
    except type(error) as caught:
        return caught


def test_the_traceback_is_in_the_file_that_is_named():
    fault = own_fault(raised(KeyError("nobody meant this")))
    text = Path(fault.file).read_text("utf-8")
    assert "raise error" in text
    assert text.endswith("KeyError: 'nobody meant this'\n")
    assert str(fault).endswith(f"please report it with its traceback, {fault.file}")
    assert text.startswith("ecr-contracts ")


@given(st.text())
def test_it_is_told_in_one_line(text):
    assert len(str(OwnFaultError(own_fault(text).reason, "")).splitlines()) <= 1


def test_a_fault_that_is_told_already_is_told_once(folder):
    fault = own_fault(ValueError(1))
    assert own_fault(fault) is fault
    assert len(list(folder.iterdir())) == 1


def test_no_secret_is_written(monkeypatch):
    monkeypatch.setenv("API_TOKEN", "very-secret-value")
    fault = own_fault(raised(ValueError("refused: very-secret-value")))
    assert "very-secret" not in str(fault)
    assert "very-secret" not in Path(fault.file).read_text("utf-8")


def test_what_a_worker_learned_is_not_written_either():
    hide_here(secrets({"DOTENV_TOKEN": "planted-by-dotenv"}))
    fault = own_fault(raised(ValueError("refused: planted-by-dotenv")))
    assert "planted" not in str(fault) + Path(fault.file).read_text("utf-8")


def test_where_no_file_can_be_written_the_line_is_told_all_the_same(monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", os.path.join("no", "such", "folder"))
    fault = own_fault(ValueError("ours"))
    assert fault.file == ""
    assert str(fault).endswith("says nothing about your code: ValueError: ours")
