"""The text of `ecr_contracts/events/structs.py`: a msgspec Struct a class, on `struct_base`.

It is there to be vendored: nothing of the package imports it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from generators import aliases, field_order, layout, marks, struct_base, tool
from generators.classes import Classes, Schemas

NAME = "ecr_contracts/events/structs.py"

_READ = '''
def read_event(event: Any) -> EcrEvent:
    """The event, as the class of its kind. Raises ValidationError for one that is refused."""
    name = _class_name(event)
    if name is None:
        raise ValidationError(_NO_KIND)
    cls: type[EcrEvent] = globals()[name]
    return cls.from_event(event)
'''


def text(schemas: Schemas) -> str:
    """The module, whole. It needs nothing but msgspec."""
    classes = Classes.from_schemas(schemas)
    imports, body = tool.generated(classes, "structs")
    body = field_order.in_order(body, classes, field_order.keys(body))
    base_imports, base_body = layout.split(Path(struct_base.__file__))
    told = marks.marks(schemas, classes)
    names = [*classes.definitions, "EcrEvent", "EcrStruct", *(["read_event"] if told else [])]
    parts = [
        layout.heading(schemas),
        '"""The events of Amazon ECR as Structs of msgspec: they take what the schemas take."""\n',
        imports,
        base_imports,
        marks.imports(),
        layout.exports(names),
        base_body,
        marks.source(told, for_pydantic=False),
        _based(aliases.without(body, _Undescribed().visit)),
        marks.union(classes, is_told=False),
        _READ if told else "",
    ]
    return layout.formatted(NAME, "\n".join(parts))


def _based(body: str) -> str:
    return re.sub(r"^(class \w+\()Struct\b", r"\1EcrStruct", body, flags=re.MULTILINE)


class _Undescribed(ast.NodeTransformer):
    """Takes out of a type what its docstring says."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Subscript(
                ast.Name("Annotated"), ast.Tuple([inner, ast.Call(ast.Name("Meta"), [], [])])
            ):
                return inner
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Unions name None once, and last."""
        members: list[ast.expr] = [self.visit(member) for member in _members(node)]
        union, *others = [member for member in members if not _is_none(member)]
        if len(others) + 1 < len(members):
            others.append(ast.Constant(None))
        for member in others:
            union = ast.BinOp(union, ast.BitOr(), member)
        return union


def _members(union: ast.expr) -> Iterator[ast.expr]:
    if isinstance(union, ast.BinOp):
        yield from _members(union.left)
        yield from _members(union.right)
    else:
        yield union


def _is_none(member: ast.expr) -> bool:
    return isinstance(member, ast.Constant) and member.value is None
