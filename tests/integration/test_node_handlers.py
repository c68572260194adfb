"""Handlers for Node: called as Lambda calls them, and judged like those in Python."""

from __future__ import annotations

import importlib.util
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.discovery.target import Target
from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.loader import Consumer
from ecr_contracts.runtime.node.consumer import load_node_handler
from ecr_contracts.runtime.outcome import Outcome, Status
from ecr_contracts.runtime.worker.parent import Worker
from tests.rows import keeping

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="there is no node here")

PUSH = {
    "source": "aws.ecr",
    "detail-type": "ECR Image Action",
    "time": "2024-05-01T10:00:00Z",
    "detail": {"repository-name": "my-repo", "image-tag": "latest", "action-type": "PUSH"},
}


@pytest.fixture
def outcome_of(tmp_path, request) -> Callable[..., Outcome]:
    """Gives what a handler, made of a source, does with one event, and then with others."""
    known: dict[str, Consumer] = {}

    def outcome(source: str, event: Any = PUSH, name: str = "index.mjs") -> Outcome:
        if source not in known:
            (tmp_path / name).write_text(source)
            target = Target.parse(f"{tmp_path / name}:handler")
            handler = load_node_handler(target)
            request.addfinalizer(handler.end)
            known[source] = Consumer(handler, 2, UserCode.around(tmp_path / name, str(tmp_path)))
        return call(known[source], event)

    return outcome


def line_of(outcome: Outcome) -> tuple[str, int] | None:
    """The file and the line that an outcome is located at."""
    place = outcome.location
    return None if place is None else (Path(place.file).name, place.line)


def test_returned(outcome_of):
    """What a handler returns is what JSON makes of it, and what it prints goes to no terminal."""
    outcome = outcome_of(
        "export const handler = async (event, context) => {\n"
        "  console.log(context.awsRequestId.length);\n"
        '  return { tag: event.detail["image-tag"], none: undefined };\n'
        "};\n",
    )
    assert (outcome.status, outcome.returned) == (Status.RETURNED, {"tag": "latest"})


def test_raised(outcome_of):
    """What it throws is told with the name, the message, the line and the stack that Node shows."""
    outcome = outcome_of(
        "const tagOf = (detail) => detail.imageTag.toLowerCase();\n"
        "export const handler = async (event) => {\n"
        "  return tagOf(event.detail);\n"
        "};\n",
    )
    assert outcome.status is Status.RAISED
    assert outcome.exception == "TypeError"
    assert outcome.message == "Cannot read properties of undefined (reading 'toLowerCase')"
    assert line_of(outcome) == ("index.mjs", 1)
    assert outcome.location is not None
    assert outcome.location.function == "tagOf"
    assert "at handler" in outcome.traceback
    assert "Traceback" not in outcome.traceback


@keeping(lambda name, source, wanted: name in ("index.js", "index.cjs", "c.js"))
@pytest.mark.parametrize(
    ("name", "source", "wanted"),
    [
        ("index.js", "exports.handler = async () => 1;", 1),
        ("index.cjs", "exports.handler = (event, context, done) => done(null, 2);", 2),
        (
            "a.js",
            "module.exports = { handler(e, c, done) { setTimeout(() => done(null, 3)); } };",
            3,
        ),
        ("b.js", "exports.handler = (event, context) => context.succeed(4);", 4),
        ("c.js", "exports.handler = (event) => ({ ignored: 5 });", None),
        ("d.js", "exports.handler = () => new Promise(() => {});", None),
        ("e.mjs", "export default { handler: async () => 7 };", 7),
    ],
)
def test_forms(outcome_of, name, source, wanted):
    """CommonJS, callbacks and promises are answered as Lambda's own runtime answers them.

    It takes no value that is returned without a promise, and null where nothing is left to do.
    """
    outcome = outcome_of(source, name=name)
    assert (outcome.status, outcome.returned) == (Status.RETURNED, wanted)


