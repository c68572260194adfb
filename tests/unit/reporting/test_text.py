"""Sentences about results: what a person reads at 80 columns, and what a program gets."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import textwrap
from importlib.resources import files

import jsonschema
import pytest

from ecr_contracts import check
from ecr_contracts.core.findings import (
    MISSING,
    Cause,
    Evidence,
    Finding,
    Location,
    Severity,
    Violation,
)
from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.engine.session import USUAL, Verdict
from ecr_contracts.engine.trial import distinct
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.cases import case, combinations, edge_cases
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.validation import validate
from ecr_contracts.reporting.json import FORMAT, verdict_as_json
from ecr_contracts.reporting.kinds import show_kind, show_kinds
from ecr_contracts.reporting.lines import Role, finding_lines, plain_text
from ecr_contracts.reporting.sentences import circumstances, headline
from ecr_contracts.reporting.terminal import console
from ecr_contracts.reporting.text import show
from ecr_contracts.reporting.verdicts import guarantee, repeat_command
from ecr_contracts.reporting.violations import is_about_key, violation_as_json, violation_line

APP = """
import datetime, os
import json
import sys
import time


def handler(event, context):
    tag = event["detail"]["image-tags"][0]
    counts = event["detail"]["finding-severity-counts"]
    return {"tag": tag, "critical": counts["CRITICAL"]}


def deploy(event, context):
    if event["detail"]["action-type"] == "PUSH":
        return event["resources"][0]


def in_one_region(event, context):
    if not event["region"].startswith(("us-east", "us-west", "eu-")):
        raise ValueError(f"no bucket in {event['region']}")


def named(event, context):
    name, tag = event["detail"]["repository-name"], event["detail"].get("image-tag")
    if "/" in name or not tag:
        raise ValueError(f"nothing called {name}:{tag}")


def misprint(event, context):
    digest = event["detail"].get("image-digest")
    if digest and len(digest) != 71:
        raise ValueError(digest)


def talkative(event, context):
    raise RuntimeError("first line\\n\\n  second \\x1b[31mline\\t\\x00\\nthird \\ud800 line\\nfourth line")


def lengthy(event, context):
    raise RuntimeError("word " * 100)


def leaves(event, context):
    if not event["detail"].get("image-tags", True):
        sys.exit("nothing to do")


def dates(event, context):
    event["now"] = 1
    return [{"when": datetime.datetime.now()}]


def sleeper(event, context):
    if "image-digest" not in event["detail"]:
        time.sleep(60)


def stuck(event, context):
    time.sleep(60)


def odd_together(event, context):
    if len(event["detail"]) < 6:
        raise RuntimeError


def no_digest(event, context):
    return event["detail"]["image-digest"]


def decoding(event, context):
    json.loads("")


def fine(event, context):
    return event["id"]


def idle(event, context):
    return None


def two(event, context):
    if "image-digest" not in event["detail"] and "image-tag" not in event["detail"]:
        raise LookupError("neither digest nor tag")


CALLS = []


def once(event, context):
    CALLS.append(event["id"])
    if len(CALLS) == 4:
        raise RuntimeError("bad luck")


def picky(event, context):
    if event["detail"]["repository-name"].startswith("a"):
        raise ValueError("not that one")


def choosy(event, context):
    if event["account"][-1] in "13579":
        raise ValueError("an odd account")


def dies(event, context):
    if "image-digest" not in event["detail"]:
        os.kill(os.getpid(), 9)
    return event["detail"]["image-tag"]


def hangs(event, context):
    if "image-digest" not in event["detail"]:
        time.sleep(60)
    return event["detail"]["image-tag"]
"""


@pytest.fixture(autouse=True)
def app(tmp_path, monkeypatch):
    """A folder with some handlers, to work in, and no wish for colours."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text(textwrap.dedent(APP), "utf-8")
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


def shown(verdict, *, encoding="utf-8", **options) -> str:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding, write_through=True)
    show(verdict, console(out), **options)
    text = raw.getvalue().decode(encoding)
    return re.sub(r"event(s?) in [0-9.]+ s\n", r"event\1 in 0.1 s\n", text)


_VERDICTS: dict[str, Verdict] = {}

# As many events of other values as a check draws unless told otherwise.
DRAWN = USUAL.examples


def checked(handler, **arguments) -> Verdict:
    """The verdict on a handler, which is the same each time; no events of other values unless asked for."""
    arguments = {"examples": 0} | arguments
    key = f"{handler} {sorted(arguments.items())}"
    if key not in _VERDICTS:
        _VERDICTS[key] = check(f"app.py:{handler}", **arguments)
    return _VERDICTS[key]


def said(handler, **arguments) -> str:
    return shown(checked(handler, **arguments))


def blocks(text: str) -> list[str]:
    """What stands between the first lines and the last."""
    return text.split("\n\n")[1:-1]


def uncounted(text: str) -> str:
    """A text without the numbers that depend on how causes are told apart."""
    text = re.sub(
        r"\b(\d+) of \1 such events fail, 0 of \d+ others",
        "N of N such events fail, 0 of M others",
        text,
    )
    return re.sub(r"\b\d+ more calls to tell the causes", "N more calls to tell the causes", text)


# --- the whole ------------------------------------------------------------------------------------


def test_a_handler_with_faults_is_told_what_when_where_and_how_to_see_it_again():
    assert uncounted(said("handler")) == textwrap.dedent("""\
        app.py:handler
        scan events, since its code says finding-severity-counts, image-tags, CRITICAL;
        the bare event, as a Lambda target gets it

        1  IndexError when $.detail.image-tags is empty
           app.py:9
              8  def handler(event, context):
           >  9      tag = event["detail"]["image-tags"][0]
             10      counts = event["detail"]["finding-severity-counts"]
           IndexError: list index out of range
           N of N such events fail, 0 of M others; AWS's documented sample is one
           scan/ordinary passes, scan/no-tags fails; they differ in
           - $.detail.image-tags: ["latest"]
           + $.detail.image-tags: []
           mend: handle such events (a default for what is missing), or skip them early
           ecr-contracts check app.py:handler --case scan/no-tags

        2  KeyError when $.detail.finding-severity-counts.CRITICAL is absent
           app.py:11
             10  counts = event["detail"]["finding-severity-counts"]
           > 11  return {"tag": tag, "critical": counts["CRITICAL"]}
           KeyError: 'CRITICAL'
           N of N such events fail, 0 of M others; documented by AWS
           scan/ordinary passes, scan/no-critical fails; they differ in
           - $.detail.finding-severity-counts.CRITICAL: 1
           mend: handle such events (a default for what is missing), or skip them early
           ecr-contracts check app.py:handler --case scan/no-critical

        3  KeyError when $.detail.finding-severity-counts is absent
           app.py:10
              9  tag = event["detail"]["image-tags"][0]
           > 10  counts = event["detail"]["finding-severity-counts"]
             11  return {"tag": tag, "critical": counts["CRITICAL"]}
           KeyError: 'finding-severity-counts'
           N of N such events fail, 0 of M others; AWS's schema registry admits it
           scan/ordinary passes, scan/no-counts fails; they differ in
           - $.detail.finding-severity-counts: {"CRITICAL": 1, "HIGH": 2, "ME…INED": 6}
           mend: handle such events (a default for what is missing), or skip them early
           ecr-contracts check app.py:handler --case scan/no-counts

        4  KeyError when $.detail.image-tags is absent
           app.py:9
              8  def handler(event, context):
           >  9      tag = event["detail"]["image-tags"][0]
             10      counts = event["detail"]["finding-severity-counts"]
           KeyError: 'image-tags'
           N of N such events fail, 0 of M others; AWS's schema registry admits it
           scan/ordinary passes, scan/absent-tags fails; they differ in
           - $.detail.image-tags: ["latest"]
           mend: handle such events (a default for what is missing), or skip them early
           ecr-contracts check app.py:handler --case scan/absent-tags

        4 findings in 92 events in 0.1 s
        tried: AWS's sample, the ordinary scan, 39 single deviations and 51 more events:
        all 1,404 pairs of 17 facets; N more calls to tell the causes
        """)


