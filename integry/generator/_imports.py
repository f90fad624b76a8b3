"""The import statements of a generated module: sorted, and only those that it needs.

ruff would do the same, but takes long. It only runs on modules with imports in an unusual form, which are left to it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from sys import stdlib_module_names
from typing import Any, NamedTuple

#: The lines of import statements and blank lines after the first line of a module.
_BLOCK = re.compile(r"(?:(?:from [\w.]+ import [\w, ]+|import [\w.]+)?\n)+")
_FROM = re.compile(r"from ([\w.]+) import ([\w, ]+)")
_NUMBER = re.compile(r"(\d+)")
#: A docstring, which may mention names that the module does not use.
_DOCSTRING = re.compile(r'^ *"""(?s:.*?)"""$', re.MULTILINE)
#: A string in quotes, and the start of a string or a comment.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_TEXT_START = re.compile(r"[\"'#]")
_WIDTH = 120


class _Import(NamedTuple):
    """An import of one name.

    Attributes:
        module: The module.
        name: The name in the module; empty for `import module`.
        bound: The name in the importing module.
    """

    module: str
    name: str
    bound: str


def tidy(text: str) -> str:
    """Return the text of a module with sorted imports at its start, and without those that it does not use."""
    start = text.find("\n") + 1
    block = _BLOCK.match(text, start)
    if block is None:
        return text
    rest = text[block.end() :]
    code = _DOCSTRING.sub("", rest)
    found = _block_imports(block[0])
    lines = _lines([each for each in found if each.module == "__future__" or _has_word(code, each.bound)])
    if lines:
        lines += ["", ""] if rest.startswith(("class ", "def ", "@")) else [""]
    return text[:start] + "".join(f"{line}\n" for line in lines) + rest


@lru_cache(maxsize=1024)
def _block_imports(block: str) -> frozenset[_Import]:
    """Return the imports of several lines. Modules of one template often have the same lines."""
    return frozenset(each for line in block.split("\n") for each in _imports(line))


@lru_cache(maxsize=1024)
def _imports(line: str) -> list[_Import]:
    """Return the imports of a line."""
    found = _FROM.fullmatch(line)
    if found is None:
        name = line[7:]
        return [_Import(name, "", name.partition(".")[0])] if name else []
    parts = (part.split() for part in found[2].split(","))
    return [_Import(found[1], part[0], part[-1]) for part in parts if part]


def _has_word(code: str, word: str) -> bool:
    """Return True if a name is in the code: not only in strings or comments, or as a part of other names.

    Do not use a regular expression: it would be another one for each name, and compiling it takes long.
    """
    start = code.find(word)
    while start >= 0:
        end = start + len(word)
        if not _is_in_word(code[start - 1 : start]) and not _is_in_word(code[end : end + 1]) and _is_code(code, start):
            return True
        start = code.find(word, end)
    return False


def _is_in_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _is_code(code: str, start: int) -> bool:
    """Return True if a place in the code is in no comment, and in no string that starts in the same line."""
    before = code[code.rfind("\n", 0, start) + 1 : start]
    return not _TEXT_START.search(_STRING.sub("", before))


def _lines(found: list[_Import]) -> list[str]:
    """Return the lines of import statements, in sections with blank lines between them."""
    sections: dict[int, list[_Import]] = {}
    for each in found:
        sections.setdefault(_section(each.module), []).append(each)
    lines: list[str] = []
    for number in sorted(sections):
        lines += [*([""] if lines else []), *_section_lines(frozenset(sections[number]))]
    return lines


@lru_cache(maxsize=1024)
def _section_lines(found: frozenset[_Import]) -> list[str]:
    """Return the lines of the import statements of a section. Most modules have the same standard modules."""
    lines: list[str] = []
    ordered = sorted(found, key=lambda one: (bool(one.name), *_module_key(one.module)))
    for module, group in groupby(ordered, key=lambda one: (one.module, bool(one.name))):
        lines += _statements(module[0], list(group))
    return lines


@lru_cache(maxsize=1024)
def _section(module: str) -> int:
    """Return the number of the section of a module: __future__, standard library, other packages, this client."""
    if module.startswith("."):
        return 3
    return 0 if module == "__future__" else 1 if module.partition(".")[0] in stdlib_module_names else 2


@lru_cache(maxsize=1024)
def _module_key(module: str) -> tuple[Any, ...]:
    """Return the key to sort modules by: those of outer packages first."""
    return (-(len(module) - len(module.lstrip("."))), natural(module.lower()), natural(module))


def natural(text: str) -> list[Any]:
    """Return a key that sorts texts by the values of the numbers in them.

    As for ruff, a number that starts with zero is a fraction without its point: 023 is before 03, and both before 2.
    """
    return [
        (0, -1, part) if part[0] == "0" else (0, int(part), "") if part.isdigit() else (1, 0, part)
        for part in _NUMBER.split(text)
        if part
    ]


def _statements(module: str, group: list[_Import]) -> list[str]:
    """Return the statements that import names from a module."""
    if not group[0].name:
        return [f"import {module}"]
    statements = [[(one.name, f"{one.name} as {one.bound}")] for one in group if one.name != one.bound]
    plain = sorted((one.name for one in group if one.name == one.bound), key=_name_key)
    statements += [[(name, name) for name in plain]] if plain else []
    statements.sort(key=lambda names: _name_key(names[0][0]))
    return [from_line(module, [code for _, code in names]) for names in statements]


@lru_cache(maxsize=1024)
def _name_key(name: str) -> tuple[Any, ...]:
    """Return the key to sort names by: constants, classes, and others."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2
    return kind, natural(name)


def from_line(module: str, names: list[str]) -> str:
    """Return a statement that imports names from a module, on several lines if it is too long for one."""
    line = f"from {module} import {', '.join(names)}"
    return (
        line if len(line) <= _WIDTH else f"from {module} import (\n" + "".join(f"    {name},\n" for name in names) + ")"
    )