@keeping(
    lambda body, status, exception, message: (
        "in a timer" in body or "exit" in body or "new RangeError" in body
    )
)
@pytest.mark.parametrize(
    ("body", "status", "exception", "message"),
    [
        ("throw new RangeError('no');", Status.RAISED, "RangeError", "no"),
        ("throw 'a text';", Status.RAISED, "Error", "a text"),
        ("Promise.reject(new Error('late')); await new Promise((done) => setTimeout(done, 50));",
         Status.RAISED, "Error", "late"),
        ("setTimeout(() => { throw new Error('in a timer'); }, 5); await new Promise(() => {});",
         Status.RAISED, "Error", "in a timer"),
        ("process.exit(3);", Status.EXITED, "SystemExit", "exit code 3"),
        ("return 10n;", Status.RETURNED, None, ""),
    ],
    ids=["error", "text", "rejection", "timer", "exit", "number"],
)  # fmt: skip
def test_ends(outcome_of, body, status, exception, message):
    """Whatever ends a call is told with its line, and the next call is made of a new process."""
    source = (
        "export const handler = async (event) => {\n"
        "  if (event.calm) return 'calm';\n"
        f"  {body}\n"
        "};\n"
    )
    outcome = outcome_of(source)
    after = outcome_of(source, {"calm": True})
    assert (outcome.status, outcome.exception, outcome.message) == (status, exception, message)
    if status is Status.RETURNED:
        assert (
            outcome.unserialisable == "$ cannot be written: Do not know how to serialize a BigInt"
        )
    elif body != "throw 'a text';":
        assert line_of(outcome) == ("index.mjs", 3)
    assert after.returned == "calm"


def test_no_such_function(outcome_of):
    """A file that has no such function is no finding: its functions are named."""
    with pytest.raises(ConsumerError) as told:
        outcome_of("export const run = async () => 1;")
    assert 'exports no "handler"' in told.value.cause
    assert told.value.advice == "these can be called: run"


def test_in_a_worker(tmp_path):
    """In a worker process it is the same, and what it prints is kept for the report."""
    (tmp_path / "index.mjs").write_text(
        "export const handler = async (event) => {\n"
        "  console.log(event.detail['repository-name']);\n"
        "  return event.detail.nothing.name;\n"
        "};\n"
    )
    with Worker(Target.parse(f"{tmp_path}/index.mjs:handler")) as worker:
        outcome = worker.call(PUSH)
    assert (outcome.exception, line_of(outcome)) == ("TypeError", ("index.mjs", 3))
    assert outcome.output.strip() == "my-repo"


VERSION_3 = """
import { ECRClient, DescribeImagesCommand } from "@aws-sdk/client-ecr";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as lib from "@aws-sdk/lib-dynamodb";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import https from "node:https";
const docs = lib.DynamoDBDocumentClient.from(new DynamoDBClient({}));
const post = (url, body) => new Promise((resolve, reject) => {
  const request = https.request(url, { method: "POST" }, (response) => {
    let text = "";
    response.on("data", (part) => (text += part));
    response.on("end", () => resolve([response.statusCode, text]));
  });
  request.on("error", reject);
  request.end(body);
});
export const handler = async ({ detail }) => {
  const repositoryName = detail["repository-name"];
  const asked = { repositoryName, imageIds: [{ imageTag: detail["image-tag"] }] };
  const { imageDetails } = await new ECRClient({}).send(new DescribeImagesCommand(asked));
  const item = { pk: imageDetails[0].imageTags[0], n: 1, at: new Set(["a"]) };
  await docs.send(new lib.PutCommand({ TableName: "images", Item: item }));
  const { SecretString } = await new SecretsManager({}).getSecretValue({ SecretId: "hook" });
  const { url } = JSON.parse(SecretString);
  const [status] = await post(url, "text=1");
  const body = JSON.stringify({ status });
  const answer = await fetch("https://chat.example.invalid/hook", { method: "POST", body });
  return { ok: answer.ok, status, date: imageDetails[0].imagePushedAt.toISOString().length };
};
"""