def test_a_handler_without_faults_is_told_what_that_rests_on():
    assert said("fine", examples=20) == textwrap.dedent("""\
        app.py:fine
        delete, push and scan events, since its code names none (choose with --kind);
        the bare event, as a Lambda target gets it

        nothing found in 260 events in 0.1 s
        tried: AWS's sample, the ordinary delete, 33 single deviations and 49 more
        events: all 851 pairs of 11 facets; AWS's sample, the ordinary push, 33 single
        deviations and 49 more events: all 851 pairs of 11 facets; AWS's sample, the
        ordinary scan, 39 single deviations and 51 more events: all 1,404 pairs of 17
        facets; 60 events of other values
        """)


@pytest.mark.parametrize(
    ("handler", "kind", "block"),
    [
        (
            "deploy",
            "push",
            """\
            1  IndexError on every push, except when $.resources is arn (inferred)
               app.py:16
                 15  if event["detail"]["action-type"] == "PUSH":
               > 16      return event["resources"][0]
               IndexError: list index out of range
               70 of 70 such events fail, 0 of 14 others; AWS's documented sample is one
               push/resource-arn passes, push/ordinary fails; they differ in
               - $.resources: ["arn:aws:ecr:us-east-1:123456789012:repository/my-repo"]
               + $.resources: []
               mend: handle such events (a default for what is missing), or skip them early
               ecr-contracts check app.py:deploy --case push/ordinary""",
        ),
        (
            "in_one_region",
            "push",
            """\
            1  ValueError when $.region is aws-cn, aws-us-gov, aws-eusc, aws-iso, aws-iso-b
               or aws-iso-f
               app.py:21
                 20  if not event["region"].startswith(("us-east", "us-west", "eu-")):
               > 21      raise ValueError(f"no bucket in {event['region']}")
               ValueError: no bucket in cn-north-1
               N of N such events fail, 0 of M others; inferred: no such event is on
               record
               push/ordinary passes, push/aws-cn fails; they differ in
               - $.region: "us-east-1"
               + $.region: "cn-north-1"
               mend: handle such events (a default for what is missing), or skip them early
               ecr-contracts check app.py:in_one_region --case push/aws-cn""",
        ),
        (
            "named",
            "push",
            """\
            1  ValueError when $.detail.repository-name is deep or namespaced, or
               $.detail.image-tag is absent or ""
               app.py:27
                 26  if "/" in name or not tag:
               > 27      raise ValueError(f"nothing called {name}:{tag}")
               ValueError: nothing called team/service/app:latest
               N of N such events fail, 0 of M others; documented by AWS (deep)
               push/ordinary passes, push/deep-repository fails; they differ in
               - $.detail.repository-name: "my-repo"
               + $.detail.repository-name: "team/service/app"
               mend: handle such events (a default for what is missing), or skip them early
               ecr-contracts check app.py:named --case push/deep-repository""",
        ),
        (
            "misprint",
            "scan",
            """\
            1  warning: ValueError when $.detail.image-digest is
               "sha256:7f5b2640fe6fb4f46592dfd3410c4a79dac4f89e47…abcd1234"
               app.py:33
                 32  if digest and len(digest) != 71:
               > 33      raise ValueError(digest)
               ValueError:
               sha256:7f5b2640fe6fb4f46592dfd3410c4a79dac4f89e4782432e0378abcd1234
               1 of 1 such event fails, 0 of 92 others; only AWS's printed sample has such a
               value, no real event does
               one scan event passes, scan/sample fails; they differ in
               - $.time: "2026-03-01T12:00:00Z"
               + $.time: "2019-10-29T02:36:48Z"
               - $.detail.finding-severity-counts.CRITICAL: 1
               + $.detail.finding-severity-counts.CRITICAL: 10
               - $.detail.finding-severity-counts.MEDIUM: 3
               + $.detail.finding-severity-counts.MEDIUM: 9
               - $.detail.image-digest: "sha256:9f2c4e7a1b8d3056e4c7f1a29b5d8e03c…2e8d5b39"
               + $.detail.image-digest: "sha256:7f5b2640fe6fb4f46592dfd3410c4a79d…abcd1234"
               mend: handle such events (a default for what is missing), or skip them early
               ecr-contracts check app.py:misprint --case scan/sample""",
        ),
        (
            "leaves",
            "scan",
            """\
            1  ends the process when $.detail.image-tags is empty
               app.py:46
                 45  if not event["detail"].get("image-tags", True):
               > 46      sys.exit("nothing to do")
               exit code 'nothing to do'
               N of N such events fail, 0 of M others; AWS's documented sample is one
               scan/absent-tags passes, scan/no-tags fails; they differ in
               + $.detail.image-tags: []
               mend: return or raise an exception; do not leave the process with sys.exit()
                     or os._exit()
               ecr-contracts check app.py:leaves --case scan/no-tags""",
        ),
        (
            "sleeper",
            "delete",
            """\
            1  does not answer in time when $.detail.image-digest is absent
               app.py:56
                 55  if "image-digest" not in event["detail"]:
               > 56      time.sleep(60)
               no answer within 0.2 s
               N of N such events fail, 0 of M others; AWS's schema registry admits it
               delete/ordinary passes, delete/no-digest fails; they differ in
               - $.detail.image-digest: "sha256:9f2c4e7a1b8d3056e4c7f1a29b5d8e03c…2e8d5b39"
               mend: set a limit on every wait and retry, or give --timeout what the
                     function really has
               ecr-contracts check app.py:sleeper --case delete/no-digest --timeout 0.2""",
        ),
        (
            "two",
            "push",
            """\
            1  LookupError when $.detail.image-digest is absent and $.detail.image-tag is
               absent
               app.py:86
                 85  if "image-digest" not in event["detail"] and "image-tag" not in event[…
               > 86      raise LookupError("neither digest nor tag")
               LookupError: neither digest nor tag
               N of N such events fail, 0 of M others; AWS's schema registry admits it
               push/no-digest passes, push/no-digest+no-tag fails; they differ in
               - $.detail.image-tag: "latest"
               mend: handle such events (a default for what is missing), or skip them early
               ecr-contracts check app.py:two --case push/no-digest+no-tag""",
        ),
    ],
)
def test_each_sort_of_fault_is_told_so(handler, kind, block):
    [told] = blocks(said(handler, kinds=[kind], timeout=0.2))
    assert (uncounted(told) if "N of N" in block else told) == textwrap.dedent(block)


