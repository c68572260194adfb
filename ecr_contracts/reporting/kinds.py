"""The tables of the `kinds` command: all kinds in short, or all that is known of one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ecr_contracts.core.findings import MISSING, Evidence
from ecr_contracts.core.text import counted, listed, shortened, some_of
from ecr_contracts.events.exports.documents import Document
from ecr_contracts.events.provenance import (
    Claim,
    Exclusion,
    Field,
    Provenance,
    Sample,
    Shown,
    Source,
)
from ecr_contracts.reporting.terminal import write_line, write_wrapped

if TYPE_CHECKING:
    from rich.console import Console

_MARGIN = 2  # columns before what belongs to a heading
_LABEL_WIDTH = 14  # columns of a choice's label
_EVIDENCE_WIDTH = 11  # columns of its evidence
_NOTE_MARGIN = _MARGIN + _LABEL_WIDTH + _EVIDENCE_WIDTH
_SHORTEST_VALUE = 12  # columns that a value has at least behind a choice
_LONGEST_VALUE = 200  # characters of a value that are shown
_HEAD_WIDTH = 12  # columns of the words before what is known of the kind as a whole

_MOST_FILES = 3  # names of files in a sentence

_HYPOTHETICAL = "nobody has seen it, and something else always"


def show_kinds(kinds: Iterable[Provenance], screen: Console) -> None:
    """Print a line for each kind, under the folder of its schema: its evidence and constants.

    Folders with usual kinds come first.
    """
    listing = tuple(kinds)
    columns = _columns(listing)
    usual = {known.folder for known in listing if known.is_usual}
    in_order = sorted(listing, key=lambda known: (known.folder not in usual, known.folder))
    for folder, group in groupby(in_order, key=lambda known: known.folder):
        of_folder = tuple(group)
        sources = dict.fromkeys(str(_constants(known)[0]) for known in of_folder)
        write_line(screen, (folder, "bold"), (f" (source {', '.join(sources)})", "dim"))
        width = max(len(known.contract.kind) for known in of_folder)
        for known in of_folder:
            _show_row(known, width, columns, screen)
        screen.print()
    letters = ", ".join(f"{_letter(word)} {word}" for word in (*columns, Evidence.INFERRED))
    legend = f"Evidence: {letters}. More of one kind: ecr-contracts kinds KIND"
    write_wrapped(screen, (legend, "dim"))


def _columns(kinds: Iterable[Provenance]) -> list[Evidence]:
    """The sorts of evidence that any kind as a whole has, but for the weakest."""
    evidence = {source.evidence for known in kinds for source in known.sources}
    return [word for word in Evidence if word in evidence and word is not Evidence.INFERRED]


def _show_row(known: Provenance, width: int, columns: Sequence[Evidence], screen: Console) -> None:
    evidence = {source.evidence for source in known.sources}
    letters = "".join(_letter(word) if word in evidence else "-" for word in columns)
    if not evidence - {Evidence.INFERRED}:
        letters = _letter(Evidence.INFERRED).ljust(len(letters))
    name = f"{known.contract.kind:<{width}}"
    head = f"{' ' * _MARGIN}{name}  {letters}  "
    constants = " ".join(str(value) for value in _constants(known)[1:])
    room = max(screen.width - len(head), _SHORTEST_VALUE)
    write_line(
        screen,
        (f"{' ' * _MARGIN}{name}", "bold"),
        (f"  {letters}  ", "dim"),
        (shortened(constants, room), ""),
    )


def _letter(evidence: Evidence) -> str:
    return evidence.value[0].upper()


def _constants(known: Provenance) -> tuple[Any, ...]:
    """The values by which a kind is told from others, that of `source` first."""
    pairs = sorted(known.contract.discriminator, key=lambda pair: pair[0] != "$.source")
    return tuple(value for _, value in pairs)


# --- one kind -------------------------------------------------------------------------------------


def show_kind(known: Provenance, cases: Mapping[tuple[str, str], Shown], screen: Console) -> None:
    """Print all that is known of a kind: each field, its choices, what excludes what, questions."""
    contract = known.contract
    count = counted(len({name for shown in cases.values() for name in shown.ids}), "case")
    about = f"  {known.folder}/{contract.kind}, {count}"
    write_line(screen, (contract.title, "bold"), (about, "dim"))
    write_wrapped(screen, (contract.description, ""))
    screen.print()
    constants = [f"{path} is {json.dumps(value)}" for path, value in contract.discriminator]
    keys = [f"there is {listed(group, 'or')}" for group in contract.told_by_keys]
    _show_fact("told by", ", ".join([*constants, *keys]), screen)
    for source in known.sources:
        _show_fact(source.evidence.value, source_in_words(source, named=False), screen)
    for sample in known.samples:
        _show_sample(sample, screen)
    for field in known.fields:
        _show_field(field, known, cases, screen)
    show_together(known, screen)
    show_questions(known, screen)


def _show_fact(head: str, words: str, screen: Console) -> None:
    write_wrapped(screen, (words, ""), margin=_HEAD_WIDTH, head=(head, "bold"))


def _show_sample(sample: Sample, screen: Console) -> None:
    """Print where AWS prints an event, and what is wrong in it or is not AWS's."""
    words = sample.page
    if sample.rebuilt:
        words += f" (rebuilt: {sample.rebuilt})"
    defects = [f"{path} {defect}" for path, defect in sample.defects.items()]
    if defects:
        words += f"; as printed: {', '.join(defects)}"
    _show_fact("sample", words, screen)