VERSION_2 = """
const AWS = require("aws-sdk");
const SNS = require("aws-sdk/clients/sns");
const docs = new AWS.DynamoDB.DocumentClient();
exports.handler = (event, context, callback) => {
  new SNS().publish({ TopicArn: process.env.TOPIC_ARN, Message: "m" }, (error, data) => {
    if (error) return callback(error);
    docs.put({ TableName: "images", Item: { pk: "a", gone: undefined } }).promise()
      .then(() => {
        docs.delete({ TableName: "images", Key: { pk: "a" } });
        callback(null, typeof data.MessageId);
      })
      .catch(callback);
  });
};
"""


def observed(folder: Path, source: str, name: str, event: Any = PUSH) -> Outcome:
    """What a handler does in a worker process, with its sandbox."""
    (folder / name).write_text(source)
    with Worker(Target.parse(f"{folder / name}:handler")) as worker:
        return worker.call(event)


def test_effects_of_version_3(tmp_path):
    """Commands, requests and fetch are answered as in Python, and recorded with what they send."""
    pytest.importorskip("botocore")
    outcome = observed(tmp_path, VERSION_3, "index.mjs")
    assert outcome.message == ""
    assert outcome.returned == {"ok": True, "status": 200, "date": 24}
    assert [effect.name for effect in outcome.effects] == [
        "ecr.DescribeImages",
        "dynamodb.PutItem",
        "secretsmanager.GetSecretValue",
        "POST https://url.example.invalid/",
        "POST https://chat.example.invalid/hook",
    ]
    item = {"pk": {"S": "latest"}, "n": {"N": "1"}, "at": {"SS": ["a"]}}
    assert outcome.effects[1].content == {"TableName": "images", "Item": item}
    assert outcome.effects[4].content["body"] == {"status": 200}


def test_effects_of_version_2(tmp_path):
    """Version 2 sends by a callback or a promise, and what is sent by neither is no effect."""
    pytest.importorskip("botocore")
    outcome = observed(tmp_path, VERSION_2, "index.js")
    assert (outcome.returned, outcome.message) == ("string", "")
    assert [effect.name for effect in outcome.effects] == ["sns.Publish", "dynamodb.PutItem"]
    assert outcome.effects[1].content["Item"] == {"pk": {"S": "a"}}
    assert [variable.name for variable in outcome.made_up] == ["TOPIC_ARN"]
    assert outcome.made_up[0].place.endswith("/index.js:6")


@keeping(lambda line, is_made_up: line.startswith(("secret.Name", "event")))
@pytest.mark.parametrize(
    ("line", "is_made_up"),
    [
        ("secret.Name.split('/')[7].length", True),
        ("secret.SecretString.length + event.detail.nothing.length", False),
        ("new URL(secret.SecretString)", True),
        ("secret.Nothing.length", False),
        ("event.detail.nothing.length", False),
    ],
    ids=["part", "beside", "text", "impossible", "event"],
)
def test_about_made_up_values(tmp_path, line, is_made_up):
    """An error about what we made up says so; one about the event does not, or about no key."""
    pytest.importorskip("botocore")
    outcome = observed(
        tmp_path,
        "import { SecretsManagerClient, GetSecretValueCommand }\n"
        "  from '@aws-sdk/client-secrets-manager';\n"
        "export const handler = async (event) => {\n"
        "  const command = new GetSecretValueCommand({ SecretId: 's' });\n"
        "  const secret = await new SecretsManagerClient({}).send(command);\n"
        f"  return {line};\n"
        "};\n",
        "index.mjs",
    )
    assert outcome.status is Status.RAISED
    assert (outcome.stop is not None) is is_made_up
    assert ("no answer of GetSecretValue has 'Nothing'" in outcome.message) is ("Nothing" in line)