def test_what_several_kinds_bring_about_alike_is_told_once():
    text = said("no_digest")
    assert blocks(uncounted(text)) == [
        textwrap.dedent("""\
        1  KeyError when $.detail.image-digest is absent (delete, push and scan)
           app.py:69
             68  def no_digest(event, context):
           > 69      return event["detail"]["image-digest"]
           KeyError: 'image-digest'
           N of N such events fail, 0 of M others; AWS's schema registry admits it
           delete/ordinary passes, delete/no-digest fails; they differ in
           - $.detail.image-digest: "sha256:9f2c4e7a1b8d3056e4c7f1a29b5d8e03c…2e8d5b39"
           mend: handle such events (a default for what is missing), or skip them early
           ecr-contracts check app.py:no_digest --case delete/no-digest""")
    ]
    assert "1 finding in 260 events" in text


def test_a_fault_that_no_choice_explains_is_told_with_the_event():
    [block] = blocks(said("odd_together", kinds=["push"], strength=1, probe=0))
    assert block == textwrap.dedent("""\
        1  RuntimeError on push/sample; no choice explains it
           app.py:65
             64  if len(event["detail"]) < 6:
           > 65      raise RuntimeError
           RuntimeError
           1 of 35 events fails; AWS's documented sample is one
           push/not-v4-id passes, push/sample fails; they differ in
           - $.time: "2026-03-01T12:00:00Z"
           + $.time: "2019-11-16T01:54:34Z"
           - $.region: "us-east-1"
           + $.region: "us-west-2"
           - $.detail.image-digest: "sha256:9f2c4e7a1b8d3056e4c7f1a29b5d8e03c…2e8d5b39"
           + $.detail.image-digest: "sha256:7f5b2640fe6fb4f46592dfd3410c4a79d…abcd1234"
           - $.detail.manifest-media-type: "application/vnd.docker.distributi….v2+json"
           and 1 more difference
           mend: handle such events (a default for what is missing), or skip them early
           ecr-contracts check app.py:odd_together --case push/sample""")


def test_a_fault_that_comes_and_goes_is_told_without_a_cause():
    [block] = blocks(said("once", kinds=["push"], strength=1))
    assert block == textwrap.dedent("""\
        1  RuntimeError at random, or by what came before: push/leading-zero-account
           does not fail each time
           app.py:95
             94  if len(CALLS) == 4:
           > 95      raise RuntimeError("bad luck")
           RuntimeError: bad luck
           1 of 35 events fails; inferred: no such event is on record
           mend: handle such events (a default for what is missing), or skip them early
           ecr-contracts check app.py:once --case push/leading-zero-account""")


def test_a_fault_of_some_values_is_told_with_the_value_and_the_search_that_found_it():
    [block] = blocks(said("picky", kinds=["push"], examples=DRAWN))
    # Which value it is, and the id of its event, is up to Hypothesis; further calls count among the
    # events.
    block = re.sub(r'"a[a-z0-9._/-]+"', '"a…"', re.sub(r"#[0-9a-f]{8}", "#…", block))
    block = re.sub(r"1 of \d+ events fails", "1 of M events fails", block)
    assert block == textwrap.dedent("""\
        1  ValueError on some values: $.detail.repository-name is "a…"
           app.py:100
              99  if event["detail"]["repository-name"].startswith("a"):
           > 100      raise ValueError("not that one")
           ValueError: not that one
           1 of M events fails; documented by AWS
           push/ordinary passes, push/ordinary#… fails; they differ in
           - $.detail.repository-name: "my-repo"
           + $.detail.repository-name: "a…"
           mend: handle such events (a default for what is missing), or skip them early
           ecr-contracts check app.py:picky --kind push""")


def test_a_fault_of_values_that_cases_have_too_is_told_so():
    [block] = blocks(said("choosy", kinds=["push"], examples=DRAWN))
    what = " ".join(line.strip() for line in block.splitlines()[:2])
    assert re.fullmatch(
        r'1  ValueError on some values: \$\.account is "\d{11}[13579]"; '
        r"and on some push events, but not on every such event: some value decides",
        what,
    )
    assert "events fail; documented by AWS\n" in block


def test_a_handler_that_does_nothing_is_told_so():
    assert said("idle", kinds=["scan"]) == textwrap.dedent("""\
        app.py:idle
        scan events; the bare event, as a Lambda target gets it

        1  does the same with every scan event
           returns null each time
           it reads nothing that tells one event from another, and does the same when
           given {}
           mend: find out why it never reads the event: a filter, an unopened envelope,
                 no code yet
           ecr-contracts check app.py:idle --kind scan

        1 finding in 92 events in 0.1 s
        tried: AWS's sample, the ordinary scan, 39 single deviations and 51 more events:
        all 1,404 pairs of 17 facets
        """)
    [block] = blocks(said("idle"))
    assert block.startswith("1  does the same with every delete, push and scan event\n")