def _show_field(
    field: Field, known: Provenance, cases: Mapping[tuple[str, str], Shown], screen: Console
) -> None:
    """Print a field: its path, type and presence, what it means, and its choices."""
    screen.print()
    show_heading(field, screen)
    for source in field.sources:
        words = source_in_words(source)
        write_wrapped(screen, (words, "dim"), margin=_MARGIN)
    for defect in known.defects(field.path):
        write_wrapped(screen, (f"AWS's sample: {defect}", "dim"), margin=_MARGIN)
    told = {source.text for source in (*known.sources, *field.sources)}
    for claim in field.claims:
        value = value_in_words(claim, cases[field.path, claim.choice.label])
        _show_choice(claim, _name(claim, field, known), value, screen)
        for note in _notes(claim, told):
            _show_below(note, "dim", screen)
    show_key_sets(field, screen)


def show_heading(field: Field, screen: Console) -> None:
    """Print a field's path, with its type, its presence and its meaning."""
    facts, *meaning = meaning_in_words(field)
    if len(field.path) + 2 + len(facts) <= screen.width:
        write_line(screen, (field.path, "bold cyan"), (f"  {facts}", "dim"))
    else:
        write_line(screen, (field.path, "bold cyan"))
        write_wrapped(screen, (facts, "dim"), margin=_MARGIN)
    for words in meaning:
        write_wrapped(screen, (words, ""), margin=_MARGIN)


def _show_choice(claim: Claim, name: str, value: str, screen: Console) -> None:
    """Print a choice as a row: its name in case ids and its value behind it, or that below."""
    evidence = claim.choice.evidence
    behind = name or value
    row = [
        (f"  {claim.choice.label:<{_LABEL_WIDTH}}", ""),
        (
            evidence.value.ljust(_EVIDENCE_WIDTH) if behind else evidence.value,
            "yellow" if evidence is Evidence.INFERRED else "green",
        ),
        (name, "dim"),
    ]
    gap = "  " if name and value else ""
    room = screen.width - sum(len(words) for words, _ in row) - len(gap)
    if len(value) > room and room < _SHORTEST_VALUE:
        write_line(screen, *row)
        _show_below(shortened(value, screen.width - _NOTE_MARGIN), "", screen)
    else:
        write_line(screen, *row, (f"{gap}{shortened(value, room)}", ""))


def show_key_sets(field: Field, screen: Console) -> None:
    """Print which keys an object has together, by the name that cases have of it."""
    if field.key_sets:
        write_line(screen, ("  keys together and no others, as cases name them", "dim"))
    for key_set in field.key_sets:
        source = key_set.sources[0]
        evidence = f"{source.evidence} {source.since}".strip()
        words = f"{', '.join(key_set.keys) or 'none'} ({evidence})"
        if key_set.note:
            words += f": {key_set.note}"
        head = (f"  {key_set.token}  ".ljust(_NOTE_MARGIN), "")
        write_wrapped(screen, (words, ""), margin=_NOTE_MARGIN, head=head)


def _name(claim: Claim, field: Field, known: Provenance) -> str:
    """The name of a choice in case ids; nothing where a field has no other choice."""
    if len(field.claims) == 1:
        return ""
    is_ordinary = claim.choice.label == known.contract.ordinary.get(field.path)
    return f"{claim.choice.token} (baseline)" if is_ordinary else claim.choice.token


