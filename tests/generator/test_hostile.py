"""A hostile document leads to an error or a valid client, with limited memory and time, and without downloads."""

import json
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from tests import figures
from tests.facade.conftest import Server

from .conftest import HERE

resource = pytest.importorskip("resource", reason="Windows has no resource limits")
pytestmark = pytest.mark.slow

ROOT = HERE.parent.parent
HEAD = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\n"
LETTERS = "abcdefghij"
GIGABYTE = 1 << 30


def document(**parts):
    """Return a small document as JSON."""
    return json.dumps({"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {}, **parts})


def schemas(**found):
    """Return a document with these schemas."""
    return document(components={"schemas": found})


def limit():
    """Limit the process to 1 GiB of memory, where the system supports that, and to 60 s of CPU time."""
    with suppress(ValueError, OSError):  # macOS refuses RLIMIT_AS
        resource.setrlimit(resource.RLIMIT_AS, (GIGABYTE, GIGABYTE))
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))


@pytest.fixture
def generate(tmp_path):
    """Return a function that runs the generator with limits and returns exit code, stderr and output folder."""

    def run(text, name="document"):
        spec, output = tmp_path / name, tmp_path / "client"
        spec.write_text(text, encoding="utf-8", errors="surrogatepass")
        command = [sys.executable, ROOT / "scripts/generate.py", "--spec", spec, "--output", output]
        completed = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120, preexec_fn=limit)
        assert "Traceback" not in completed.stderr, completed.stderr[-500:]
        assert (completed.returncode == 0) is output.exists()
        figures.count("hostile documents")
        return completed.returncode, completed.stderr, output

    return run


