"""The reference of kinds of events, from their schemas: what varies, and how that is known."""

from __future__ import annotations

import json

from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.provenance import Claim, Field, Provenance, provenance
from generators.documents.tables import escaped, table


def sections() -> str:
    """A list of the kinds, then a section for each: its fields that vary, with their choices."""
    known = [provenance(kind) for kind in kind_names()]
    rows = [("kind", "told by", "known from")]
    for one in known:
        kind = one.contract.kind
        evidence = ", ".join(dict.fromkeys(source.evidence.value for source in one.sources))
        rows.append((f"[`{kind}`](#{kind})", _told_by(one), evidence))
    return table(rows) + "".join(map(_section, known))


def _told_by(known: Provenance) -> str:
    """What tells events of a kind from others."""
    values = [f"`{json.dumps(value)}`" for _, value in known.contract.discriminator]
    return ", ".join(values)


def _section(known: Provenance) -> str:
    contract = known.contract
    text = f"\n## `{contract.kind}` {{ #{contract.kind} }}\n\n{escaped(contract.description)}\n\n"
    for source in known.sources:
        since = f" since {source.since}" if source.since else ""
        text += f"- {source.evidence.value}{since}: {escaped(source.text)}\n"
    rows: list[tuple[str, ...]] = [("field", "choice", "evidence", "note")]
    for field in known.fields:
        if len(field.claims) > 1:
            rows += [_row(field, claim, known) for claim in field.claims]
    text += "\n" + table(rows)
    if known.questions:
        text += "\nNot known:\n\n" + "".join(f"- {escaped(one)}\n" for one in known.questions)
    return text


def _row(field: Field, claim: Claim, known: Provenance) -> tuple[str, ...]:
    choice = claim.choice
    label = f"`{choice.label}`"
    if choice.label == known.contract.ordinary.get(field.path):
        label += " (ordinary)"
    return (f"`{field.path}`", label, choice.evidence.value, escaped(choice.note))