@pytest.mark.long
def test_the_command_that_a_handler_does_nothing_ends_with_shows_that_again():
    verdict = checked("idle")
    commands = [repeat_command(verdict, finding) for finding in verdict.findings]
    assert commands == [f"ecr-contracts check app.py:idle --kind {kind}" for kind in kind_names()]
    for command, kind in zip(commands, kind_names(), strict=True):
        again = subprocess.run(
            [
                sys.executable,
                "-m",
                *f"{command} --strength 1 --examples 0".replace("-c", "_c", 1).split(),
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (again.returncode, again.stderr) == (1, "")
        assert f"\n1  does the same with every {kind} event\n" in again.stdout


@pytest.mark.long
def test_a_handler_that_kills_its_process_is_told_of_with_all_else_that_is_wrong():
    text = said("dies", kinds=["push"], strength=1)
    dies, key = blocks(uncounted(text))
    assert dies.splitlines()[:3] == [
        "1  ends the process when $.detail.image-digest is absent",
        "   the process was killed by SIGKILL",
        "   N of N such events fail, 0 of M others; AWS's schema registry admits it",
    ]
    assert key.startswith("2  KeyError when $.detail.image-tag is absent\n")
    assert "2 findings in 35 events" in text


@pytest.mark.long
def test_a_handler_that_never_returns_is_told_of_with_all_else_that_is_wrong():
    text = said("hangs", kinds=["push"], timeout=0.2)
    hangs, key = blocks(text)
    assert hangs.startswith(
        "1  does not answer in time when $.detail.image-digest is absent\n   app.py:116\n"
    )
    assert key.startswith("2  KeyError when $.detail.image-tag is absent\n")
    assert uncounted(text).endswith(
        "2 findings in 71 events in 0.1 s\n"
        "tried: 71 of 84 push events; N more calls to tell the causes\n"
        "left out, since it did not answer such events: 13 more\n"
    )


# --- what it rests on -----------------------------------------------------------------------------


@pytest.mark.parametrize(("strength", "together"), [(1, "choices"), (2, "pairs"), (3, "triples")])
@pytest.mark.parametrize("kind", ["push", "scan"])
def test_how_many_choices_met_is_told(kind, strength, together):
    verdict = checked("fine", kinds=[kind], strength=strength)
    single = len(edge_cases(kind)) - 2
    more = len(edge_cases(kind, strength)) - len(edge_cases(kind))
    tried = {
        1: f"AWS's sample, the ordinary {kind} and {single} single deviations",
    }.get(
        strength,
        f"AWS's sample, the ordinary {kind}, {single} single deviations and {more} more events",
    )
    facets = len(reader.contract(kind).varying)
    held = f"all {combinations(kind, strength):,} {together} of {facets} facets"
    assert guarantee(verdict) == f"{tried}: {held}"
    assert len(verdict.trials) == len(edge_cases(kind, strength))


def test_stronger_cases_hold_more():
    assert combinations("push", 1) < combinations("push", 2) < combinations("push", 3)
    assert len({guarantee(checked("fine", kinds=["push"], strength=one)) for one in (1, 2, 3)}) == 3


@pytest.mark.parametrize("evidence", list(Evidence))
def test_on_which_evidence_the_events_rest_is_told(evidence):
    verdict = checked("fine", kinds=["push"], evidence=evidence)
    held = f"all {combinations('push', 2, evidence):,} pairs of {len(reader.contract('push').varying)} facets"
    assert guarantee(verdict).endswith(f": {held} that rest on no less than {evidence} evidence")
    assert (
        f"and {len(edge_cases('push', 2, evidence)) - len(edge_cases('push', 1, evidence))} more "
        "events: " in (guarantee(verdict))
    )


def test_what_was_tried_beside_the_cases_is_told_if_anything_was():
    assert "events of other values" not in guarantee(checked("no_digest", kinds=["push"]))
    assert "calls" not in guarantee(checked("no_digest", kinds=["push"], examples=1, probe=0))
    assert guarantee(checked("no_digest", kinds=["push"], examples=1, probe=1)).endswith(
        "; 1 event of other values; 1 more call to tell the causes"
    )


def test_what_fails_on_every_event_of_several_kinds_is_told_once():
    [block] = blocks(said("talkative", kinds=["push", "scan"]))
    assert block.startswith("1  RuntimeError on every push and scan\n")
    first, second = blocks(said("deploy", kinds=["push", "scan"]))
    assert first.startswith(
        "1  IndexError on every push, except when $.resources is arn (inferred)\n"
    )
    assert second.startswith("2  KeyError on every scan\n")


def test_exceptions_are_told_by_their_own_name():
    [block] = blocks(said("decoding", kinds=["scan"]))
    assert block.startswith("1  JSONDecodeError on every scan\n")
    assert "\n   JSONDecodeError: Expecting value: line 1 column 1 (char 0)\n" in block
    [finding] = verdict_as_json(checked("decoding", kinds=["scan"]))["findings"]
    assert finding["exception"] == "json.decoder.JSONDecodeError"


def test_what_is_returned_and_what_is_changed_are_told_apart():
    wrong, changed = blocks(said("dates", kinds=["scan"]))
    assert wrong == textwrap.dedent("""\
        1  returns what JSON cannot carry on every scan
           of what it returns, $[0].when is a datetime
           92 of 92 events fail; AWS's documented sample is one
           mend: return nothing, or only dict, list, str, int, float, bool and None
           ecr-contracts check app.py:dates --case scan/ordinary""")
    assert changed.splitlines()[:2] == [
        "2  warning: changes the event it is given on every scan",
        "   the event was changed in place",
    ]


def test_words_of_the_consumer_cannot_disturb_the_terminal():
    [block] = blocks(said("talkative", kinds=["scan"]))
    assert block.splitlines()[4:7] == [
        "   RuntimeError: first line",
        "   second \\x1b[31mline\\t\\x00",
        "   third \\ud800 line",
    ]
    assert "fourth" not in "".join(block.splitlines()[4:])


def test_long_words_of_the_consumer_are_cut():
    [block] = blocks(said("lengthy", kinds=["scan"]))
    assert block.splitlines()[4].startswith("   RuntimeError: word word")
    assert block.splitlines()[6].endswith(" word…")
    assert len(block.splitlines()) == 11


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8", "utf-16", "cp1252"])
def test_any_encoding_will_do(encoding):
    text = shown(checked("misprint", kinds=["scan"]), encoding=encoding)
    assert "ValueError when $.detail.image-digest" in text
    assert ("…abcd1234" in text) == (encoding.startswith("utf"))
    assert ("...abcd1234" in text) != (encoding.startswith("utf"))


@pytest.mark.parametrize(
    "handler",
    [
        "handler",
        "in_one_region",
        "lengthy",
        "misprint",
        "fine",
        "idle",
        "once",
        "choosy",
        "two",
        "odd_together",
    ],
)
def test_lines_are_not_longer_than_the_screen_but_for_those_to_be_copied(handler):
    # Drawn events make the words longer only where a value decides.
    lines = said(
        handler, **({"kinds": ["push"], "examples": DRAWN} if handler == "choosy" else {})
    ).splitlines()
    copied = [line for line in lines if line.lstrip().startswith("ecr-contracts check")]
    assert max(len(line) for line in lines if line not in copied) <= 80
    assert all(line == line.rstrip() for line in lines)


def test_a_consumer_that_stops_answering_is_told_of():
    text = said("stuck", kinds=["scan"], timeout=0.05)
    assert "1  does not answer in time on every scan\n   app.py:60\n" in text
    assert "   > 60      time.sleep(60)\n" in text
    assert text.endswith(
        "1 finding in 5 events in 0.1 s\ntried: 5 of 92 scan events\n"
        "left out, since it did not answer such events: 87 more\n"
    )


def test_chosen_cases_are_counted_apart_from_those_that_tell_the_cause():
    text = said("handler", case_ids=["scan/sample", "push/no-tag"])
    tried = "tried: 1 chosen scan event; 1 chosen push event; N more calls to tell the causes"
    assert tried in uncounted(" ".join(text.split()))
    assert "2 findings in 2 events" in text
    assert (
        text.splitlines()[1] == "scan and push events; the bare event, as a Lambda target gets it"
    )


def test_a_warning_alone_is_no_finding():
    assert "no findings, 1 warning in 92 events" in said("misprint", kinds=["scan"])


def test_more_can_be_told():
    text = shown(checked("handler", case_ids=["scan/no-tags"]), verbose=True)
    assert '     "image-tags": []' in text
    assert "   Traceback (most recent call last):" in text
    assert "   fails: scan/no-tags\n" in text
    assert "/calling.py" not in text


# --- colours --------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    encoding = "utf-8"  # type: ignore[assignment]

    def isatty(self) -> bool:
        return True


def coloured(monkeypatch, *, terminal, **environment) -> str:
    verdict = checked("handler")
    for name, value in {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "30"} | environment:
        monkeypatch.setenv(name, value)
    out = Terminal() if terminal else io.StringIO()
    show(verdict, console(out))
    return out.getvalue()


@pytest.mark.parametrize(
    ("terminal", "environment", "colours"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colours_are_for_terminals_and_for_who_wants_them(
    monkeypatch, terminal, environment, colours
):
    verdict = checked("handler")
    for name, value in ({"TERM": "xterm-256color", "COLUMNS": "80"} | environment).items():
        monkeypatch.setenv(name, value)
    out = Terminal() if terminal else io.StringIO()
    show(verdict, console(out))
    text = out.getvalue()
    assert bool(re.search(r"\x1b\[[0-9;]*3[1-6]m", text)) == colours
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert "1  IndexError when $.detail.image-tags is empty\n   app.py:9\n" in plain
    assert '\n   >  9      tag = event["detail"]["image-tags"][0]\n' in plain


# --- for programs ---------------------------------------------------------------------------------

SCHEMA = json.loads(files("ecr_contracts").joinpath("report.schema.json").read_text("utf-8"))


def test_the_schema_of_the_report_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["format"]["const"] == FORMAT


@pytest.mark.parametrize(
    ("handler", "arguments"),
    [
        ("handler", {}),
        ("handler", {"case_ids": ["scan/sample"]}),
        ("handler", {"case_ids": ["scan/sample"], "probe": 0}),
        ("worker", {"via": ["sqs", "lambda"]}),
        ("deploy", {}),
        ("dates", {"kinds": ["scan"]}),
        ("misprint", {"kinds": ["scan"]}),
        ("odd_together", {"kinds": ["push"], "strength": 1, "probe": 0}),
        ("stuck", {"kinds": ["scan"], "timeout": 0.05}),
        ("fine", {"examples": 20}),
        ("fine", {"kinds": ["push"], "strength": 3, "evidence": "registry"}),
        ("idle", {}),
        ("once", {"kinds": ["push"], "strength": 1}),
        ("picky", {"kinds": ["push"], "examples": DRAWN}),
        ("talkative", {"kinds": ["scan"]}),
    ],
)
def test_the_report_for_programs_is_as_its_schema_says(handler, arguments):
    verdict = checked(handler.replace("worker", "handler"), **arguments)
    document = verdict_as_json(verdict)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert json.loads(json.dumps(document, ensure_ascii=True)) == document
    assert len(document["findings"]) == len(verdict.findings)
    assert document["cases_run"] == len(verdict.trials)
    assert document["cases_planned"] == verdict.planned
    assert document["strength"] == verdict.strength
    assert (document["events_drawn"], document["probes"]) == (verdict.drawn, verdict.probes)
    assert document["guarantee"] == guarantee(verdict)
    named = set(SCHEMA["$defs"]["finding"]["properties"])
    assert all(set(finding) == named for finding in document["findings"])
    assert set(document) == set(SCHEMA["properties"])
    assert set(SCHEMA["required"]) == set(document)
    assert set(SCHEMA["$defs"]["finding"]["required"]) == named


@pytest.mark.parametrize(
    ("handler", "arguments", "told"),
    [
        (
            "once",
            {"kinds": ["push"], "strength": 1},
            ("flaky", False, [], "push/leading-zero-account"),
        ),
        ("picky", {"kinds": ["push"], "examples": DRAWN}, ("value", False, [], None)),
        (
            "odd_together",
            {"kinds": ["push"], "strength": 1, "probe": 0},
            ("unknown", False, [], "push/sample"),
        ),
        (
            "no_digest",
            {"kinds": ["push"]},
            (None, True, [{"path": "$.detail.image-digest", "choice": "absent"}], "push/no-digest"),
        ),
    ],
)
def test_programs_are_told_why_there_is_no_cause(handler, arguments, told):
    doubt, explained, cause, simplest = told
    [finding] = verdict_as_json(checked(handler, **arguments))["findings"]
    assert (finding["doubt"], finding["explained"], finding["cause"]) == (doubt, explained, cause)
    assert finding["case"] == (simplest or finding["case"])
    assert finding["failed"] == len(finding["failed_cases"])
    assert finding["nearest_case"] is not None
    assert validate(finding["nearest"]) == ()
    assert finding["nearest"] != finding["example"]


def test_programs_are_told_of_no_passing_event_where_there_is_none():
    [finding] = verdict_as_json(checked("talkative", kinds=["scan"]))["findings"]
    assert (finding["nearest_case"], finding["nearest"]) == (None, None)
    assert finding["failed"] == finding["alike"] == len(edge_cases("scan", 2))


def test_what_was_done_is_counted_for_programs():
    document = verdict_as_json(
        checked("no_digest", kinds=["push"], strength=1, examples=30, probe=40)
    )
    assert (document["strength"], document["cases_run"]) == (1, len(edge_cases("push")))
    assert document["events_drawn"] >= 30
    assert 0 < document["probes"] <= 40
    chosen = verdict_as_json(checked("handler", case_ids=["scan/sample"], probe=0))
    assert (chosen["strength"], chosen["events_drawn"], chosen["probes"]) == (0, 0, 0)


def test_a_finding_for_programs():
    [finding, *_] = verdict_as_json(checked("handler"))["findings"]
    cases = edge_cases("scan", 2)
    failed = [one.id for one in cases if one.event["detail"].get("image-tags") == []]
    passed = sum(
        bool(one.event["detail"].get("image-tags"))
        and "CRITICAL" in one.event["detail"].get("finding-severity-counts", {})
        for one in cases
    )
    # Those of the further calls that tell the causes come on top.
    assert finding["failed_cases"][: len(failed)] == failed
    assert finding["passed"] >= passed
    assert finding == {
        "check": "raises",
        "severity": "error",
        "kind": "scan",
        "via": "lambda",
        "cause": [{"path": "$.detail.image-tags", "choice": "empty"}],
        "except_for": [],
        "explained": True,
        "exception": "IndexError",
        "message": "list index out of range",
        "mend": CHECKS["raises"].mend,
        "location": {"file": "app.py", "line": 9},
        "evidence": "documented",
        "doubt": None,
        "failed": len(finding["failed_cases"]),
        "alike": len(finding["failed_cases"]),
        "passed": finding["passed"],
        "failed_cases": finding["failed_cases"],
        "case": "scan/no-tags",
        "example": distinct(case("scan/no-tags")).event,
        "nearest_case": "scan/ordinary",
        "nearest": case("scan/ordinary").event,
        "repeat": "ecr-contracts check app.py:handler --case scan/no-tags",
        "group": "scan@lambda#0",
        "through": None,
        "effects": [],
    }


def test_every_choice_of_a_cause_is_one_that_the_kind_lists():
    for finding in verdict_as_json(checked("named"))["findings"]:
        facets = reader.contract(finding["kind"]).by_path
        assert all(facets[cause["path"]][cause["choice"]] for cause in finding["cause"])


# --- repeating ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("handler", "arguments", "command"),
    [
        ("handler", {}, "ecr-contracts check app.py:handler --case scan/no-tags"),
        (
            "handler",
            {"via": ["lambda"], "strength": 1},
            "ecr-contracts check app.py:handler --case scan/no-tags --via lambda",
        ),
        ("stuck", {"kinds": ["scan"], "timeout": 0.05}, None),
        ("fine", {"kinds": ["scan"]}, None),
        (
            "handler",
            {"kinds": ["scan"], "via": ["sqs"]},
            "ecr-contracts check app.py:handler --case scan/ordinary --via sqs",
        ),
        ("idle", {"kinds": ["scan"]}, "ecr-contracts check app.py:idle --kind scan"),
        (
            "idle",
            {"kinds": ["push"], "via": ["sqs"]},
            "ecr-contracts check app.py:idle --kind push --via sqs",
        ),
        (
            "once",
            {"kinds": ["push"], "strength": 1},
            "ecr-contracts check app.py:once --case push/leading-zero-account",
        ),
        (
            "picky",
            {"kinds": ["push"], "examples": DRAWN},
            "ecr-contracts check app.py:picky --kind push",
        ),
        (
            "picky",
            {
                "kinds": ["push"],
                "via": ["lambda"],
                "strength": 1,
                "examples": 300,
                "evidence": Evidence.INFERRED,
            },
            "ecr-contracts check app.py:picky --kind push --strength 1 --examples 300 --evidence "
            "inferred --via lambda",
        ),
    ],
)
def test_a_finding_can_be_seen_again(handler, arguments, command):
    verdict = checked(handler, **arguments)
    if handler == "stuck":
        command = "ecr-contracts check app.py:stuck --case scan/ordinary --timeout 0.05"
    assert [repeat_command(verdict, finding) for finding in verdict.findings[:1]] == [command] * (
        handler != "fine"
    )


def test_names_that_a_shell_would_take_apart_are_quoted(tmp_path):
    (tmp_path / "my app").mkdir()
    (tmp_path / "my app" / "it's.py").write_text(APP, "utf-8")
    verdict = check("my app/it's.py:handler", kinds=["scan"], strength=1, examples=0)
    assert repeat_command(verdict, verdict.findings[0]) == (
        """ecr-contracts check 'my app/it'"'"'s.py:handler' --case scan/no-tags"""
    )


# --- sentences of their own -----------------------------------------------------------------------

FINDING = Finding(
    check="raises",
    severity=Severity.ERROR,
    kind="scan",
    via="lambda",
    cause=(Cause("$.detail.image-tags", "empty"),),
    explained=True,
    exception="IndexError",
    location=Location("app.py", 8),
    evidence=Evidence.DOCUMENTED,
    failed=("scan/no-tags",),
    passed=34,
    case="scan/no-tags",
    example=case("scan/no-tags").event,
    detail="list index out of range",
    group="scan@lambda#0",
    alike=1,
)


ORDINARY = case("scan/ordinary")


MEND = (Role.MEND, f"mend: {CHECKS['raises'].mend}")


def with_(**changes) -> Finding:
    values = {name: getattr(FINDING, name) for name in FINDING.__slots__} | changes
    return Finding(**values)


@pytest.mark.parametrize("kind", kind_names())
def test_every_choice_of_every_kind_can_be_said(kind):
    for facet in reader.contract(kind).varying:
        for choice in facet.choices:
            example = next(
                one for one in edge_cases(kind) if one.labels.get(facet.path) == choice.label
            )
            cause = Cause(facet.path, choice.label)
            words = circumstances(
                with_(kind=kind, cause=(cause,), case=example.id, example=example.event)
            )
            assert words.startswith(f"when {facet.path} is ")
            assert "nothing" not in words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "when $.detail.image-tags is empty"),
        (
            {"cause": (Cause("$.detail.image-tags", "absent"),)},
            "when $.detail.image-tags is absent",
        ),
        (
            {"cause": (Cause("$.detail.finding-severity-counts", "empty"),)},
            "when $.detail.finding-severity-counts is an empty object",
        ),
        (
            {"cause": (Cause("$.detail.finding-severity-counts", "present"),)},
            "when $.detail.finding-severity-counts is there",
        ),
        (
            {"cause": (Cause("$.detail.image-tags", "empty"), Cause("$.region", "aws"))},
            'when $.detail.image-tags is empty and $.region is aws, as "us-east-1"',
        ),
        ({"cause": ()}, "on every scan"),
        (
            {"cause": (), "except_for": (Cause("$.resources", "empty"),)},
            "on every scan, except when $.resources is empty (inferred)",
        ),
        (
            {
                "cause": (),
                "except_for": (Cause("$.region", "aws-iso"), Cause("$.region", "aws-cn")),
            },
            "on every scan, except when $.region is aws-iso (inferred) or aws-cn (inferred)",
        ),
        (
            {
                "cause": (),
                "except_for": (Cause("$.resources", "empty"), Cause("$.region", "aws-cn")),
            },
            "on most scan events, the ordinary one too",
        ),
        (
            {"cause": (), "explained": False, "doubt": "unknown"},
            "on scan/no-tags; no choice explains it",
        ),
        (
            {
                "cause": (),
                "explained": False,
                "doubt": "unknown",
                "failed": ("scan/no-tags", "scan/sample"),
            },
            "on some scan events; no choice explains it",
        ),
        (
            {"cause": (), "explained": False, "doubt": "flaky"},
            "at random, or by what came before: scan/no-tags does not fail each time",
        ),
        (
            {
                "cause": (),
                "explained": False,
                "doubt": "value",
                "nearest_case": "scan/ordinary",
                "nearest": dict.fromkeys(ORDINARY.event, ""),
            },
            "on scan/no-tags, but not on every such event: some value decides",
        ),
        (
            {
                "cause": (),
                "explained": False,
                "doubt": "value",
                "case": "scan/ordinary#0",
                "example": ORDINARY.event | {"account": "999999999999"},
                "nearest_case": "scan/ordinary",
                "nearest": ORDINARY.event,
            },
            'on some values: $.account is "999999999999"',
        ),
    ],
)
def test_when_a_fault_shows(changes, words):
    assert circumstances(with_(**changes)) == words