def _notes(claim: Claim, told: set[str]) -> list[str]:
    """What is worth knowing of a choice, and those of its sources that are not told above it."""
    notes = [claim.choice.note] if claim.choice.note else []
    if claim.choice.hypothetical:
        notes.append(_HYPOTHETICAL)
    for source in claim.sources:
        if source.since or source.text not in told:
            is_own = source.evidence is claim.choice.evidence
            notes.append(source_in_words(source, named=not is_own))
    return [note for note in notes if note]


def _show_below(words: str, style: str, screen: Console) -> None:
    write_wrapped(screen, (words, style), margin=_NOTE_MARGIN)


def show_together(known: Provenance, screen: Console, path: str | None = None) -> None:
    """Print what is claimed of choices together, of all or of those at a path, with evidence."""
    told = []
    for combination in known.combinations:
        if path is None or path in combination.paths:
            words = f"{_terms(combination.choices)}: {combination.because}"
            told.append(f"{words} ({combination.sources[0].evidence})")
    for exclusion in known.exclusions:
        if path is None or path in exclusion.paths:
            told.append(f"{exclusion_in_words(exclusion)} ({exclusion.sources[0].evidence})")
    if told:
        screen.print()
        write_line(screen, ("together", "bold"))
    for words in told:
        write_wrapped(screen, (words, ""), margin=_MARGIN)


def show_questions(known: Provenance, screen: Console, path: str | None = None) -> None:
    """Print what nobody knows of a kind, or of one field of it."""
    questions = [(field.path, text) for field in known.fields for text in field.questions]
    if path is None:
        questions = [("", text) for text in known.questions] + questions
    else:
        questions = [(place, text) for place, text in questions if place == path]
    if not questions:
        return
    screen.print()
    write_line(screen, ("not known", "bold"))
    for place, text in questions:
        words = f"{place}: {text}" if place else text
        write_wrapped(screen, (words, ""), margin=_MARGIN)


# --- exported schemas -----------------------------------------------------------------------------


def show_export(folder: str, documents: Sequence[Document], written: int, screen: Console) -> None:
    """Print how many files are in a folder, and each thing that their language does not say."""
    names = some_of([document.name for document in documents], _MOST_FILES)
    change = "as they should be" if not written else f"{written} written"
    total = counted(len(documents), "file")
    write_wrapped(screen, (f"{total} in {folder}, {change}: {names}", ""))
    for loss in dict.fromkeys(loss for document in documents for loss in document.losses):
        having = sum(loss in document.losses for document in documents)
        where = "" if having == len(documents) else f" (in {having} of {total})"
        write_wrapped(screen, (f"{loss}{where}", "dim"), margin=_MARGIN)


# --- words ----------------------------------------------------------------------------------------


def meaning_in_words(field: Field) -> tuple[str, ...]:
    """The type of a field and whether it is there, as "string, always"; then what it means."""
    presence = "always" if field.is_always_there else "sometimes"
    if field.within is not None:
        presence += f" in {field.within}"
    facts = f"{' or '.join(field.types)}, {presence}"
    meaning = ". ".join(text for text in (field.facet.title, field.description) if text)
    return (facts, meaning) if meaning else (facts,)


def source_in_words(source: Source, *, named: bool = True) -> str:
    """What a claim rests on, with its evidence unless that is told already."""
    words = [source.evidence.value] if named else []
    if source.since:
        words.append(f"since {source.since}")
    head = " ".join(words)
    return ": ".join(text for text in (head, source.text) if text)


def exclusion_in_words(exclusion: Exclusion) -> str:
    """A claim about choices together as a sentence."""
    return f"with {_terms(exclusion.when)} only {_terms(exclusion.then)}: {exclusion.because}"


def _terms(terms: Mapping[str, tuple[str, ...]]) -> str:
    return listed([f"{path} {listed(labels, 'or')}" for path, labels in terms.items()], "and")


def value_in_words(claim: Claim, shown: Shown) -> str:
    """A value of a choice as JSON, or its first values where it lists them; nothing for none."""
    values = claim.choice.values
    if len(values) > 1:
        return shortened(", ".join(json.dumps(value) for value in values), _LONGEST_VALUE)
    if shown.value is MISSING or isinstance(shown.value, dict):
        return ""
    return shortened(json.dumps(shown.value, ensure_ascii=False), _LONGEST_VALUE)
