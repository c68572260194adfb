"""The package's Python names no kind: what is special about a kind stands in its schema.

What is generated from the schemas names them all; it is left out here. Docstrings may hold
examples, and so may the help of commands.
"""

import ast
import re
from pathlib import Path

import pytest

import ecr_contracts
from tests import oracle

PACKAGE = Path(ecr_contracts.__file__).parent
DETAIL_TYPES = {oracle.schema(kind)["x-ecr"]["baseline"]["detail-type"] for kind in oracle.KINDS}
WORDS = {kind for kind in oracle.KINDS if "-" in kind}
"""The kinds whose names are no words of a language."""

ALLOWED = {
    ("discovery/iac/cloudformation/code_places.py", "archive"): "a file with code in it",
    ("discovery/shapes/queue_messages.py", "delete"): "a method of a message of boto3",
    ("discovery/source/branches/effect_calls.py", "delete"): "a method of HTTP",
    ("discovery/source/branches/effect_calls.py", "scan"): "an operation of DynamoDB",
    ("discovery/source/variables/wanted_forms.py", "delete"): "a method of HTTP",
    ("engine/checks/catalog/examples.py", "ECR Image Action"): "rules, as examples of checks",
    ("engine/checks/catalog/examples.py", "ECR Image Scan"): "rules, as examples of checks",
    ("eventbridge/rules/corrections/meant.py", "push"): "a word that people write in a rule",
    ("eventbridge/rules/corrections/meant.py", "delete"): "a word that people write in a rule",
    ("runtime/entries/web/routes.py", "push"): "a word in the paths of a web app",
    ("runtime/entries/web/routes.py", "scan"): "a word in the paths of a web app",
    ("runtime/sandbox/exceptions.py", "delete"): "a method of a message of boto3",
    ("runtime/sandbox/aws/ecr.py", "inspector-finding"): "a part of an answer of ECR's API",
}
EXAMPLES = {
    "frontends/cli/check/options.py",
    "frontends/cli/main.py",
    "frontends/cli/sample.py",
}
"""The commands whose help names cases."""


GENERATED = "# generated, do not edit"
"""How the files begin that `python -m generators` writes."""


def written_by_hand():
    paths = sorted(PACKAGE.rglob("*.py"))
    return [path for path in paths if not path.read_text("utf-8").startswith(GENERATED)]


def test_five_modules_are_generated():
    assert len(list(PACKAGE.rglob("*.py"))) - len(written_by_hand()) == 5


def in_docstrings(tree):
    """The constants that stand alone as a statement, docstrings among them."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def texts(tree):
    """Every string constant but those that stand alone."""
    alone = in_docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


def identifiers(tree):
    """Every name that the code gives or uses."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.alias(name=name):
                yield name
            case ast.keyword(arg=str(name)):
                yield name


def spelled(kind, name):
    """Whether an identifier has the name of a kind in it: `inspector_scan`, `InspectorScan`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return re.search(rf"(?:^|_){kind.replace('-', '_')}(?:_|$)", words) is not None


def named_in(source):
    """What some Python names of kinds: words, ids of cases, detail-types, identifiers."""
    tree = ast.parse(source)
    found = set()
    for text in texts(tree):
        found |= {kind for kind in oracle.KINDS if text == kind}
        for kind in oracle.KINDS:
            if re.search(rf"(?<![\w-]){kind}/[a-z]", text):
                found.add(f"{kind}/")
        found |= {kind for kind in WORDS if re.search(rf"(?<![\w-]){kind}(?![\w-])", text)}
        found |= {detail_type for detail_type in DETAIL_TYPES if detail_type in text}
    for name in identifiers(tree):
        found |= {kind for kind in WORDS if spelled(kind, name)}
    return found


@pytest.mark.parametrize("path", written_by_hand(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_kind_is_named(path):
    name = path.relative_to(PACKAGE).as_posix()
    found = named_in(path.read_text("utf-8"))
    if name in EXAMPLES:
        found = {word for word in found if not word.endswith("/")}
    assert {word for word in found if (name, word) not in ALLOWED} == set()


def test_what_is_allowed_is_there():
    for name, word in ALLOWED:
        assert word in named_in((PACKAGE / name).read_text("utf-8")), name
    for name in EXAMPLES:
        assert named_in((PACKAGE / name).read_text("utf-8")), name


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('kind == "push"', {"push"}),
        ('kind in ("scan", other)', {"scan"}),
        ('f"{one} of inspector-scan"', {"inspector-scan"}),
        ('case("scan/no-tags")', {"scan/"}),
        ('event["detail-type"] == "ECR Image Scan"', {"ECR Image Scan"}),
        ("def is_inspector_finding(event): ...", {"inspector-finding"}),
        ("client.inspector_findings(INSPECTOR_SCAN=1)", {"inspector-scan"}),
        ("from ecr_contracts.types import InspectorScanEvent", {"inspector-scan"}),
        ('"""Gives `push` and scan/no-tags."""', set()),
        ('"to push a scanner"', set()),
        ('"the artifact-actions"', set()),
        ("# push", set()),
    ],
)
def test_the_look_for_names_sees_them(source, expected):
    assert named_in(source) == expected
