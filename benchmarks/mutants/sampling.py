"""Mutants of the package: lines drawn by a hash, and on each of them one change.

A line is drawn and not a change, since some operators have a dozen variants of one change and
others one. What makes no difference by construction is not drawn: docstrings (no operator changes
them), annotations, blocks for type checkers, `__all__`, caches, and what a dataclass promises to
type checkers. Wording that users see is behaviour, though no operator changes words.
"""

from __future__ import annotations

import ast
import hashlib
import random
import tomllib
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.operators.provider import OperatorProvider

from benchmarks.mutants.operators import OPERATORS

GENERATED = "# generated, do not edit"
EQUIVALENTS = Path(__file__).with_name("equivalents.toml")

Span = tuple[tuple[int, int], tuple[int, int]]

# Operators that want arguments of their own, and those whose change is none for all but oddities:
# `is` between singletons is `==`.
_LEFT_OUT = {"VariableReplacer", "VariableInserter"} | {
    f"ReplaceComparisonOperator_{one}_{other}"
    for pair in (("Eq", "Is"), ("NotEq", "IsNot"))
    for one, other in (pair, pair[::-1])
}
_NO_DIFFERENCE = {"cache", "lru_cache", "cached_property", "final", "overload", "override"}
_PROMISES = {"frozen", "slots"}  # of dataclasses: the type checker keeps them


@dataclass(frozen=True)
class Mutant:
    """One change of one line."""

    module: str
    """The file, relative to the checkout."""
    line: int
    before: str
    """The lines that are changed, without the space around them."""
    after: str
    code: str
    """The whole module with the change."""

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.module}:{self.line}"


@dataclass(frozen=True)
class Equivalent:
    """A change that makes no difference, with the reason."""

    module: str
    before: str
    after: str
    reason: str

    def is_of(self, mutant: Mutant) -> bool:
        """Whether it is this change, wherever in the module the line stands."""
        ours = (self.module, self.before, self.after)
        return ours == (mutant.module, mutant.before, mutant.after)


def equivalents(file: Path = EQUIVALENTS) -> list[Equivalent]:
    """The changes listed in a file."""
    return [Equivalent(**row) for row in tomllib.loads(file.read_text("utf-8"))["equivalent"]]


def sample(root: Path, seed: int, listed: Iterable[Equivalent] = ()) -> Iterator[Mutant]:
    """Mutants of `ecr_contracts` below a folder, without end but that of its lines.

    The first `n` of them are the sample of that size.
    """
    left_out = list(listed)
    for key, module, number in sorted(_lines(root, seed)):
        mutant = _mutant(root, module, number, random.Random(key))
        if mutant is not None and not any(each.is_of(mutant) for each in left_out):
            yield mutant


def modules(root: Path) -> list[Path]:
    """The modules that people write: what is generated is left out."""
    return [
        file
        for file in sorted((root / "ecr_contracts").rglob("*.py"))
        if not file.read_text("utf-8").startswith(GENERATED)
    ]


def _lines(root: Path, seed: int) -> Iterator[tuple[str, str, int]]:
    """Each line with the hash that it is drawn by."""
    for file in modules(root):
        module = file.relative_to(root).as_posix()
        seen: Counter[str] = Counter()
        for number, line in enumerate(file.read_text("utf-8").split("\n"), 1):
            text = line.strip()
            if text and not text.startswith("#"):
                seen[text] += 1
                words = f"{seed}|{module}|{text}|{seen[text]}"
                yield hashlib.sha256(words.encode()).hexdigest(), module, number


def mutants_at(root: Path, module: str, number: int) -> Iterator[Mutant]:
    """Every change that begins on a line."""
    source = (root / module).read_text("utf-8")
    for variants in _variants(source, number):
        for name, occurrence in variants:
            mutant = _changed(module, source, number, name, occurrence)
            if mutant is not None:
                yield mutant


def _mutant(root: Path, module: str, number: int, draw: random.Random) -> Mutant | None:
    """A change that begins on a line, or None where no operator has one."""
    source = (root / module).read_text("utf-8")
    choices = _variants(source, number)
    draw.shuffle(choices)
    for variants in choices:
        mutant = _changed(module, source, number, *draw.choice(variants))
        if mutant is not None:
            return mutant
    return None