#: YAML lists ("billion laughs"). Each level has nine aliases of the level before.
LISTS = [f"x-{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip(LETTERS, LETTERS[1:])]
FIELDS = [f"p{number}" for number in range(9)]
OBJECTS = [
    f"    {b}: &{b} {{properties: {{{', '.join(f'{field}: *{a}' for field in FIELDS)}}}}}"
    for a, b in zip(LETTERS, LETTERS[1:])
]
#: A schema of lists in lists.
DEEP = json.loads('{"type": "array", "items": ' * 700 + "{}" + "}" * 700)
LARGE = {"type": "number", "default": 10**400}
NANS = {"type": "number", "default": float("nan"), "maximum": float("inf")}
TEXT = {"type": "string"}
#: YAML mappings with merge keys (`<<`). Each level merges the level before nine times.
MERGED = [f"x-{b}: &{b} {{<<: [{', '.join([f'*{a}'] * 9)}]}}" for a, b in zip(LETTERS, LETTERS[1:])]
REFUSED = {
    "laughs": ("\n".join([HEAD, "x-a: &a [ha, ha]", *LISTS]), "with its YAML aliases expanded it has 1e+09 values"),
    "laughing schemas": (
        "\n".join([HEAD, "components:", "  schemas:", "    a: &a {properties: {x: {type: string}}}", *OBJECTS]),
        "with its YAML aliases expanded it has",
    ),
    "circle": (HEAD + "x-a: &a [*a]\n", "a YAML alias refers to a node that contains it"),
    "circle of two": (HEAD + "x-a: &a {b: &b {a: *a}}\n", "a YAML alias refers to"),
    "circle of all": ("&a {openapi: 3.0.3, info: *a}", "a YAML alias refers to"),
    "circle of schemas": (HEAD + "components: {schemas: {A: &a {properties: {b: *a}}}}\n", "a YAML alias refers to"),
    "deep YAML": (HEAD + "x-a: " + "[" * 100_000 + "]" * 100_000, "exceeded maximum nesting depth"),
    "deep JSON": ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "cannot be used: it is nested too deeply"),
    "python/object": (HEAD + "x-a: !!python/object/apply:os.system [exit 7]\n", "could not determine a constructor"),
    "python/name": (HEAD + "x-a: !!python/name:os.system\n", "could not determine a constructor"),
    "duplicate keys": (HEAD + "paths: {}\n", 'found duplicate key "paths"'),
    "merged again and again": (HEAD + "x-a: &a {b: 1}\nx-b: {<<: *a, <<: *a}\n", 'found duplicate key "<<"'),
    "keys that are not text": (HEAD + "? [complex, key]\n: 1\n", "found a key that is not a text"),
    "several documents": (HEAD + "---\n" + HEAD, "expected a single document"),
    "deep schema": (schemas(A=DEEP), "cannot be used: it is nested too deeply"),
    "endless number": (document()[:-1] + ', "x-a": ' + "9" * 5000 + "}", "neither JSON nor YAML: Exceeds the limit"),
    "surrogates": (document(info={"title": "\ud800", "version": "1"}), "surrogates not allowed"),
    "security": (document(security=5), "is not valid OpenAPI"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_hostile_documents_are_refused(generate, case):
    """A hostile document is refused with one short line, within the limits, and nothing is written."""
    text, message = REFUSED[case]
    code, stderr, _ = generate(text)
    assert code == 1
    assert message in stderr
    assert stderr.startswith("error: ")
    assert stderr.count("\n") == 1
    assert len(stderr) < 600


ACCEPTED = {
    "number": schemas(A={"properties": {"n": LARGE}}),
    "merged": "\n".join([HEAD, "x-0: &a {k: 1}", *MERGED]),
    "aliases": HEAD + "x-a: &a {b: [1, 2]}\nx-b: [" + "*a, " * 1000 + "*a]\n",
    "deep": document(**{"x-a": json.loads("[" * 400 + "]" * 400)}),
    "one line": document(info={"title": "T" * 5_000_000, "version": "1"}),
    "one line of YAML": HEAD + "x-a: " + "a" * 1_000_000,
    "duplicate keys": '{"openapi": "2", ' + document()[1:],
    "NaN": HEAD + "components: {schemas: {A: {properties: {n: {type: number, default: .nan, minimum: .inf}}}}}\n",
    "NaN in JSON": schemas(A={"properties": {"n": NANS}}),
    "names that are paths": schemas(**{"../../../evil": {"properties": {'a"b\n': {"type": "string"}}}}),
    "descriptions that are code": schemas(
        A={"description": '"""\nimport os\n\\', "properties": {"a": {"type": "string"}}}
    ),
    "allOf in a circle": schemas(A={"allOf": [{"$ref": "#/components/schemas/A"}]}),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_unusual_documents_are_accepted(generate, case):
    """The client of an unusual document can be imported. In JSON, the last of two equal keys is used."""
    code, stderr, output = generate(ACCEPTED[case])
    assert (code, "error" in stderr) == (0, False), stderr
    command = "from client import models, operations; [getattr(models, name) for name in models.__all__]"
    subprocess.run([sys.executable, "-c", command], check=True, cwd=output.parent)


def reference(name):
    """Return a reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


CIRCLE = "a schema that refers to itself without an object in between is typed as Any: "
ELSEWHERE = "a reference to another server or folder is typed as Any, or left out: http://127.0.0.1:9/x.json"
NOWHERE = "a reference to a schema that the document does not have is typed as Any: A"


@pytest.mark.parametrize(
    ("found", "warning"),
    [
        ({"A": reference("A")}, CIRCLE + "A"),
        ({"A": reference("B"), "B": reference("A")}, CIRCLE + "A"),
        ({"A": reference("B"), "B": reference("C"), "C": reference("B")}, CIRCLE + "B"),
        ({"A": {"type": "array", "items": reference("A")}}, CIRCLE + "A"),
        ({"A": {"oneOf": [TEXT, {"type": "array", "items": reference("A")}]}}, CIRCLE + "A"),
        ({"A": reference("none")}, NOWHERE),
        ({"A": {"$ref": "http://127.0.0.1:9/x.json"}}, ELSEWHERE),
    ],
    ids=["itself", "two", "three", "array", "alternatives", "nothing", "elsewhere"],
)
def test_unresolvable_references_are_typed_as_any(generate, found, warning):
    """A warning names each unresolvable reference, and the part with the reference is typed as Any."""
    good = {"type": "object", "properties": {"a": TEXT}}
    code, stderr, output = generate(schemas(**found, Good=good, Also=reference("Good")))
    assert code == 0
    assert f"warning: {warning}\n" in stderr
    assert (output / "models/good.py").exists()


def test_external_references_are_not_followed(generate, tmp_path):
    """A reference to a server, a file URL or a file of another folder causes a warning. Nothing is fetched or read."""
    outside = tmp_path.with_name(f"{tmp_path.name}-outside.json")
    outside.write_text('{"a": {"properties": {"very_secret": {"type": "string"}}}}')
    (tmp_path / "link.json").symlink_to(outside)
    server = Server([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"])
    try:
        away = [
            f"{server.url}/a.json",
            f"{server.url}/a.json#/a",
            f"../{outside.name}#/a",
            f"{outside}#/a",
            "link.json#/a",
            f"file://{outside}#/a",
        ]
        fields = {f"f{number}": {"$ref": target} for number, target in enumerate(away)}
        named = {f"S{number}": {"$ref": target} for number, target in enumerate(away)}
        get = {
            "parameters": [{"$ref": away[0]}],
            "responses": {"200": {"$ref": away[1]}},
            "requestBody": {"$ref": away[5]},
        }
        text = document(
            paths={"/x": {"get": get}, "/y": {"$ref": away[0]}},
            components={"schemas": {"A": {"type": "object", "properties": fields}, **named}},
        )
        code, stderr, output = generate(text)
    finally:
        server.close()
    assert code == 0
    assert "a reference to another server or folder is typed as Any, or left out" in stderr
    assert "and 2 more" in stderr
    assert stderr.count("warning: ") == 1
    assert server.connections == 0
    assert not any("very_secret" in path.read_text(encoding="utf-8") for path in output.rglob("*.py"))


@pytest.mark.growth
def test_long_enums_take_linear_time():
    """Removing duplicates from a long enum does not compare each value with all others."""
    from integry.generator._values import enum_values

    def measured(size):
        schema = {"enum": [f"v{number}" for number in range(size)] * 2}
        times = []
        for _ in range(3):
            start = time.process_time()
            assert len(enum_values(schema)) == size
            times.append(time.process_time() - start)
        return min(times)

    assert measured(16_000) < 28 * max(measured(2_000), 0.002)