def test_alternatives_are_told_in_one_breath():
    tags, region = "$.detail.image-tags", "$.region"
    alternatives = [
        with_(cause=(Cause(tags, "empty"),)),
        with_(cause=(Cause(region, "aws-cn"),)),
        with_(cause=(Cause(tags, "absent"),)),
        with_(cause=(Cause(region, "aws-cn"), Cause(tags, "several"))),
        with_(cause=(), explained=False, doubt="unknown", failed=("scan/sample",)),
    ]
    words = circumstances(*alternatives)
    assert words.startswith(f"when {tags} is empty or absent, or {region} is aws-cn, as ")
    assert words.endswith(", and on scan/sample; no choice explains it")


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "1 of 1 such event fails, 0 of 34 others; documented by AWS"),
        (
            {"failed": ("scan/a", "scan/b"), "alike": 2, "passed": 0},
            "2 of 2 such events fail, 0 of 0 others; documented by AWS",
        ),
        (
            {"failed": ("scan/a", "scan/b"), "alike": 3},
            "2 of 3 such events fail, 0 of 33 others; documented by AWS",
        ),
        (
            {"cause": (), "except_for": (Cause("$.resources", "empty"),), "passed": 4},
            "1 of 1 such event fails, 0 of 4 others; documented by AWS",
        ),
        (
            {"cause": (), "explained": False, "doubt": "unknown"},
            "1 of 35 events fails; documented by AWS",
        ),
        ({"cause": ()}, "1 of 35 events fails; documented by AWS"),
        ({"cause": (), "passed": 0}, "1 of 1 event fails; documented by AWS"),
        (
            {"evidence": Evidence.REGISTRY},
            "1 of 1 such event fails, 0 of 34 others; AWS's schema registry admits it",
        ),
        (
            {"evidence": Evidence.CAPTURED},
            "1 of 1 such event fails, 0 of 34 others; seen in captured events",
        ),
        (
            {"evidence": Evidence.INFERRED},
            "1 of 1 such event fails, 0 of 34 others; inferred: no such event is on record",
        ),
        (
            {"failed": ("scan/sample",)},
            "1 of 1 such event fails, 0 of 34 others; AWS's documented sample is one",
        ),
    ],
)
def test_how_often_and_on_what_ground(changes, line):
    assert [text for role, text in finding_lines(with_(**changes)) if role == Role.MESSAGE][
        -1
    ] == line