@keeping(lambda line, effect, message: "git" in line)
@pytest.mark.parametrize(
    ("line", "effect", "message"),
    [
        ("require('net').connect(6379, 'cache.example.invalid').on('error', fail)",
         "cache.example.invalid:6379", "--allow-net cache.example.invalid:6379"),
        ("require('child_process').execSync('git push')", "git push", "--allow-process git"),
        ("require('fs').writeFileSync('/etc/marks', 'x')", "", "EROFS|EACCES"),
    ],
    ids=["socket", "program", "file"],
)  # fmt: skip
def test_held_back(tmp_path, line, effect, message):
    """What leads out of the process is refused, and the message says how it is let through."""
    outcome = observed(
        tmp_path,
        f"exports.handler = () => new Promise((done, fail) => {{\n  {line};\n}});\n",
        "index.js",
    )
    assert outcome.status is Status.RAISED
    assert re.search(message, outcome.message)
    assert [each.name for each in outcome.effects.refused] == ([effect] if effect else [])


def test_time_and_files(tmp_path):
    """Sleeps pass at once, it is the time of the event, and /tmp can be written to."""
    outcome = observed(
        tmp_path,
        "import fs from 'node:fs';\n"
        "import { setTimeout as sleep } from 'node:timers/promises';\n"
        "export const handler = async (event, context) => {\n"
        "  const before = Date.now();\n"
        "  await sleep(2000);\n"
        "  await new Promise((done) => setTimeout(done, 1000));\n"
        "  fs.writeFileSync('/tmp/ecr-marks.txt', 'x');\n"
        "  const text = await fs.promises.readFile('/tmp/ecr-marks.txt', 'utf8');\n"
        "  return [Date.now() - before >= 3000, new Date().getUTCFullYear(), text];\n"
        "};\n",
        "index.mjs",
    )
    assert outcome.returned == [True, 2024, "x"]
    assert outcome.seconds < 2
    assert not Path("/tmp/ecr-marks.txt").exists()


@pytest.mark.parametrize(
    ("suffix", "export"),
    [("mjs", "export const handler ="), ("cjs", "exports.handler =")],
    ids=["module", "commonjs"],
)
def test_caught(tmp_path, suffix, export):
    """What the handler's own code catches is known, with its line and that of the `catch`."""
    source = (
        "const tagOf = (detail) => detail.nothing.trim(); // “é”\n"
        f"{export} async (event) => {{\n"
        "  try {\n"
        "    tagOf(event.detail);\n"
        "  } catch {\n"
        "    console.log('no tag');\n"
        "  }\n"
        "};\n"
    )
    outcome = observed(tmp_path, source, f"index.{suffix}")
    assert outcome.status is Status.RETURNED
    (caught,) = outcome.caught
    assert (caught.exception, caught.ends, caught.outermost) == ("TypeError", True, True)
    assert caught.raised is not None
    assert caught.where is not None
    assert (caught.raised.line, caught.where.line) == (1, 5)


@keeping(lambda line, _: line.startswith("unmarshall"))
@pytest.mark.parametrize(
    ("line", "is_about_made_up"),
    [
        ("unmarshall(Item).counts.total.x", True),
        ("({ ...(await docs.get({}).promise()).Item }).counts.total", True),
        ("(await (await fetch('https://api.example.invalid/')).json()).user.name.first.x", True),
        ("(await fetch('https://api.example.invalid/')).nothing.x", False),
    ],
    ids=["item", "copy", "reply", "response"],
)
def test_documents(tmp_path, line, is_about_made_up):
    """What a document holds of which nothing is known is no finding, through copies as well."""
    pytest.importorskip("botocore")
    outcome = observed(
        tmp_path,
        "const { DynamoDB } = require('@aws-sdk/client-dynamodb');\n"
        "const { unmarshall } = require('@aws-sdk/util-dynamodb');\n"
        "const docs = new (require('aws-sdk').DynamoDB.DocumentClient)();\n"
        "exports.handler = async (event) => {\n"
        "  const asked = { TableName: 't', Key: { pk: { S: 'a' } } };\n"
        "  const { Item } = await new DynamoDB({}).getItem(asked);\n"
        f"  return {line.replace('get({})', 'get({ TableName: `t`, Key: { pk: `a` } })')};\n"
        "};\n",
        "index.js",
    )
    assert (outcome.status, outcome.exception) == (Status.RAISED, "TypeError"), outcome.message
    assert (outcome.stop is not None) is is_about_made_up


