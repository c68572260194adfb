"""From trials to findings: failures are grouped by signature, and each group is given its causes.

This is the bucketing of crash reports: a signature is the check, the exception, the line of code,
and the words of the message that come from no event. 400 failing cases of one bug have one
signature, and so are one group. Each group is then explained by causes, and each cause is one
finding. Causes are isolated by further calls where those can be made (see `isolate`), else inferred
from the trials that there are (see `infer`).

Knows outcomes only by their symptoms, and makes no sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import NamedTuple

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Condition, Evidence, Finding, Severity
from ecr_contracts.engine.causes import infer
from ecr_contracts.engine.causes.bounded import without_refuted
from ecr_contracts.engine.causes.experiment import Experiment, is_masked, simplicity
from ecr_contracts.engine.causes.infer import SortedTrials
from ecr_contracts.engine.causes.isolate import isolated_causes
from ecr_contracts.engine.causes.model import (
    UNLISTED,
    CauseCandidate,
    ChoiceSet,
    Doubt,
    best_evidence,
    explicit_choices,
    is_accounted_for,
    is_bounded_by,
    is_predicted,
    sibling_facets,
    told_clauses,
)
from ecr_contracts.engine.causes.refute import refuting
from ecr_contracts.engine.causes.same_fault import told_once
from ecr_contracts.engine.checks.finding import build_finding
from ecr_contracts.engine.checks.outcome import Symptom
from ecr_contracts.engine.checks.policy import GROUNDS
from ecr_contracts.engine.trial import Prober, Trial
from ecr_contracts.events.compile import reader
from ecr_contracts.events.conditions import condition, holds
from ecr_contracts.events.measures import boundary_words
from ecr_contracts.events.model import Contract

_MOST_EXAMPLES = 60
"""Failing events of which one is shown next to a passing one that differs in a value."""


def findings(trials: Iterable[Trial]) -> tuple[Finding, ...]:
    """One finding for each fault and each of its causes, inferred from these trials alone.

    In the order of `ordered`. Trials of several kinds and envelopes are explained apart.
    """
    unordered: list[Finding] = []
    by_run = sorted(trials, key=_run_of)
    for (kind, via), run in groupby(by_run, key=_run_of):
        unordered += Diagnosis(reader.contract(kind), via, run).findings()
    return ordered(unordered)


def ordered(unordered: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors before warnings, strong evidence before weak, else in the order in which they came."""

    def rank(finding: Finding) -> tuple[bool, int]:
        return finding.severity is Severity.WARNING, finding.evidence.rank

    return tuple(sorted(unordered, key=rank))


def _run_of(trial: Trial) -> tuple[str, str]:
    return trial.case.kind, trial.via


class Signature(NamedTuple):
    """What the failures of one fault have in common, and those of another fault have not."""

    check: str
    exception: str | None
    place: tuple[str, str | int] | None
    words: tuple[str, ...]


