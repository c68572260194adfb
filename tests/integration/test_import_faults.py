"""Import faults: the code's own are findings, what the machine lacks is set-up."""

from __future__ import annotations

import pytest

from ecr_contracts.core.errors import ConsumerError, SetupError
from ecr_contracts.engine.session import check
from ecr_contracts.runtime.sandbox.settings import Settings
from tests.writing import write

HANDLER = "\ndef handler(event, context):\n    return 1\n"
QUICK = {"kinds": ["push"], "examples": 0, "strength": 1, "probe": 0}


@pytest.fixture
def checked(tmp_path, monkeypatch):
    """The verdict on the handler of a file with this text, beside other files."""
    monkeypatch.chdir(tmp_path)

    def verdict(text, settings=Settings(), files=None):  # noqa: B008 - it is frozen
        write(tmp_path, "app.py", text + HANDLER)
        for name, content in (files or {}).items():
            write(tmp_path, name, content)
        return check("app.py:handler", settings=settings, **QUICK)

    return verdict


OWN = {
    "an attribute that a module never had": ("import os\nT = os.get_env('T')", "AttributeError", 2),
    "a name": ("import os\nT = tabel", "NameError", 2),
    "a name in a class": ("class A:\n    b = C", "NameError", 2),
    "an argument": ("def f(a): pass\nX = f()", "TypeError", 2),
    "no callable": ("import datetime, time\nNOW = time()", "TypeError", 2),
    "a literal's key": ("STAGES = {'dev': 1}\nSTAGE = STAGES['prod']", "KeyError", 2),
    "a literal's index": ("NAMES = []\nFIRST = NAMES[0]", "IndexError", 2),
    "a number": ("import decimal\nLIMIT = int('5 MB')", "ValueError", 2),
    "a pattern": ("import re\nTAG = re.compile('v(')", "re.error", 2),
    "a bracket": ("X = (1,\nY = 2]", "SyntaxError", 2),
    "an indentation": ("def f():\nreturn 1", "IndentationError", 2),
    "Python 2": ("import os\nprint 'loading'", "SyntaxError", 2),
    "Python 2's except": ("try:\n    X = 1\nexcept ValueError, error:\n    pass", "SyntaxError", 3),
    "a list's method": ("X = [1].add(2)", "AttributeError", 1),
}


@pytest.mark.parametrize("name", OWN)
def test_a_fault_of_the_codes_own_is_a_finding_on_every_event(checked, name):
    text, exception, line = OWN[name]
    verdict = checked(text)
    (finding,) = verdict.findings
    assert (finding.check, finding.exception) == ("dead-at-import", exception)
    assert (finding.location.file, finding.location.line) == ("app.py", line)
    assert verdict.failed
    assert not finding.cause


def test_modules_that_import_each_other_are_the_codes_own(checked):
    files = {"notify.py": "from audit import X\n", "audit.py": "from notify import Y\n"}
    verdict = checked("import notify", files=files)
    (finding,) = verdict.findings
    assert (finding.check, finding.exception) == ("dead-at-import", "ImportError")
    assert finding.location.file == "audit.py"


def test_a_module_that_is_missing_in_a_package_of_its_own_is_the_codes_own(checked):
    for files in ({"shop/__init__.py": ""}, {"shop/other.py": ""}):
        for text in ("from shop import tables", "import shop.tables"):
            verdict = checked(text, files=files)
            assert [finding.check for finding in verdict.findings] == ["dead-at-import"], text


def test_a_name_that_an_own_module_has_not_is_the_codes_own(checked):
    verdict = checked("from shop import table", files={"shop.py": "tables = 1\n"})
    (finding,) = verdict.findings
    assert (finding.check, finding.location.line) == ("dead-at-import", 1)
    assert finding.location.source == "from shop import table"


MACHINES = {
    "a package": "import a_package_that_nobody_has",
    "a name of a newer Python": "import itertools\nbatched = itertools.batched\nX = itertools.walk",
    "type parameters": "def f[T](x: T) -> T:\n    return x\nclass A[T]: [",
    "a file": "import json\nC = json.load(open('config.json'))",
    "a variable": "import os\nT = os.environ['TABLE']",
    "a variable with nothing in its place": "import os\nT = os.environ.get('TABLE') + '-x'",
    "a check of its own": "import sys\nif sys.platform:\n    raise RuntimeError('not here')",
    "an assertion": "import sys\nassert sys.version_info > (9,)",
    "the end": "import sys\nsys.exit('not here')",
    "an answer": "import boto3\nS3 = boto3.client('s3', 'us-east-1')\n"
    "X = {'a': 1}[S3.get_bucket_location(Bucket='b')['LocationConstraint']]",
}


@pytest.mark.parametrize("name", MACHINES)
def test_what_the_machine_lacks_is_set_up(checked, name):
    settings = Settings(env_auto=False)
    with pytest.raises((ConsumerError, SetupError)):
        checked(MACHINES[name], settings)


OLD = "__version__ = '2.6.0'\n"
PACKAGES = {
    "a class that has moved": (
        OLD + "import collections\nX = collections.Mapping\n",
        "AttributeError",
    ),
    "a name that has moved": (OLD + "from collections import Mapping\n", "ImportError"),
    "an older syntax": (OLD + "print 'hello'\n", "SyntaxError"),
    "a newer syntax": (OLD + "def f[T](x): [\n", "SyntaxError"),
    "built for another Python": (OLD + "from oldlib import _speedups\n", "ImportError"),
    "a part that is built": (OLD + "import oldlib._speedups\n", "ModuleNotFoundError"),
    "a module that Python has lost": (OLD + "import msilib\n", "ModuleNotFoundError"),
}


@pytest.mark.parametrize(
    "folder", ["oldlib", "vendor/oldlib", "python/lib/python3.6/site-packages/oldlib"]
)
@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_of_others_that_is_too_old_is_named(checked, tmp_path, name, folder):
    text, exception = PACKAGES[name]
    write(tmp_path, f"{folder}/__init__.py", text)
    path = str(tmp_path / folder.rpartition("/")[0])
    with pytest.raises(ConsumerError) as caught:
        checked(f"import sys\nsys.path.insert(0, {path!r})\nimport oldlib")
    assert folder in caught.value.cause
    assert exception in caught.value.cause
    assert "--stub-module oldlib" in caught.value.advice


def test_a_package_of_others_can_be_replaced(checked, tmp_path):
    write(tmp_path, "oldlib/__init__.py", OLD + "import collections\nX = collections.Mapping\n")
    verdict = checked("import oldlib", Settings(stubs=("oldlib",)))
    assert "dead-at-import" not in [finding.check for finding in verdict.findings]
