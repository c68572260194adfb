"""Which kind a consumer is given first: the one that it is for, so that it is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecr_contracts.discovery.kind_order import in_order
from ecr_contracts.discovery.target import Target
from ecr_contracts.events.kinds import kind_names, place_of, usual_kinds

READS = "    image = event['detail']['image-tag']\n"


def _order(folder: Path, code: str, *kinds: str, name: str = "app.py:handler") -> tuple[str, ...]:
    target = Target.parse(str(folder / name))
    assert target.file is not None
    target.file.write_text(f"def {target.attribute}(event, context):\n{READS}{code}")
    return in_order(kinds, target)


@pytest.mark.parametrize(
    "code",
    ["", "    print('deployed', image)\n", "    print('the pushed image')\n"],
    ids=["nothing", "deploys", "pushes"],
)
def test_a_push_comes_before_a_deletion(tmp_path, code):
    assert _order(tmp_path, code, "delete", "push") == ("push", "delete")


def test_what_the_texts_speak_of_alone_comes_first(tmp_path):
    code = "    print('the deleted image', image)\n"
    assert _order(tmp_path, code, "push", "delete") == ("delete", "push")


def test_the_name_of_the_handler_speaks_as_well(tmp_path):
    name = "app.py:on_delete"
    assert _order(tmp_path, "", "push", "delete", name=name) == ("delete", "push")


def test_where_both_are_spoken_of_the_schemas_say_it(tmp_path):
    code = "    print('pushed' if image else 'deleted')\n"
    assert _order(tmp_path, code, "delete", "push") == ("push", "delete")


def test_a_call_that_deletes_something_speaks_of_no_deletion(tmp_path):
    code = "    sqs.delete_message(QueueUrl=image)\n"
    assert _order(tmp_path, code, "delete", "push") == ("push", "delete")


def test_without_a_source_the_schemas_say_it():
    kinds = tuple(kind_names())
    ordered = in_order(kinds, None)
    assert sorted(ordered) == sorted(kinds)
    assert set(ordered[: len(usual_kinds())]) == set(usual_kinds())
    assert list(map(place_of, ordered)) == sorted(map(place_of, kinds))
    others = [kind for kind in ordered if kind not in usual_kinds()]
    assert others == [kind for kind in kinds if kind in others]
