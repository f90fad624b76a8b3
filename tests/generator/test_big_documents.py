"""Clients of large public documents can be imported, type-check, and have all that openapi-python-client's have."""

import ast
import importlib
import json
import re
import subprocess
import sys
import typing

import attrs
import pytest

from integry.generator._document import load_file
from tests.contract.conftest import NODE, need

from .conftest import by_stock, by_us, modules

pytestmark = pytest.mark.slow

DOCUMENTS = {
    "github": NODE / "@octokit" / "openapi" / "generated" / "api.github.com.json",
    "blockfrost": NODE / "@blockfrost" / "openapi" / "openapi.yaml",
}


@pytest.fixture(scope="module", params=DOCUMENTS)
def pair(request, tmp_path_factory):
    """Return the folders of this package's client and of openapi-python-client's client of a document."""
    spec, folder = need(DOCUMENTS[request.param]), tmp_path_factory.mktemp(request.param)
    assert by_us(spec, folder / request.param) == 0
    untitled = folder / "untitled.json"
    untitled.write_text(json.dumps(without_titles(load_file(spec))))
    by_stock(untitled, folder / "stock")
    return folder / request.param, folder / "stock"


def without_titles(node, place=""):
    """Return a document without titles and separators in operationIds, which openapi-python-client uses for names."""
    if isinstance(node, list):
        return [without_titles(element) for element in node]
    if not isinstance(node, dict):
        return node
    is_named = place in ("properties", "schemas", "examples", "example", "info")
    kept = {key: value for key, value in node.items() if is_named or key != "title"}
    if isinstance(kept.get("operationId"), str):
        kept["operationId"] = kept["operationId"].replace("/", "_")
    return {key: without_titles(value, "" if place == "properties" else key) for key, value in kept.items()}


def declared(path):
    """Return the annotated fields of the class in a module."""
    (cls,) = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ClassDef)]
    return [node for node in cls.body if isinstance(node, ast.AnnAssign)]


def fields(path):
    """Return the names in JSON of a model's fields. openapi-python-client's models pop them from a dict."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    popped = [call.args[0].value for call in calls if getattr(call.func, "attr", "") == "pop"]
    return set(popped or map(wire_name, declared(path))) - {"additional_properties"}


def wire_name(field):
    """Return the name in JSON of a field, from the code of this package's client."""
    keywords = {keyword.arg: keyword.value for keyword in getattr(field.value, "keywords", [])}
    return keywords["metadata"].values[0].value if "metadata" in keywords else field.target.id


def arguments(path):
    """Return the names of an operation's arguments, in the spelling of this package."""
    functions = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]
    (function,) = [function for function in functions if function.name == "sync_detailed"]
    names = [argument.arg for argument in [*function.args.args, *function.args.kwonlyargs]]
    return {name.removeprefix("field_") for name in names}


def is_wrapper(path):
    """Return True for a module of openapi-python-client with a class without fields, for a free-form object."""
    return [field.target.id for field in declared(path)] == ["additional_properties"]


def without_numbers(name):
    """Return the name of a module without the numbers that openapi-python-client adds for alternatives."""
    return re.sub(r"_type_\d+(?=[_.])", "", name)


def test_nothing_is_lost(pair):
    """All operations, arguments, models and fields of openapi-python-client's client exist, except empty classes."""
    ours, stock = pair
    lost = modules(stock) - modules(ours)
    # A component that may be null keeps its name. In openapi-python-client, it has the name of an alternative.
    named = {without_numbers(name) for name in modules(ours)}
    renamed = {name for name in lost if without_numbers(name) in named}
    assert [name for name in lost - renamed if not is_wrapper(stock / name)] == []
    compared = 0
    for name in sorted(modules(stock) & modules(ours)):
        if name.startswith("api/") and name.count("/") == 2 and not name.endswith("__init__.py"):
            assert arguments(stock / name) <= arguments(ours / name), name
            compared += 1
        elif (
            name.startswith("models/")
            and "class " in (stock / name).read_text()
            and "Enum" not in (stock / name).read_text()
        ):
            assert fields(stock / name) <= fields(ours / name), name
            compared += 1
    assert compared > 900


def test_all_models_import_and_compile(pair):
    """All annotations resolve, and the function that converts JSON to a model compiles for every model."""
    ours, _ = pair
    sys.path.insert(0, str(ours.parent))
    try:
        operations = importlib.import_module(f"{ours.name}.operations").OPERATIONS
        models = importlib.import_module(f"{ours.name}.models")
        hook = importlib.import_module(f"{ours.name}.converter").hook_of
    finally:
        sys.path.remove(str(ours.parent))
    assert len(operations) > 100
    classes = [cls for cls in (getattr(models, name) for name in models.__all__) if attrs.has(cls)]
    assert len(classes) > 800
    for cls in classes:
        typing.get_type_hints(cls)
        assert callable(hook(cls))


def test_the_client_type_checks(pair):
    """The client passes `mypy --strict`. openapi-python-client's does not, because it imports missing models."""
    ours, _ = pair
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(ours.parent / "cache"), ours.name]
    completed = subprocess.run(command, check=False, cwd=ours.parent, capture_output=True, text=True)
    assert completed.returncode == 0, completed.stdout[-2000:]


def test_the_client_is_smaller_than_stock(pair):
    """The modules have less than half of the lines of openapi-python-client's, and the whole client has fewer lines."""
    count = [[len((folder / name).read_text().splitlines()) for name in modules(folder)] for folder in pair]
    ours, stock = count
    assert sum(ours) / len(ours) < sum(stock) / len(stock) / 2
    assert sum(ours) < sum(stock)