def test_how_often_alternatives_of_one_fault_show_is_counted_together():
    tags, counts = "$.detail.image-tags", "$.detail.finding-severity-counts"
    alternatives = [
        with_(cause=(Cause(tags, "empty"),), failed=("scan/a", "scan/b"), alike=2),
        with_(
            cause=(Cause(counts, "absent"),),
            failed=("scan/b", "scan/c"),
            alike=3,
            evidence=Evidence.REGISTRY,
        ),
    ]
    lines = finding_lines(*alternatives)
    assert (
        Role.MESSAGE,
        "3 of 4 such events fail, 0 of 33 others; documented by AWS (empty)",
    ) in lines
    doubtful = with_(cause=(), explained=False, doubt="value", failed=("scan/d",), alike=1)
    lines = finding_lines(*alternatives, doubtful)
    assert (Role.MESSAGE, "4 of 38 events fail; documented by AWS (empty)") in lines
    # The first has no cause to name, so that nothing stands in brackets.
    lines = finding_lines(doubtful, with_(evidence=Evidence.REGISTRY, cause=(), explained=False))
    assert (Role.MESSAGE, "2 of 36 events fail; documented by AWS") in lines


def test_how_to_mend_a_fault_is_said_once_and_last():
    alternatives = [with_(), with_(cause=(Cause("$.region", "aws-cn"),))]
    lines = finding_lines(*alternatives)
    assert lines[-1] == MEND
    assert [role for role, _ in lines].count(Role.MEND) == 1


