"""E-mails by smtplib: everything works that works with a server, nothing is sent, and what would be
is noted.
"""

import contextlib
import smtplib
import socket
import ssl
import threading
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core import limits
from ecr_contracts.runtime.effects import Sort
from ecr_contracts.runtime.sandbox.hooks import ImportHooks
from ecr_contracts.runtime.sandbox.network.smtp import SmtpClients
from ecr_contracts.runtime.sandbox.recorder import Recorder
from ecr_contracts.runtime.sandbox.settings import Settings

HOST = "mail.example.invalid"
FROM, TO, CC = "scanner@example.invalid", "a@example.invalid", "b@example.invalid"


@contextlib.contextmanager
def taking(**settings):
    recorder = Recorder()
    with ImportHooks() as import_hooks:
        mail = SmtpClients(recorder, Settings(**settings), import_hooks)
        mail.install()
        try:
            yield recorder
        finally:
            mail.remove()


@pytest.fixture
def recorder():
    with taking() as recorder:
        yield recorder


def only(recorder):
    (effect,) = recorder.effects()
    assert effect.sort is Sort.EMAIL
    assert effect.changes
    return effect


def test_a_message_is_noted_with_its_recipients_subject_and_text(recorder):
    with smtplib.SMTP(HOST, 587, timeout=3) as server:
        refused = server.sendmail(
            FROM, [TO, CC], "Subject: 3 CRITICAL\r\n\r\nin team/app\r\n.hidden\r\n"
        )
    assert refused == {}
    assert only(recorder).name == f"{TO}, {CC}"
    assert only(recorder).content == {
        "from": FROM,
        "subject": "3 CRITICAL",
        "body": "in team/app\n.hidden",
    }


@pytest.mark.parametrize("context", [None, ssl.create_default_context()], ids=["plain", "context"])
def test_starttls_and_login_work_and_no_password_is_noted(recorder, context):
    with smtplib.SMTP(HOST, 587) as server:
        server.ehlo()
        assert server.starttls(context=context)[0] == 220
        assert server.login("scanner", "open-sesame")[0] == 235
        server.sendmail(FROM, TO, "Subject: x\n\ny")
        assert server.noop()[0] == 250
    assert "sesame" not in repr(recorder.effects())
    assert only(recorder).name == TO


@pytest.mark.parametrize("kind", [smtplib.SMTP, smtplib.SMTP_SSL, smtplib.LMTP])
def test_each_class_sends_message_objects(recorder, kind):
    message = EmailMessage()
    message["From"], message["To"], message["Cc"] = f"Scanner <{FROM}>", TO, CC
    message["Subject"] = "Größe: 3 CRITICAL"
    message.set_content("façade\n")
    message.add_alternative("<p>façade</p>", subtype="html")
    message.add_attachment(b"1,2", maintype="text", subtype="csv", filename="findings.csv")
    server = kind(HOST)
    server.send_message(message)
    assert server.quit()[0] == 221
    assert only(recorder).name == f"{TO}, {CC}"
    assert only(recorder).content == {
        "from": f"Scanner <{FROM}>",
        "subject": "Größe: 3 CRITICAL",
        "body": "façade",
        "attachments": ["findings.csv"],
    }


def test_several_messages_of_one_connection_are_each_noted(recorder):
    server = smtplib.SMTP()
    server.connect(f"{HOST}:2525")
    for number in range(3):
        server.sendmail(FROM, [TO], f"Subject: {number}\n\n")
    server.close()
    assert [effect.content["subject"] for effect in recorder.effects()] == ["0", "1", "2"]
    with pytest.raises(smtplib.SMTPServerDisconnected):
        server.noop()


def test_older_message_classes_and_unknown_charsets_are_read(recorder):
    message = MIMEMultipart()
    message["Subject"] = "scan"
    message.attach(MIMEText("<b>3</b>", "html"))
    with smtplib.SMTP_SSL(HOST, context=ssl.create_default_context()) as server:
        server.sendmail(FROM, TO, message.as_string())
        server.sendmail(FROM, TO, b"Content-Type: text/plain; charset=x-unknown\r\n\r\nhi")
        server.sendmail(FROM, TO, b"")
    assert [effect.content["body"] for effect in recorder.effects()] == ["<b>3</b>", "hi", ""]
    assert recorder.effects()[2].content == {"from": FROM, "subject": "", "body": ""}


@given(st.lists(st.sampled_from(["", ".", "..", "...x", "QUIT", "text", ".text"]), max_size=6))
def test_whatever_lines_a_message_has_they_are_noted_as_they_are(lines):
    with taking() as recorder, smtplib.SMTP(HOST, local_hostname="here") as server:
        server.sendmail(FROM, TO, "Subject: x\r\n\r\n" + "\r\n".join(lines))
    assert only(recorder).content["body"] == "\n".join(lines).rstrip("\n")


def test_long_texts_are_cut(recorder):
    with smtplib.SMTP(HOST) as server:
        server.sendmail(FROM, TO, "Subject: x\n\n" + "\n".join(["x" * 70] * 1000))
    assert len(only(recorder).content["body"]) == limits.BODY_CHARACTERS


def answering_once(listening):
    connection, _ = listening.accept()
    connection.sendall(b"220 real\r\n")
    connection.recv(1000)
    connection.sendall(b"221 bye\r\n")
    connection.close()


@pytest.mark.parametrize("together", [True, False])
def test_a_server_that_is_let_through_is_reached(together):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host, port = listening.getsockname()
        thread = threading.Thread(target=answering_once, args=(listening,), daemon=True)
        thread.start()
        with taking(allow_net=(f"{host}:{port}",)) as recorder:
            server = smtplib.SMTP(local_hostname="here")
            greeting = server.connect(f"{host}:{port}") if together else server.connect(host, port)
            server.quit()
        thread.join(5)
    assert not recorder.effects()
    assert greeting == (220, b"real")


def test_nothing_remains():
    before = dict(vars(smtplib.SMTP))
    with ImportHooks() as import_hooks:
        mail = SmtpClients(Recorder(), Settings(), import_hooks)
        mail.install()
        mail.install()
        mail.remove()
        assert all(vars(smtplib.SMTP)[name] is value for name, value in before.items())
        SmtpClients(Recorder(), Settings(), import_hooks)
    assert dict(vars(smtplib.SMTP)) == before
