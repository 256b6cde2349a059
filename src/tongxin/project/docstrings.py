"""What verbs and questions say of themselves is shown to people, so it is translated too."""

import ast
from collections.abc import Iterator
from io import BytesIO
from typing import IO, Any

from babel.messages.extract import extract_python

from tongxin.center.kit.headlines import headline_of

_REGISTERS = {"action", "query"}
_Found = tuple[Any, ...]  # as Babel wants it


def extract(file: IO[bytes], keywords: Any, tags: Any, options: Any) -> Iterator[_Found]:  # noqa: ANN401
    """Find gettext calls, and the headlines of what is registered and of facts."""
    source = file.read()
    yield from extract_python(BytesIO(source), keywords, tags, options)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and _tells(node):
            yield node.lineno, "_", headline_of(ast.get_docstring(node) or ""), []
        if isinstance(node, ast.FunctionDef) and any(map(_registers, node.decorator_list)):
            yield node.lineno, "_", headline_of(ast.get_docstring(node) or ""), []


def _registers(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else None
    return isinstance(called, ast.Name) and called.id in _REGISTERS


def _tells(fact: ast.ClassDef) -> bool:
    """Whether a class is a kind of fact."""
    return any(
        isinstance(line, ast.AnnAssign)
        and isinstance(line.target, ast.Name)
        and line.target.id == "kind"
        and isinstance(line.value, ast.Constant)
        and "." in str(line.value.value)
        for line in fact.body
    )