def _variants(source: str, number: int) -> list[list[tuple[str, int]]]:
    """The changes that begin on a line, as operators with their occurrences.

    Those of one sort at one place, as each other comparison instead of `==`, are one list.
    """
    nodes, exempt = _nodes(source)
    kinds: dict[tuple[Any, str], list[tuple[str, int]]] = defaultdict(list)
    for node in nodes.get(number, ()):
        for name, operator in _operators().items():
            for index, (start, end) in enumerate(operator.mutation_positions(node)):
                if start[0] == number and not any(_within(start, end, span) for span in exempt):
                    occurrence = _before(name, node) + index
                    kinds[start, type(operator).__module__].append((name, occurrence))
    return [kinds[place] for place in sorted(kinds)]


def _changed(module: str, source: str, line: int, name: str, occurrence: int) -> Mutant | None:
    code = MutationVisitor.mutate_code(source, _operators()[name], occurrence)
    if code is None or not _is_another_program(source, code):
        return None
    old, new = source.split("\n"), code.split("\n")
    common = zip(old, new, strict=False)
    first = sum(1 for _ in takewhile(_are_equal, common))
    shorter = min(len(old), len(new)) - first
    backwards = zip(old[::-1], new[::-1], strict=False)
    last = sum(1 for _ in takewhile(_are_equal, islice(backwards, shorter)))
    before, after = old[first : len(old) - last], new[first : len(new) - last]
    return Mutant(module, line, _text(before), _text(after), code)


def _text(lines: list[str]) -> str:
    return "\n".join(line.strip() for line in lines if line.strip())


def _are_equal(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1]


def _is_another_program(source: str, code: str) -> bool:
    """Whether it is one at all, that Python does not warn of, as of `is` before a literal."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", SyntaxWarning)
        try:
            changed = ast.parse(code)
            compile(changed, "mutant", "exec", dont_inherit=True)
        except (SyntaxError, SyntaxWarning, ValueError):
            return False
    return ast.dump(changed) != ast.dump(ast.parse(source))


@cache
def _operators() -> dict[str, Any]:
    theirs = OperatorProvider()
    operators = {name: theirs[name]() for name in theirs if name not in _LEFT_OUT}
    return operators | {operator.__name__: operator() for operator in OPERATORS}


@cache
def _nodes(source: str) -> tuple[dict[int, list[Any]], list[Span]]:
    """The nodes of a module by the line that they begin on, and what is not to be changed."""
    by_line: dict[int, list[Any]] = defaultdict(list)
    for node in ast_nodes(get_ast(source)):
        # A comparison begins before its operator, which may stand on another line.
        for line in range(node.start_pos[0], min(node.end_pos[0], node.start_pos[0] + 30) + 1):
            by_line[line].append(node)
    return by_line, list(_exempt(source))


def _before(name: str, wanted: Any) -> int:
    """How many changes an operator has before a node, in the order in which the library walks."""
    operator, count = _operators()[name], 0
    for node in ast_nodes(wanted.get_root_node()):
        if node is wanted:
            return count
        count += len(list(operator.mutation_positions(node)))
    raise AssertionError("a node of this tree")


def _exempt(source: str) -> Iterator[Span]:
    """What makes no difference by construction."""
    lines = source.split("\n")
    for node in _nodes_without_effect(ast.parse(source)):
        yield (
            (node.lineno, _column(lines[node.lineno - 1], node.col_offset)),
            (node.end_lineno, _column(lines[node.end_lineno - 1], node.end_col_offset)),
        )


def _column(line: str, byte: int) -> int:
    return len(line.encode()[:byte].decode())


def _nodes_without_effect(tree: ast.Module) -> Iterator[Any]:
    for node in ast.walk(tree):
        match node:
            case ast.arg(annotation=annotation) if annotation is not None:
                yield annotation
            case ast.AnnAssign(annotation=annotation):
                yield annotation
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                yield node
            case ast.Assign(targets=[ast.Name(id="__all__")]):
                yield node
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield from _of_a_definition(node)


def _of_a_definition(node: Any) -> Iterator[Any]:
    returns = getattr(node, "returns", None)
    if returns is not None:
        yield returns
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        name = ast.unparse(call.func if call else decorator).rpartition(".")[2]
        if name in _NO_DIFFERENCE:
            yield _with_its_sign(decorator)
        elif call and name == "dataclass":
            yield from (each.value for each in call.keywords if each.arg in _PROMISES)


def _with_its_sign(decorator: Any) -> Any:
    """The decorator from its `@` on, as the library counts it, to the end of its line."""
    return ast.Pass(
        lineno=decorator.lineno,
        col_offset=decorator.col_offset - 1,
        end_lineno=decorator.end_lineno + 1,
        end_col_offset=0,
    )


def _within(start: tuple[int, int], end: tuple[int, int], span: Span) -> bool:
    return span[0] <= start and end <= span[1]
