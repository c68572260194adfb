"""The report for people: what is told of a handler, from the first line to the last."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import textwrap

import pytest

from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.events.kinds import usual_kinds
from ecr_contracts.reporting.json import verdict_as_json
from ecr_contracts.reporting.terminal import console
from ecr_contracts.reporting.text import show
from ecr_contracts.reporting.verdicts import repeat_command
from tests.integration.reporting.runs import DRAWN, blocks, checked, said, shown, uncounted


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
           N of N such events fail, 0 of M others; scans do fail, and one that failed
           has nothing to count
           scan/ordinary passes, scan/failed+no-counts fails; they differ in
           - $.detail.scan-status: "COMPLETE"
           + $.detail.scan-status: "FAILED"
           - $.detail.finding-severity-counts: {"CRITICAL": 1, "HIGH": 2, "ME…INED": 6}
           mend: handle such events (a default for what is missing), or skip them early
           ecr-contracts check app.py:handler --case scan/failed+no-counts

        4  warning: KeyError when $.detail.image-tags is absent, at app.py:9 (registry)

        3 findings, 1 warning in 99 events in 0.1 s
        tried: AWS's sample, the ordinary scan, 46 single deviations and 51 more events:
        all 1,404 pairs of 17 facets; N more calls to tell the causes
        reach: its code has no call that changes anything
        (registry): nobody has seen such an event, so what goes wrong with it is a
        warning (--strict makes it an error)
        """)


def test_a_handler_without_faults_is_told_what_that_rests_on():
    assert said("fine", examples=20) == textwrap.dedent("""\
        app.py:fine
        delete, push and scan events, since its code names none (choose with --kind);
        the bare event, as a Lambda target gets it

        nothing found in 267 events in 0.1 s
        tried: AWS's sample, the ordinary delete, 33 single deviations and 49 more
        events: all 851 pairs of 11 facets; AWS's sample, the ordinary push, 33 single
        deviations and 49 more events: all 851 pairs of 11 facets; AWS's sample, the
        ordinary scan, 46 single deviations and 51 more events: all 1,404 pairs of 17
        facets; 60 events of other values
        reach: its code has no call that changes anything
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
               $.detail.image-tag is "" or absent
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
               1 of 1 such event fails, 0 of 99 others; only AWS's printed sample has such a
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
               N of N such events fail, 0 of M others; AWS's schema registry admits it, but
               no such event is on record
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
               N of N such events fail, 0 of M others; AWS's schema registry admits it, but
               no such event is on record
               push/no-digest passes, push/no-digest+no-tag fails; they differ in
               - $.detail.image-tag: "latest"
               mend: handle such events (a default for what is missing), or skip them early
               ecr-contracts check app.py:two --case push/no-digest+no-tag""",
        ),
    ],
)
def test_each_sort_of_fault_is_told_so(handler, kind, block):
    # Some rest on events that nobody has seen; those are told in one line otherwise.
    is_strict = handler in ("in_one_region", "sleeper", "two")
    [told] = blocks(said(handler, kinds=[kind], timeout=0.2, strict=is_strict))
    assert (uncounted(told) if "N of N" in block else told) == textwrap.dedent(block)