def test_no_node(tmp_path, monkeypatch):
    """Where there is no Node, that is said, and what to do."""
    (tmp_path / "index.mjs").write_text("export const handler = async () => 1;")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConsumerError) as told:
        load_node_handler(Target.parse(f"{tmp_path}/index.mjs:handler"))
    assert told.value.cause == "it is a handler for Node, and there is no node on the PATH"
    assert "install Node.js" in told.value.advice


def test_nobody_to_answer(tmp_path, monkeypatch):
    """A handler that calls AWS where botocore is missing is no finding: the set-up lacks boto3."""
    (tmp_path / "index.mjs").write_text(VERSION_3)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConsumerError) as told:
        load_node_handler(Target.parse(f"{tmp_path}/index.mjs:handler"))
    assert "@aws-sdk/client-ecr" in told.value.cause
    assert "pip install boto3" in told.value.advice


def test_no_package(outcome_of):
    """A package that is not installed is told as such; a file that cannot be read by its line."""
    with pytest.raises(ConsumerError) as told:
        outcome_of("import axios from 'axios';\nexport const handler = async () => axios;")
    assert told.value.cause == "it needs the package 'axios', which is not here"
    assert "npm install" in told.value.advice


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("const hook = process.env.HOOK_URL; const { LIMIT = '5', TOPIC } = process.env;",
         ["HOOK_URL", "TOPIC"]),
        ("if (!('TABLE' in process.env)) throw new Error('TABLE is missing');", ["TABLE"]),
        ("if (!Object.hasOwn(process.env, 'TABLE')) throw new Error('no TABLE');", ["TABLE"]),
        ("const isLive = process.env.STAGE === 'live'; const region = process.env.AWS_REGION;", []),
    ],
    ids=["names", "in", "hasOwn", "compared"],
)  # fmt: skip
def test_variables_while_loading(tmp_path, line, wanted):
    """What CommonJS reads at its head is made up as in Python: not where there is a default."""
    outcome = observed(tmp_path, f"{line}\nexports.handler = async () => 1;\n", "index.js")
    assert (outcome.returned, outcome.message) == (1, "")
    assert [variable.name for variable in outcome.made_up] == wanted


def test_about_variables_read_while_loading(tmp_path):
    """An error about a part of a made-up variable says so, wherever that was read."""
    source = (
        "const topic = process.env.NOTIFY_ABOUT;\n"
        "exports.handler = async () => {\n"
        "  return topic.split('|')[3].length;\n"
        "};\n"
    )
    outcome = observed(tmp_path, source, "index.js")
    assert outcome.exception == "TypeError"
    assert outcome.stop is not None


@pytest.mark.parametrize(("name", "start"), [("index.mjs", "export"), ("index.js", "module.")])
def test_no_javascript(tmp_path, name, start):
    """A file that Node cannot read is told with its line, of an ES module too."""
    source = f"const a = 1;\n{start}{' const handler' if start == 'export' else 'x'} = [;\n"
    with pytest.raises(ConsumerError, match=rf"SyntaxError: .*{name}:2") as caught:
        observed(tmp_path, source, name)
    assert caught.value.advice == "repair that line"


FLOATING = """
export const handler = async (event) => {
  ["a", "b"].forEach(async (name) => {
    await null;
    event.detail[name].toUpperCase();
  });
  return "ok";
};
"""