class Diagnosis:
    """The faults that trials of one kind in one envelope show, with their causes.

    With a prober further calls are made to tell causes; they are among the `trials` afterwards.
    Trials may be added when others are explained already.
    """

    def __init__(
        self,
        contract: Contract,
        via: str,
        trials: Iterable[Trial],
        prober: Prober | None = None,
    ) -> None:
        self.contract = contract
        self.via = via
        self.trials = list(trials)
        self._prober = prober
        self._signatures = SignatureTable(self.trials, sibling_keys(contract))
        self._candidates: dict[Signature, list[CauseCandidate]] = {}

    def findings(self) -> tuple[Finding, ...]:
        """The findings of all signatures, in the order in which these were explained."""
        while (signature := self._next_unexplained()) is not None:
            # Further calls may show faults that were not seen before.
            candidates = self._candidates[signature] = self._explain(signature)
            if not self._is_explained(signature):
                candidates.append(CauseCandidate(None, Doubt.UNKNOWN))
        self._refute()
        all_findings: list[Finding] = []
        for number, (signature, candidates) in enumerate(self._candidates.items()):
            group = f"{self.contract.kind}@{self.via}#{number}"
            all_findings += self._findings_of(group, signature, candidates)
        return told_once(self.contract, all_findings, self.trials)

    def unexplained(self, trial: Trial) -> tuple[Signature, ...]:
        """The signatures that a trial shows and that no finding so far accounts for."""
        unexplained: list[Signature] = []
        for symptom in trial.symptoms:
            signature = self._signatures.of(symptom, trial)
            if not self._accounts_for(signature, trial):
                unexplained.append(signature)
        return tuple(unexplained)

    def signatures(self) -> Iterator[Signature]:
        """The signatures that were seen, in the order in which they were."""
        seen: dict[Signature, None] = {}
        for trial in self.trials:
            for symptom in trial.symptoms:
                seen[self._signatures.of(symptom, trial)] = None
        yield from seen

    def shows(self, signature: Signature, trial: Trial) -> bool:
        """Whether a trial shows a signature."""
        return self._symptom(signature, trial) is not None

    # --- causes -----------------------------------------------------------------------------------

    def _next_unexplained(self) -> Signature | None:
        """The first signature of which some failure is not accounted for yet."""
        for signature in self.signatures():
            if not self._is_explained(signature):
                return signature
        return None

    def _is_explained(self, signature: Signature) -> bool:
        for trial in self.trials:
            if self.shows(signature, trial) and not self._accounts_for(signature, trial):
                return False
        return True

    def _accounts_for(self, signature: Signature, trial: Trial) -> bool:
        candidates, case = self._candidates.get(signature, []), trial.case
        if is_accounted_for(candidates, case.labels):
            return True
        return case.is_valued and is_bounded_by(self.contract, candidates, case.labels, case.event)

    def _symptom(self, signature: Signature, trial: Trial) -> Symptom | None:
        """The symptom of a trial that has a signature."""
        for symptom in trial.symptoms:
            if self._signatures.of(symptom, trial) == signature:
                return symptom
        return None

    def _explain(self, signature: Signature) -> list[CauseCandidate]:
        """The causes of a signature's failures: the known ones, then those of new failures."""
        explained = self._candidates.get(signature, [])
        if self._prober is not None and not explained:
            self._prober.renew()
        if self._prober is not None and not self._prober.is_spent:
            shows = partial(self.shows, signature)
            experiment = Experiment(self.contract, self.trials, shows, self._prober)
            candidates = [*explained, *isolated_causes(experiment, explained)]
            return without_refuted(self.contract, candidates)
        if explained:
            # What was isolated stands; of the rest nothing more can be tried, and chance would
            # decide.
            return [*explained, CauseCandidate(None, Doubt.UNKNOWN)]
        return infer.cause_candidates(self.contract, self._sorted_trials(signature))

    def _refute(self) -> None:
        """Leave in doubt the causes that any trial refutes, those made for other faults too."""
        for signature, candidates in self._candidates.items():
            known = self._sorted_trials(signature)
            for place, candidate in enumerate(candidates):
                box = candidate.box
                if box and refuting(self.contract, box, known.passing, known.failing):
                    candidates[place] = CauseCandidate(None, Doubt.VALUE, box)

    def _sorted_trials(self, signature: Signature) -> SortedTrials:
        """The trials by what they say of a signature; masked where another fault ends the call."""
        failing = [trial for trial in self.trials if self.shows(signature, trial)]
        passing, masked = [], []
        for trial in self.trials:
            if self.shows(signature, trial):
                continue
            if is_masked(trial, failing):
                masked.append(trial)
            else:
                passing.append(trial)
        return SortedTrials(tuple(failing), tuple(passing), tuple(masked))

    # --- findings ---------------------------------------------------------------------------------

    def _findings_of(
        self, group: str, signature: Signature, candidates: Sequence[CauseCandidate]
    ) -> Iterator[Finding]:
        """The findings of a signature, one for each candidate that some failure is left for."""
        sorted_trials = self._sorted_trials(signature)
        causes = _without_redundant(candidates, sorted_trials.failing)
        left = [
            trial
            for trial in sorted_trials.failing
            if not is_predicted(causes, trial.case.labels)
            and not is_bounded_by(self.contract, causes, trial.case.labels, trial.case.event)
        ]
        for candidate in candidates:
            if candidate in causes:
                failing = _predicted(candidate, sorted_trials.failing)
                if failing:
                    yield self._finding(group, signature, sorted_trials, candidate, failing)
        if causes:
            left = [trial for trial in left if not self._is_of_other_values(trial)]
        for (doubt, field), failing in _in_doubt(candidates, left).items():
            candidate = CauseCandidate(None, doubt, field=field)
            yield self._finding(group, signature, sorted_trials, candidate, failing)

    def _is_of_other_values(self, trial: Trial) -> bool:
        """Whether a trial was made to try other values: beside causes it is no further fault."""
        own = self._prober.trials if self._prober is not None else []
        return trial.case.is_valued and any(trial is other for other in own)

    def _finding(
        self,
        group: str,
        signature: Signature,
        sorted_trials: SortedTrials,
        candidate: CauseCandidate,
        failing: Sequence[Trial],
    ) -> Finding:
        """The finding of one candidate and the failures that it accounts for."""
        example = min(failing, key=partial(_as_example, self.contract))
        nearest = _nearest(self.contract, example, sorted_trials.passing)
        if candidate.field:
            pair = _apart_in(self.contract, candidate.field, failing, sorted_trials.passing)
            example, nearest = pair or (example, nearest)
        symptom = self._symptom(signature, example)
        assert symptom is not None
        evidence = _evidence(self.contract, candidate, failing)
        severity = symptom.severity
        if _is_unlisted(candidate):
            # What AWS prints in its samples alone, such as a digest of 60 digits, never reaches a
            # consumer.
            severity = Severity.WARNING
        # Events of other values stand for the same choices again: they were drawn to see whether
        # values matter.
        failed = [trial.case for trial in failing if trial is example or not trial.case.is_valued]
        passing = [trial for trial in sorted_trials.passing if not trial.case.is_valued]
        conditions = _conditions(self.contract, candidate)
        escaped = [
            trial
            for trial in _predicted(candidate, passing)
            if all(
                holds(self.contract, one, trial.case.event, trial.case.labels) for one in conditions
            )
        ]
        return build_finding(
            symptom.check,
            example.case,
            self.via,
            symptom.message,
            severity=severity,
            exception=symptom.exception,
            location=symptom.location,
            cause=conditions,
            doubt=candidate.doubt.value if candidate.doubt else "",
            evidence=evidence,
            failed=failed,
            passed=len(passing),
            alike=len(failed) + len(escaped),
            nearest=nearest.case if nearest else None,
            group=group,
        )