def test_what_several_kinds_bring_about_alike_is_told_once():
    assert blocks(said("no_digest")) == [
        "1  warning: KeyError when $.detail.image-digest is absent (delete, push and\n"
        "   scan), at app.py:69 (registry)"
    ]
    text = said("no_digest", strict=True)
    assert blocks(uncounted(text)) == [
        textwrap.dedent("""\
        1  KeyError when $.detail.image-digest is absent (delete, push and scan)
           app.py:69
             68  def no_digest(event, context):
           > 69      return event["detail"]["image-digest"]
           KeyError: 'image-digest'
           N of N such events fail, 0 of M others; AWS's schema registry admits it,
           but no such event is on record
           delete/ordinary passes, delete/no-digest fails; they differ in
           - $.detail.image-digest: "sha256:9f2c4e7a1b8d3056e4c7f1a29b5d8e03c…2e8d5b39"
           mend: handle such events (a default for what is missing), or skip them early
           ecr-contracts check app.py:no_digest --case delete/no-digest""")
    ]
    assert "1 finding in 267 events" in text


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
              99  if ord(event["detail"]["repository-name"][0]) == ord("a"):
           > 100      raise ValueError("not that one")
           ValueError: not that one
           1 of M events fails; documented by AWS
           push/ordinary passes, push/ordinary#… fails; they differ in
           - $.detail.repository-name: "my-repo"
           + $.detail.repository-name: "a…"
           mend: handle such events (a default for what is missing), or skip them early
           ecr-contracts check app.py:picky --kind push""")


def test_a_fault_of_values_that_cases_have_too_is_told_so():
    block, warning = blocks(said("choosy", kinds=["push"], examples=DRAWN))
    what = " ".join(line.strip() for line in block.splitlines()[:1])
    assert re.fullmatch(r'1  ValueError on some values: \$\.account is "\d{11}[13579]"', what)
    assert "fails; documented by AWS\n" in block or "fail; documented by AWS\n" in block
    assert " ".join(warning.split()).startswith(
        "2 warning: ValueError on some push events, but not on every such event: some value decides"
    )


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

        1 finding in 99 events in 0.1 s
        tried: AWS's sample, the ordinary scan, 46 single deviations and 51 more events:
        all 1,404 pairs of 17 facets
        reach: its code has no call that changes anything
        """)
    [block] = blocks(said("idle"))
    assert block.startswith("1  does the same with every delete, push and scan event\n")


@pytest.mark.long
def test_the_command_that_a_handler_does_nothing_ends_with_shows_that_again():
    verdict = checked("idle")
    commands = [repeat_command(verdict, finding) for finding in verdict.findings]
    assert commands == [f"ecr-contracts check app.py:idle --kind {kind}" for kind in usual_kinds()]
    for command, kind in zip(commands, usual_kinds(), strict=True):
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
    key, dies = blocks(uncounted(text))
    assert dies == "2  warning: ends the process when $.detail.image-digest is absent (registry)"
    assert key.startswith("1  KeyError when $.detail.image-tag is absent\n")
    assert "1 finding, 1 warning in 35 events" in text


@pytest.mark.long
def test_a_handler_that_never_returns_is_told_of_with_all_else_that_is_wrong():
    text = said("hangs", kinds=["push"], timeout=0.2)
    key, hangs = blocks(text)
    assert hangs.startswith("2  warning: does not answer in time when $.detail.image-digest is")
    assert key.startswith("1  KeyError when $.detail.image-tag is absent\n")
    assert uncounted(text).endswith(
        "1 finding, 1 warning in 71 events in 0.1 s\n"
        "tried: 71 of 84 push events; N more calls to tell the causes\n"
        "reach: its code has no call that changes anything\n"
        "(registry): nobody has seen such an event, so what goes wrong with it is a\n"
        "warning (--strict makes it an error)\n"
        "left out, since it did not answer such events: 13 more\n"
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
           99 of 99 events fail; AWS's documented sample is one
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
        "1 finding in 5 events in 0.1 s\ntried: 5 of 99 scan events\n"
        "reach: its code has no call that changes anything\n"
        "left out, since it did not answer such events: 94 more\n"
    )


def test_a_warning_alone_is_no_finding():
    assert "no findings, 1 warning in 99 events" in said("misprint", kinds=["scan"])


def test_more_can_be_told():
    text = shown(checked("handler", case_ids=["scan/no-tags"]), verbose=True)
    assert '     "image-tags": []' in text
    assert "   Traceback (most recent call last):" in text
    assert "   fails: scan/no-tags\n" in text
    assert "/invoke.py" not in text


class Terminal(io.StringIO):
    encoding = "utf-8"  # type: ignore[assignment]

    def isatty(self) -> bool:
        return True


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


def test_a_mend_that_takes_two_lines_is_indented_behind_its_mark():
    [block] = blocks(said("leaves", kinds=["scan"]))
    first, second = block.splitlines()[-3:-1]
    assert first.startswith("   mend: ")
    assert second.startswith(" " * 9)
    assert f"{first.strip()} {second.strip()}" == f"mend: {CHECKS['exits'].mend}"


def test_a_screen_that_nobody_reads_says_so():
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    screen = console(Closed())
    with pytest.raises(BrokenPipeError):
        screen.print("words")
