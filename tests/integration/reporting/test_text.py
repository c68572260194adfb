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
from tests.integration.reporting.runs import APP, DRAWN, blocks, checked, said, shown, uncounted


def test_a_handler_with_faults_is_told_what_when_where_and_how_to_see_it_again():
    assert uncounted(said("handler")) == textwrap.dedent("""\
        3 faults in app.py:handler: 29 of 99 scan events fail, AWS's own sample among
        them

        1  IndexError when image-tags is empty (as in AWS's own sample); KeyError when
           image-tags is absent (AWS's schema alone) [ECR101]
           app.py:9  tag = event["detail"]["image-tags"][0]
           scan/no-tags fails with image-tags []; with ["latest"] it passes
           mend: check that image-tags is present and not empty, or, if you do not need
                 such events, skip them
           ecr-contracts check app.py:handler --case scan/no-tags

        2  KeyError when CRITICAL is absent (documented by AWS) [ECR101]
           app.py:11  return {"tag": tag, "critical": counts["CRITICAL"]}
           scan/no-critical fails without CRITICAL; with 1 it passes
           mend: check that CRITICAL is present, or, if you do not need such events,
                 skip them
           ecr-contracts check app.py:handler --case scan/no-critical

        3  KeyError when finding-severity-counts is absent (scans do fail, and one that
           failed has nothing to count) [ECR101]
           app.py:10  counts = event["detail"]["finding-severity-counts"]
           scan/failed+no-counts fails without finding-severity-counts
           with {…} it passes (scan-status differs too)
           mend: check that finding-severity-counts is present, or, if you do not need
                 such events, skip them
           ecr-contracts check app.py:handler --case scan/failed+no-counts

        given: scan events, because its code reads finding-severity-counts, image-tags,
        CRITICAL
        tried: 99 scan events (all pairs of choices), N more calls to explain, in 0.1 s
        reach: its code has no call that changes anything
        """)


def test_a_handler_without_faults_is_told_what_that_rests_on():
    assert said("fine", examples=20) == textwrap.dedent("""\
        nothing found in app.py:fine: all 267 push, scan and delete events pass

        given: push, scan and delete events, because its code names none (choose with
        --kind)
        tried: 84 push, 99 scan and 84 delete events (all pairs of choices) and 60 of
        other values, in 0.1 s
        reach: its code has no call that changes anything
        """)