@pytest.mark.parametrize("check_id", CHECKS)
def test_every_check_says_how_to_mend_what_it_finds(check_id):
    assert finding_lines(with_(check=check_id))[-1] == (Role.MEND, f"mend: {CHECKS[check_id].mend}")


def test_a_mend_that_takes_two_lines_is_indented_behind_its_mark():
    [block] = blocks(said("leaves", kinds=["scan"]))
    first, second = block.splitlines()[-3:-1]
    assert first.startswith("   mend: ")
    assert second.startswith(" " * 9)
    assert f"{first.strip()} {second.strip()}" == f"mend: {CHECKS['exits'].mend}"


def test_a_check_that_has_no_words_yet_goes_by_its_name():
    assert headline(with_(check="leaks")) == "leaks"
    assert Role.MEND not in [role for role, _ in finding_lines(with_(check="leaks"))]
    assert headline(with_(exception=None)) == "an exception"


@pytest.mark.parametrize("check_id", CHECKS)
def test_every_check_has_words_of_its_own(check_id):
    assert headline(with_(check=check_id)) not in ("", check_id)


def test_a_finding_that_happened_nowhere_has_no_line_for_it():
    assert finding_lines(with_(location=None, detail="", exception=None))[1:] == [
        (Role.MESSAGE, "1 of 1 such event fails, 0 of 34 others; documented by AWS"),
        MEND,
    ]


# --- the code and the difference ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "first", "around", "lines"),
    [
        (
            9,
            8,
            "if it:\n    pass\nelse:",
            [
                (Role.CODE, "   8  if it:"),
                (Role.FAULTY_CODE, ">  9      pass"),
                (Role.CODE, "  10  else:"),
            ],
        ),
        (
            1,
            1,
            "pass\n\nmore",
            [(Role.FAULTY_CODE, "> 1  pass"), (Role.CODE, "  2"), (Role.CODE, "  3  more")],
        ),
        (7, 0, "", [(Role.FAULTY_CODE, "> 7  the only line")]),
    ],
)
def test_a_line_of_code_is_shown_with_its_neighbours_and_numbers(line, first, around, lines):
    place = Location("app.py", line, source="the only line", around=around, first=first)
    told = finding_lines(with_(location=place))
    assert told[1:-3] == [(Role.PLACE, f"app.py:{line}"), *lines]


def differing(event, **changes):
    found = with_(nearest_case="scan/ordinary", nearest=ORDINARY.event, example=event, **changes)
    return [pair for pair in finding_lines(found) if pair[0] in (Role.NOTE, "before", "after")]