def _in_doubt(
    candidates: Sequence[CauseCandidate], failing: Sequence[Trial]
) -> dict[tuple[Doubt, str], list[Trial]]:
    """The failing trials that are in doubt, by the reason; each is told for the first of these.

    Where a value decides, and the field is known for some of them alone, it is theirs all.
    """
    in_doubt: dict[tuple[Doubt, str], list[Trial]] = {}
    fields = {one.doubt: one.field for one in reversed(candidates) if one.field}
    left = list(failing)
    for candidate in candidates:
        if candidate.doubt is None:
            continue
        own = [trial for trial in left if candidate.accounts_for(trial.case.labels)]
        left = [trial for trial in left if trial not in own]
        if own:
            field = candidate.field or fields.get(candidate.doubt, "")
            in_doubt.setdefault((candidate.doubt, field), []).extend(own)
    return in_doubt


def _without_redundant(
    candidates: Sequence[CauseCandidate], failing: Sequence[Trial]
) -> list[CauseCandidate]:
    """The candidates with a cause, without those all of whose failures others predict too."""
    kept = [candidate for candidate in candidates if candidate.box is not None]
    for candidate in tuple(kept):
        others = [other for other in kept if other is not candidate]
        if _is_redundant(candidate, others, failing):
            kept = others
    return kept