@pytest.mark.parametrize(
    ("handler", "kind", "block"),
    [
        (
            "deploy",
            "push",
            """\
            1  IndexError when resources is empty (as in AWS's own sample) [ECR101]
               app.py:16  return event["resources"][0]
               push/ordinary fails with resources []; with ["arn:…my-repo"] it passes
               mend: check that resources is not empty, or, if you do not need such events,
                     skip them
               ecr-contracts check app.py:deploy --case push/ordinary""",
        ),
        (
            "in_one_region",
            "push",
            """\
            1  ValueError when region starts with "cn-", "us-gov-", "eusc-" or "us-iso"
               (inferred) [ECR101]
               app.py:21  raise ValueError(f"no bucket in {event['region']}")
               ValueError: no bucket in cn-north-1
               push/aws-cn fails with region "cn-north-1"; with "us-east-1" it passes
               mend: check region before this line, or, if you do not need such events, skip
                     them
               ecr-contracts check app.py:in_one_region --case push/aws-cn""",
        ),
        (
            "named",
            "push",
            """\
            1  ValueError when repository-name contains "/", or image-tag is empty or absent
               (documented by AWS) [ECR101]
               app.py:27  raise ValueError(f"nothing called {name}:{tag}")
               ValueError: nothing called team/app:latest
               push/namespaced-repository fails with repository-name "team/app"; with
               "my-repo" it passes
               mend: allow a repository-name that contains "/", and check that image-tag is
                     present and not empty, or, if you do not need such events, skip them
               ecr-contracts check app.py:named --case push/namespaced-repository""",
        ),
        (
            "misprint",
            "scan",
            """\
            1  warning: ValueError when image-digest is
               "sha256:7f5b2640fe6fb4f46592dfd3410c4a79dac4f89e47…abcd1234" (only AWS's
               printed sample has such a value, no real event does) [ECR101]
               app.py:33  raise ValueError(digest)
               ValueError: sha256:7f5b2640fe6fb4f46592dfd3410c4a79dac4f89e4782432e0378abcd…
               scan/sample fails with image-digest "sha25…abcd1234"; with "sha25…2e8d5b39"
               it passes (3 more fields differ)
               mend: check image-digest before this line, or, if you do not need such
                     events, skip them
               ecr-contracts check app.py:misprint --case scan/sample""",
        ),
        (
            "leaves",
            "scan",
            """\
            1  ends the process when image-tags is empty (as in AWS's own sample) [ECR103]
               app.py:46  sys.exit("nothing to do")
               exit code 'nothing to do'
               scan/no-tags fails with image-tags []; without it, it passes
               mend: return or raise an exception; do not leave the process with sys.exit()
                     or os._exit()
               ecr-contracts check app.py:leaves --case scan/no-tags""",
        ),
        (
            "sleeper",
            "delete",
            """\
            1  does not answer in time when image-digest is absent (AWS's schema alone)
               [ECR104]
               app.py:56  time.sleep(60)
               no answer within 0.2 s
               delete/no-digest fails without image-digest; with "sha25…2e8d5b39" it passes
               mend: set a limit on every wait and retry, or give --timeout what the
                     function really has
               ecr-contracts check app.py:sleeper --case delete/no-digest --timeout 0.2""",
        ),
        (
            "two",
            "push",
            """\
            1  LookupError when image-digest is absent and image-tag is absent (AWS's schema
               alone) [ECR101]
               app.py:86  raise LookupError("neither digest nor tag")
               push/no-digest+no-tag fails without image-tag; with "latest" it passes
               mend: check that image-digest is present, or, if you do not need such events,
                     skip them
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
        "on events that nobody has seen (warnings; --strict makes them errors):\n"
        "1  KeyError when image-digest is absent (push, scan and delete), at app.py:69\n"
        "   (AWS's schema alone) [ECR101]"
    ]
    text = said("no_digest", strict=True)
    assert blocks(text) == [
        textwrap.dedent("""\
        1  KeyError when image-digest is absent (push, scan and delete; AWS's schema
           alone) [ECR101]
           app.py:69  return event["detail"]["image-digest"]
           push/no-digest fails without image-digest; with "sha25…2e8d5b39" it passes
           mend: check that image-digest is present, or, if you do not need such events,
                 skip them
           ecr-contracts check app.py:no_digest --case push/no-digest""")
    ]
    assert text.startswith(
        "1 fault in app.py:no_digest: 14 of 84 push, 15 of 99 scan and 14 of 84 delete\n"
    )


def test_a_fault_that_no_choice_explains_is_told_with_the_event():
    [block] = blocks(said("odd_together", kinds=["push"], strength=1, probe=0))
    assert block == textwrap.dedent("""\
        1  RuntimeError on push/sample; no choice explains it (as in AWS's own sample)
           [ECR101]
           app.py:65  raise RuntimeError
           push/sample fails; the nearest that passes differs in 5 fields (-v)
           mend: see what this line does with the event that fails, and allow for it
           ecr-contracts check app.py:odd_together --case push/sample""")


def test_a_fault_that_comes_and_goes_is_told_without_a_cause():
    [block] = blocks(said("once", kinds=["push"], strength=1))
    assert block == textwrap.dedent("""\
        1  RuntimeError at random, or depending on what came before:
           push/leading-zero-account does not always fail [ECR101]
           app.py:95  raise RuntimeError("bad luck")
           mend: keep nothing from one event to the next, and leave nothing to chance
           ecr-contracts check app.py:once --case push/leading-zero-account""")


def test_a_fault_of_some_values_is_told_with_the_value_and_the_search_that_found_it():
    [block] = blocks(said("picky", kinds=["push"], examples=DRAWN))
    # Which value it is, and the id of its event, is up to Hypothesis.
    block = re.sub(r'"a[a-z0-9._/…-]+"', '"a…"', re.sub(r"#[0-9a-f]{8}", "#…", block))
    assert block.splitlines()[-1] == "   ecr-contracts check app.py:picky --kind push"
    words = " ".join(block.split())
    assert words.startswith(
        '1 ValueError when repository-name starts with "a" (documented by AWS) [ECR101] app.py:100 '
    )
    fails = 'push/ordinary#… fails with repository-name "a…"'
    assert re.search(rf'{re.escape(fails)};? with "my-repo" it passes', words)


_CHOOSY = (
    r'1 ValueError where some value of account decides: "\d{11}[13579]" fails, '
    r'"\d{11}[02468]" passes \(documented'
)


def test_a_fault_of_values_that_cases_have_too_is_told_so():
    [block] = blocks(said("choosy", kinds=["push"], examples=DRAWN))
    words = " ".join(block.split())
    assert re.match(_CHOOSY, words)
    assert re.search(r'fails with account "\d{12}";? with "\d{11}[02468]" it passes', words)


def test_a_handler_that_does_nothing_is_told_so():
    assert said("idle", kinds=["scan"]) == textwrap.dedent("""\
        1 fault in app.py:idle: it fails on none of 99 scan events, but does the wrong
        thing

        1  does the same with every scan event [ECR403]
           returns null each time
           mend: find out why it never reads the event: a filter, an unopened envelope,
                 no code yet
           ecr-contracts check app.py:idle --kind scan

        given: scan events
        tried: 99 scan events (all pairs of choices), in 0.1 s
        reach: its code has no call that changes anything
        """)
    [block] = blocks(said("idle"))
    assert block.startswith("1  does the same with every push, scan and delete event [ECR403]\n")


@pytest.mark.long
def test_the_command_that_a_handler_does_nothing_ends_with_shows_that_again():
    verdict = checked("idle")
    commands = [repeat_command(verdict, finding) for finding in verdict.findings]
    assert sorted(verdict.kinds) == sorted(usual_kinds())
    assert commands == [f"ecr-contracts check app.py:idle --kind {kind}" for kind in verdict.kinds]
    for command, kind in zip(commands, verdict.kinds, strict=True):
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
        assert f"\n1  does the same with every {kind} event [ECR403]\n" in again.stdout


@pytest.mark.long
def test_a_handler_that_kills_its_process_is_told_of_with_all_else_that_is_wrong():
    text = said("dies", kinds=["push"], strength=1)
    key, dies = blocks(uncounted(text))
    assert dies.endswith(
        "\n2  ends the process when image-digest is absent (AWS's schema alone) [ECR103]"
    )
    assert key.startswith("1  KeyError when image-tag is absent (")
    assert text.startswith("1 fault, 1 warning in app.py:dies: ")


@pytest.mark.long
def test_a_handler_that_never_returns_is_told_of_with_all_else_that_is_wrong():
    text = said("hangs", kinds=["push"], timeout=0.2)
    key, hangs = blocks(text)
    assert "\n2  does not answer in time when image-digest is absent" in hangs
    assert key.startswith("1  KeyError when image-tag is absent (")
    assert uncounted(text).endswith(
        "tried: 71 of 84 push events, N more calls to explain, in 0.1 s\n"
        "reach: its code has no call that changes anything\n"
        "left out, since it did not answer such events: 13 more\n"
    )


def test_what_fails_on_every_event_of_several_kinds_is_told_once():
    [block] = blocks(said("talkative", kinds=["push", "scan"]))
    assert block.startswith("1  RuntimeError on every push and scan [ECR101]\n")
    first, second = blocks(said("deploy", kinds=["push", "scan"]))
    # Both are of AWS's own samples: the upper line comes first.
    assert first.startswith("1  KeyError on every scan [ECR101]\n")
    assert second.startswith(
        "2  IndexError when resources is empty (as in AWS's own sample) [ECR101]\n"
    )


def test_exceptions_are_told_by_their_own_name():
    [block] = blocks(said("decoding", kinds=["scan"]))
    assert block.startswith("1  JSONDecodeError on every scan [ECR101]\n")
    assert "\n   JSONDecodeError: Expecting value: line 1 column 1 (char 0)\n" in block
    [finding] = verdict_as_json(checked("decoding", kinds=["scan"]))["findings"]
    assert finding["exception"] == "json.decoder.JSONDecodeError"


def test_what_is_returned_and_what_is_changed_are_told_apart():
    wrong, changed = blocks(said("dates", kinds=["scan"]))
    assert wrong == textwrap.dedent("""\
        1  returns what JSON cannot carry on every scan [ECR107]
           of what it returns, $[0].when is a datetime
           mend: return nothing, or only dict, list, str, int, float, bool and None
           ecr-contracts check app.py:dates --case scan/ordinary""")
    assert changed.splitlines()[:2] == [
        "2  warning: changes the event it is given on every scan [ECR110]",
        "   the event was changed in place",
    ]


def test_words_of_the_consumer_cannot_disturb_the_terminal():
    verdict = checked("talkative", kinds=["scan"])
    code = (
        '   app.py:37  raise RuntimeError("first line\\n\\n  second \\x1b[31mline\\t\\x00\\nth…\n'
    )
    assert code in shown(verdict)
    text = shown(verdict, verbose=True)
    lines = text.splitlines()
    first = lines.index("   RuntimeError: first line")
    assert lines[first : first + 3] == [
        "   RuntimeError: first line",
        "   second \\x1b[31mline\\t\\x00",
        "   third \\ud800 line",
    ]
    assert "\x1b" not in text


def test_long_words_of_the_consumer_are_cut():
    lines = shown(checked("lengthy", kinds=["scan"]), verbose=True).splitlines()
    [first] = [number for number, line in enumerate(lines) if "RuntimeError: word" in line][:1]
    assert lines[first].startswith("   RuntimeError: word word")
    assert lines[first + 2].endswith(" word…")
    assert "events fail; " in lines[first + 3]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8", "utf-16", "cp1252"])
def test_any_encoding_will_do(encoding):
    text = shown(checked("misprint", kinds=["scan"]), encoding=encoding)
    assert "ValueError when image-digest" in text
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
    assert (
        "1  does not answer in time on every scan [ECR104]\n   app.py:60  time.sleep(60)\n" in text
    )
    assert text.endswith(
        "tried: 5 of 99 scan events, in 0.1 s\n"
        "reach: its code has no call that changes anything\n"
        "left out, since it did not answer such events: 94 more\n"
    )


def test_a_warning_alone_is_no_finding():
    assert said("misprint", kinds=["scan"]).startswith("no fault, 1 warning in app.py:misprint: ")


def test_more_can_be_told():
    whole = " ".join(shown(checked("handler"), verbose=True).split())
    assert "CRITICAL; the bare event, as a Lambda target gets it tried: AWS's sample, " in whole
    assert ": all 1,404 pairs of 17 facets; " in whole
    assert " more calls to tell the causes; in " in whole
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
    assert "1  IndexError when image-tags is empty (as in AWS's own sample); KeyError" in plain
    assert '\n   app.py:9  tag = event["detail"]["image-tags"][0]\n' in plain


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


@pytest.mark.parametrize(
    ("handler", "told"),
    [
        ("handler", "29 of 99 scan events fail, AWS's own sample among them"),
        ("no_low", "; AWS's own sample passes"),
        (
            "refuser",
            "1 of 99 scan events fails, 13 are refused on purpose; AWS's own sample passes",
        ),
    ],
)
def test_the_first_line_tells_of_the_known_events_and_of_refusals(handler, told):
    first = said(handler, kinds=["scan"]).partition("\n\n")[0]
    assert " ".join(first.split()).endswith(told)


def test_a_warning_about_calls_names_their_lines():
    text = " ".join(said("blind", kinds=["scan"]).split())
    number = 1 + APP[: APP.index("boto3.client")].count("\n")
    assert f"sns.Publish (app.py:{number}) the two events differ in scan-status" in text