def test_promise_that_nobody_awaits(outcome_of):
    """What is thrown beside the handler's own promise is told of the event that it is about."""
    for _ in range(3):
        outcome = outcome_of(FLOATING)
        assert (outcome.exception, line_of(outcome)) == ("TypeError", ("index.mjs", 5))
        assert outcome_of(FLOATING, {"detail": {"a": "x", "b": "y"}}).returned == "ok"


def test_refused_beside_a_made_up_name(tmp_path):
    """A call that is refused for a parameter is no fault of the made-up one beside it."""
    pytest.importorskip("botocore")
    source = (
        "import { ECS } from '@aws-sdk/client-ecs';\n"
        "const CLUSTER = process.env.CLUSTER;\n"
        "export const handler = async (event) => {\n"
        "  await new ECS({}).updateService({ cluster: CLUSTER, service: event.detail.nothing });\n"
        "};\n"
    )
    outcome = observed(tmp_path, source, "index.mjs")
    assert outcome.message == 'Missing required parameter in input: "service"'
    assert outcome.stop is None


def test_package_of_a_layer(outcome_of, tmp_path):
    """A package that lies in a layer beside the code is named with the way to it."""
    (tmp_path / "layer" / "nodejs" / "node_modules" / "shared").mkdir(parents=True)
    source = "const { tag } = require('shared');\nexports.handler = async () => tag;\n"
    with pytest.raises(ConsumerError, match=r"NODE_PATH=\S*layer/nodejs/node_modules"):
        outcome_of(source, name="index.js")


def test_code_in_a_template(tmp_path):
    """Code that stands in a template is taken for Python alone, and says what to do."""
    (tmp_path / "template.yaml").write_text(
        "Resources:\n  Fn:\n    Type: AWS::Lambda::Function\n    Properties:\n"
        "      Runtime: nodejs20.x\n      Handler: index.handler\n"
        "      Code: {ZipFile: 'exports.handler = async () => 1;'}\n"
    )
    with pytest.raises(ConsumerError, match="write it into a file, and name that"):
        Target.parse(f"{tmp_path}/template.yaml:Fn")


@pytest.mark.parametrize(
    ("line", "has"),
    [
        ("const out = await asked(); return out.imageDetail[0];", True),
        ("const { imageDetail } = await asked(); for (const one of imageDetail) return one;", True),
        ("const out = await asked(); return out.nextToken.length;", False),
        ("const out = await asked(); out.imageDetail; return event.detail.nothing.length;", False),
    ],
    ids=["read", "pattern", "optional", "beside"],
)
def test_a_key_that_no_answer_has(tmp_path, line, has):
    """A wrong key of an answer that follows from the event is told with the right one."""
    pytest.importorskip("botocore")
    source = (
        "import { ECRClient, DescribeImagesCommand } from '@aws-sdk/client-ecr';\n"
        "const asked = () => new ECRClient({}).send(new DescribeImagesCommand({\n"
        "  repositoryName: 'my-repo', imageIds: [{ imageTag: 'latest' }] }));\n"
        f"export const handler = async (event) => {{\n  {line}\n}};\n"
    )
    outcome = observed(tmp_path, source, "index.mjs")
    assert outcome.exception == "TypeError"
    assert outcome.stop is None
    assert ("did you mean imageDetails?" in outcome.message) is has


def test_a_variable_that_is_the_events_own_value(tmp_path):
    """A message that says a value of the event is not put down to a variable that has it too."""
    source = (
        "const ours = (process.env.REPOS || '').split(',');\n"
        "exports.handler = async (event) => {\n"
        "  if (!ours.includes(event.detail['repository-name'])) return null;\n"
        "  throw new Error(`${event.detail['repository-name']} is not known`);\n"
        "};\n"
    )
    (tmp_path / "index.js").write_text(source)
    target = Target.parse(f"{tmp_path}/index.js:handler")
    with Worker(target, events=[PUSH]) as worker:
        outcome = worker.call(PUSH)
    assert (outcome.message, outcome.stop) == ("my-repo is not known", None)