def _is_redundant(
    candidate: CauseCandidate, others: Sequence[CauseCandidate], failing: Sequence[Trial]
) -> bool:
    """Whether a candidate predicts some failures, and others predict each of them."""
    is_any = False
    for trial in failing:
        labels = trial.case.labels
        if candidate.predicts(labels):
            is_any = True
            if not is_predicted(others, labels):
                return False
    return is_any


def _predicted(candidate: CauseCandidate, trials: Iterable[Trial]) -> list[Trial]:
    return [trial for trial in trials if candidate.predicts(trial.case.labels)]


def _as_example(contract: Contract, trial: Trial) -> tuple[bool, tuple[bool, int, int, int]]:
    """How well a trial serves as an example: an event that is well known does, then a plain one."""
    is_weak = GROUNDS[trial.case.evidence].severity is Severity.WARNING
    return is_weak, simplicity(contract, trial)


def _evidence(contract: Contract, candidate: CauseCandidate, failing: Sequence[Trial]) -> Evidence:
    """What a finding rests on: its cause, or an event that shows it and is better known.

    Where the kind alone decides, and nobody has described its detail, that may be why.
    """
    evidence = max(trial.case.evidence for trial in failing)
    if candidate.box is None:
        return evidence
    if not candidate.box:
        return min(evidence, contract.ordinary_evidence)
    labels = [trial.case.labels for trial in failing]
    return max(evidence, best_evidence(contract, candidate.box, labels))


def _is_unlisted(candidate: CauseCandidate) -> bool:
    """Whether a cause is about what no choice describes."""
    for clause in candidate.box or ():
        if all(UNLISTED in choice_set.failing for choice_set in clause):
            return True
    return False


def _conditions(contract: Contract, candidate: CauseCandidate) -> tuple[Condition, ...]:
    """The cause of a candidate as conditions, in the order of an event's keys."""
    conditions: list[Condition] = []
    for clause in told_clauses(contract, candidate.box or ()):
        first, *others = [_condition(contract, one) for one in clause]
        conditions.append(replace(first, others=tuple(others)))
    return tuple(conditions)


def _condition(contract: Contract, choices: ChoiceSet) -> Condition:
    """A set of choices as a condition; its boundary says more than they do, where it has one."""
    made = condition(contract.by_path[choices.path], choices.failing, choices.passing)
    if choices.boundary is None:
        return made
    return replace(made, words=boundary_words(choices.boundary), boundary=choices.boundary)


def _nearest(contract: Contract, example: Trial, passing: Sequence[Trial]) -> Trial | None:
    """The passing trial whose choices differ least from an example's; of several the plainest.

    Where the example has other values than the plainest, it is the one of which the fewest values
    differ.
    """
    choices = set(explicit_choices(contract, example.case.labels))

    def of_choices(trial: Trial) -> int:
        return len(choices.symmetric_difference(explicit_choices(contract, trial.case.labels)))

    def of_values(trial: Trial) -> tuple[int, tuple[bool, int, int, int]]:
        values = 0
        if example.case.is_valued or trial.case.is_valued:
            values = len(list(json_path.differences(example.case.event, trial.case.event)))
        return values, simplicity(contract, trial)

    passing = [trial for trial in passing if not trial.failed] or passing
    distances = [of_choices(trial) for trial in passing]
    fewest = min(distances, default=0)
    nearest = [trial for trial, far in zip(passing, distances, strict=True) if far == fewest]
    return min(nearest, key=of_values, default=None)