def test_the_difference_to_the_nearest_passing_event_is_shown():
    assert differing(case("scan/no-tags").event) == [
        (Role.NOTE, "scan/ordinary passes, scan/no-tags fails; they differ in"),
        (Role.BEFORE, '- $.detail.image-tags: ["latest"]'),
        (Role.AFTER, "+ $.detail.image-tags: []"),
    ]
    assert differing(case("scan/absent-tags").event)[1:] == [
        (Role.BEFORE, '- $.detail.image-tags: ["latest"]')
    ]
    assert differing(case("scan/no-tags").event, doubt="flaky", explained=False, cause=()) == []
    assert differing(ORDINARY.event) == []


def test_event_ids_are_of_no_difference_unless_they_are_the_only_one_or_the_cause():
    changed = ORDINARY.event | {"id": "00000000-0000-4000-8000-000000000000"}
    of_id = [
        (Role.BEFORE, f'- $.id: "{ORDINARY.event["id"]}"'),
        (Role.AFTER, '+ $.id: "00000000-0000-4000-8000-000000000000"'),
    ]
    assert differing(changed)[1:] == of_id
    assert differing(changed | {"account": "000000000000"})[1:] == [
        (Role.BEFORE, f'- $.account: "{ORDINARY.event["account"]}"'),
        (Role.AFTER, '+ $.account: "000000000000"'),
    ]
    assert (
        differing(changed | {"account": "000000000000"}, cause=(Cause("$.id", "not-v4"),))[1:3]
        == of_id
    )


@pytest.mark.parametrize(
    ("keys", "end"),
    [
        (4, []),
        (5, [(Role.NOTE, "and 1 more difference")]),
        (6, [(Role.NOTE, "and 2 more differences")]),
    ],
)
def test_no_more_than_four_differences_are_shown(keys, end):
    shown = differing(ORDINARY.event | {f"key-{number}": number for number in range(keys)})
    assert [role for role, _ in shown[1:5]] == [Role.AFTER] * 4
    assert shown[5:] == end


def test_alternatives_differ_in_the_words_of_the_first():
    first = with_(nearest_case="scan/ordinary", nearest=ORDINARY.event)
    second = with_(
        cause=(Cause("$.region", "aws-cn"),), case="scan/aws-cn", example=case("scan/aws-cn").event
    )
    assert "+ $.detail.image-tags: []" in [text for _, text in finding_lines(first, second)]
    assert not [text for _, text in finding_lines(first, second) if "$.region:" in text]


def test_findings_may_be_told_in_the_message_of_an_exception():
    one = with_(location=None, nearest_case="scan/ordinary", nearest=ORDINARY.event)
    other = with_(
        group="scan@lambda#1",
        exception="KeyError",
        detail="'x'",
        location=None,
        case="scan/ordinary#12",
    )
    assert plain_text([one]) == textwrap.dedent("""\
        IndexError when $.detail.image-tags is empty
           IndexError: list index out of range
           1 of 1 such event fails, 0 of 34 others; documented by AWS
           scan/ordinary passes, scan/no-tags fails; they differ in
           - $.detail.image-tags: ["latest"]
           + $.detail.image-tags: []
           mend: handle such events (a default for what is missing), or skip them early
           see ecr-contracts sample scan/no-tags""")
    first, second = plain_text([one, other]).split("\n\n")
    assert first == f"1  {plain_text([one])}"
    # No id gives such an event, so it stands there itself.
    assert second.startswith("2  KeyError when $.detail.image-tags is empty\n")
    assert second.endswith(f"\n   the event: {json.dumps(other.example)}")


@pytest.mark.parametrize(
    ("violation", "line"),
    [
        (Violation("$.a", 7, "a string", 'write "7"'), '$.a is 7; expected a string (write "7")'),
        (Violation("$.a", None, "a string"), "$.a is null; expected a string"),
        (Violation("$.a", MISSING, "12 digits", "this key is always there"),
         "$.a is missing; expected 12 digits (this key is always there)"),
        (Violation("$.a", "é", "x", severity=Severity.WARNING, keyword="advice"), '$.a is "é"; expected x'),
        (Violation("$.b", 1, "a key of the contract", "did you mean `a`?", Severity.WARNING, "advice"),
         "$.b is no key of the contract (did you mean `a`?)"),
        (Violation("$.a", "x" * 99, "less"), f'$.a is "{"x" * 49}…{"x" * 8}"; expected less'),
        (Violation("$.a", float("nan"), "a number that JSON has"), "$.a is NaN; expected a number that JSON has"),
    ],
)  # fmt: skip
def test_a_violation_is_one_line(violation, line):
    assert violation_line(violation) == line


def test_an_unknown_key_is_known_as_such_to_validation():
    [violation] = validate(case("scan/ordinary").event | {"replayName": "x"})
    assert is_about_key(violation)
    assert (
        violation_line(violation)
        == "$.replayName is no key of the contract (did you mean `replay-name`?)"
    )


def test_a_violation_for_programs_has_a_value_unless_the_key_is_missing():
    told = violation_as_json(Violation("$.a", None, "x", "y", Severity.WARNING, "advice"))
    assert told == {
        "path": "$.a", "severity": "warning", "keyword": "advice", "expected": "x", "hint": "y", "value": None,
    }  # fmt: skip
    assert "value" not in violation_as_json(Violation("$.a", MISSING, "x"))


# --- kinds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", kind_names())
def test_all_that_is_known_of_a_kind_is_listed(kind):
    out = io.StringIO()
    contract = reader.contract(kind)
    show_kind(contract, console(out))
    text = out.getvalue()
    lines = text.splitlines()
    assert lines[0] == contract.title
    assert max(map(len, lines)) <= 80
    flat = " ".join(text.split())
    for facet in contract.varying:
        assert f"{facet.path} {facet.title}".rstrip() in flat
        for choice in facet.choices:
            token = f"{choice.token} (baseline)" if choice is facet.baseline else choice.token
            assert f"{choice.label} {choice.evidence} {token} {choice.note}".rstrip() in flat
    for rule in contract.constraints:
        assert rule.structural or rule.because in flat


def test_the_list_of_kinds_tells_what_each_has():
    out = io.StringIO()
    show_kinds([(reader.contract(kind), 7) for kind in kind_names()], console(out))
    assert out.getvalue().splitlines()[:4] == [
        "delete  aws.ecr, ECR Image Action, DELETE",
        "        11 facets, 44 choices, 7 cases",
        "push    aws.ecr, ECR Image Action, PUSH",
        "        11 facets, 44 choices, 7 cases",
    ]


def test_a_screen_that_nobody_reads_says_so():
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    screen = console(Closed())
    with pytest.raises(BrokenPipeError):
        screen.print("words")
