"""Values that are passed on in another case: tags know upper case, so V1 and v1 are two tags.

Only what names something counts: a value that stands alone in a parameter of an AWS call, in a key
of a request that is called so (`tag`, `ref`), as a part of a URL's path, or at the end of an
image's address. A text for people may say it in any case, and so may a name that has to be in lower
case where it goes (a host, a bucket).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Condition
from ecr_contracts.engine.relations.effects_view import EffectsView
from ecr_contracts.engine.relations.passed_on import MIXED_CASE, with_other_value
from ecr_contracts.engine.relations.probe import EffectsProbe, Violations

MIXED = "mixed-case"
"""The choice of a cause that no schema has: schemas do not tell tags by the case of letters."""

_TAGS: tuple[json_path.Steps, ...] = (("detail", "image-tag"), ("detail", "image-tags", 0))
_NAME: json_path.Steps = ("detail", "repository-name")
_FOR_PEOPLE = re.compile(
    r"message|subject|text|title|desc|summary|content|body|html|comment|reason|note|label|caption"
    r"|blocks|attachments|embeds|fields|sections|facts|dimensions|metric",
    re.IGNORECASE,
)
"""Names of places whose texts people read, or by which numbers are sorted."""
_LOWER_CASE = re.compile(
    r"bucket|host|domain|dns|slug|namespace|subnet|url|identifier|cname", re.IGNORECASE
)
"""Names of places that take no upper case."""
_NAMES_IMAGE = re.compile(r"tag|version|ref|image|revision|sha|branch|release", re.IGNORECASE)
_REPOSITORY_PLACE = re.compile(r"repositoryName", re.IGNORECASE)


def case_changed(probe: EffectsProbe, _: bool) -> Violations:
    """A tag, or the name of a repository, is passed on in its own case."""
    for steps in _TAGS:
        value = json_path.at(probe.source, steps)
        if isinstance(value, str) and value:
            event = with_other_value(probe.source, steps, value, MIXED_CASE)
            view = probe(event)
            changed = _changed(view, MIXED_CASE) if view.ok else None
            if changed is not None:
                path = json_path.show(steps)
                detail = f"of {path} {json.dumps(MIXED_CASE)} it passes on {json.dumps(changed)}"
                violation = probe.violation("case-changed", probe.source, event, detail)
                cause = Condition(path, (MIXED,), "has letters of both cases")
                yield replace(violation, cause=(cause,))
    name = json_path.at(probe.source, _NAME)
    if isinstance(name, str) and name:
        view = probe(probe.source)
        changed = _changed(view, name, _REPOSITORY_PLACE) if view.ok else None
        if changed is not None:
            detail = f"of {json_path.show(_NAME)} {json.dumps(name)} it passes on "
            detail += json.dumps(changed)
            yield probe.violation("case-changed", probe.source, probe.source, detail)


def _changed(view: EffectsView, value: str, places: re.Pattern[str] | None = None) -> str | None:
    """A value in another case that names something in an effect which does not have it as it is.

    With `places`, only places of such names count, and addresses of images.
    """
    requests = {effect for effect, place, _ in _spots(view) if not place}
    whole = {effect for effect, _, text in _spots(view) if value in text}
    others = {value.lower(), value.upper(), value.title(), value.capitalize()} - {value}
    for effect, place, text in _spots(view):
        if effect in whole:
            continue
        for other in sorted(others):
            is_name = text == other and _is_name(place, effect in requests, places)
            if is_name or _is_in_address(text, other, is_request=not place):
                return other
    return None


def _spots(view: EffectsView) -> Iterator[tuple[str, str, str]]:
    """What was said: in which effect, at which place there, and the text."""
    for spot, text in view.texts:
        effect, _, place = spot.partition(":")
        yield effect, place, text


def _is_name(place: str, is_request: bool, places: re.Pattern[str] | None) -> bool:
    """Whether a value that stands alone at a place names something."""
    keys = [step for step in json_path.parse(place or "$") if isinstance(step, str)]
    if not is_request:
        is_body = [key for key in keys if key != "JSON"]
        keys = is_body
    else:
        keys = [key for key in keys if key not in ("body", "JSON")]
    if not keys or any(_FOR_PEOPLE.search(key) for key in keys) or _LOWER_CASE.search(keys[-1]):
        return False
    if places is not None:
        return places.search(keys[-1]) is not None
    return not is_request or _NAMES_IMAGE.search(keys[-1]) is not None


def _is_in_address(text: str, other: str, *, is_request: bool) -> bool:
    """Whether a value is a part of an image's address, or of a request's path."""
    word = re.escape(other)
    if re.search(rf"\.amazonaws\.[a-z.]+/(?:[^\s\"]*[/:@])?{word}(?![\w.-])", text):
        return True
    return is_request and re.search(rf"://[^\s?#]+/{word}(?=[/?#]|$)", text) is not None