def _apart_in(
    contract: Contract, path: str, failing: Sequence[Trial], passing: Sequence[Trial]
) -> tuple[Trial, Trial] | None:
    """The plainest failing trial and passing trial that differ in one field and what follows."""
    plainest = sorted(failing, key=partial(_as_example, contract))[:_MOST_EXAMPLES]
    steps = contract.by_path[path].steps
    pairs: list[tuple[int, int, tuple[bool, int, int, int], Trial, Trial]] = []
    for place, example in enumerate(plainest):
        for trial in passing:
            if trial.failed or not _is_alike_but_in(path, example, trial):
                continue
            apart = [one[0] for one in json_path.differences(example.case.event, trial.case.event)]
            if steps in apart:
                pairs.append((len(apart), place, simplicity(contract, trial), example, trial))
    best = min(pairs, key=lambda pair: pair[:3], default=None)
    return None if best is None else best[3:]


def _is_alike_but_in(path: str, one: Trial, other: Trial) -> bool:
    """Whether two events have the same choices of all fields but one."""
    labels, others = dict(one.case.labels), dict(other.case.labels)
    labels.pop(path, None)
    others.pop(path, None)
    return labels == others


class SignatureTable:
    """The signatures of symptoms: what a message quotes from an event is no part of them.

    `keys` are those that count as quoted, too.
    """

    def __init__(self, trials: Iterable[Trial], keys: Iterable[str] = ()) -> None:
        texts = set(keys)
        for trial in trials:
            texts.update(json_path.texts(trial.case.event))
        self._texts = _folded(texts)
        self._known: dict[tuple[Symptom, str], Signature] = {}

    def of(self, symptom: Symptom, trial: Trial) -> Signature:
        """The signature of a symptom of a trial."""
        event = trial.case.text if trial.case.is_valued else ""
        if (symptom, event) not in self._known:
            self._known[symptom, event] = self._made(symptom, trial)
        return self._known[symptom, event]

    def _made(self, symptom: Symptom, trial: Trial) -> Signature:
        texts = self._texts
        if trial.case.is_valued:
            texts = "\n".join([texts, _folded(json_path.texts(trial.case.event))])
        words = _own_words(symptom.message, texts)
        signature = Signature(symptom.check, symptom.exception, _place(symptom), words)
        return self._plainer(signature, symptom.message) if trial.case.is_valued else signature

    def _plainer(self, signature: Signature, message: str) -> Signature:
        """The signature of plainer events that this one is, if it is one.

        Plainer events have fewer texts, so that more words are left of a message.
        """
        most = set(_own_words(message, self._texts))
        for known in self._known.values():
            if known[:-1] == signature[:-1] and set(signature.words) <= set(known.words) <= most:
                return known
        return signature


def sibling_keys(contract: Contract) -> set[str]:
    """The keys of facets that are alike, as the severities: which of them it is, no fault says."""
    keys: set[str] = set()
    for facets in sibling_facets(contract):
        keys.update(str(facet.steps[-1]) for facet in facets)
    return keys


def _folded(texts: Iterable[str]) -> str:
    return "\n".join(texts).casefold()


def _place(symptom: Symptom) -> tuple[str, str | int] | None:
    """The line of a fault, or the function in which a consumer hangs, which may be at any line."""
    location = symptom.location
    if location is None:
        return None
    return location.file, location.function if symptom.check == "late" else location.line


def _own_words(message: str, texts: str) -> tuple[str, ...]:
    """The words of a message that it can have from no event, so that one fault says one thing.

    `texts` holds every text that stands in some event. To drop a word too many is harmless, since
    two faults of one line that are taken for one still differ in their causes. What stands in
    brackets is often (a part of) the event.
    """
    before_brackets = re.split(r"[\[{]", message, maxsplit=1)[0]
    without_addresses = re.sub(r"0x[0-9a-f]+", "", before_brackets)
    words: list[str] = []
    for word in re.findall(r"[^\W_]+", without_addresses):
        if word.isalpha() and word != "None" and word.casefold() not in texts:
            words.append(word)
    return tuple(words)
