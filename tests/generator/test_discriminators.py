"""Discriminators, and unions without one: each value is parsed to the matching class."""

import datetime
import importlib
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from integry.generator._types import selecting

from .conftest import by_us
from .reading import HEAD, fields, operation, read_text, responses, warnings

DOCUMENT = """
paths:
  /pets: {get: {operationId: listPets, responses: {"200": {description: ok, content: {application/json: {schema:
    {type: array, items: {$ref: "#/components/schemas/Pet"}}}}}}}}
  /jobs: {post: {operationId: createJob, requestBody: {content: {application/json: {schema:
    {$ref: "#/components/schemas/Job"}}}}, responses: {"200": {description: ok}}}}
components:
  schemas:
    Pet:
      oneOf:
      - $ref: "#/components/schemas/Cat"
      - $ref: "#/components/schemas/Dog"
      - $ref: "#/components/schemas/Bird"
      discriminator: {propertyName: kind, mapping: {canis: "#/components/schemas/Dog", felis: Cat}}
    Cat: {type: object, required: [kind], properties: {kind: {type: string}}}
    Dog: {type: object, required: [kind], properties: {kind: {type: string}, born: {type: string, format: date}}}
    Bird: {type: object, required: [kind], properties: {kind: {type: string, enum: [tweet]}, wings: {type: integer}}}
    Job:
      type: object
      required: [type]
      properties: {type: {type: string}, name: {type: string}}
      discriminator: {propertyName: type, mapping: {build: "#/components/schemas/BuildJob"}}
    BuildJob: {allOf: [{$ref: "#/components/schemas/Job"}, {properties: {target: {type: string}}}]}
    TestJob: {type: object, allOf: [{$ref: "#/components/schemas/Job"}, {properties: {suite: {type: string}}}]}
    UnitTestJob: {allOf: [{$ref: "#/components/schemas/TestJob"}]}
    Shape:
      type: object
      required: [form]
      properties: {form: {type: string}, colour: {type: string}}
      oneOf: [{$ref: "#/components/schemas/Circle"}, {$ref: "#/components/schemas/Square"}]
      discriminator: {propertyName: form}
    Circle: {type: object, allOf: [{$ref: "#/components/schemas/Shape"}, {properties: {radius: {type: integer}}}]}
    Square: {allOf: [{$ref: "#/components/schemas/Shape"}, {type: object, properties: {side: {type: integer}}}]}
    Holder:
      type: object
      properties:
        pet: {$ref: "#/components/schemas/Pet"}
        job: {allOf: [{$ref: "#/components/schemas/Job"}], description: The job.}
        jobs: {type: array, items: {$ref: "#/components/schemas/Job"}}
        tests: {$ref: "#/components/schemas/TestJob"}
        shape: {$ref: "#/components/schemas/Shape"}
        size: {anyOf: [{$ref: "#/components/schemas/Small"}, {$ref: "#/components/schemas/Big"}]}
        wrapped: {$ref: "#/components/schemas/Wrapped"}
    Small: {type: object, properties: {a: {type: string}, at: {type: string, format: date}}}
    Big: {type: object, properties: {a: {type: string}, b: {type: string}, c: {type: string}}}
    Wrapped:
      properties: {common: {type: string}}
      oneOf: [{$ref: "#/components/schemas/Cat"}, {$ref: "#/components/schemas/Big"}, {type: "null"}]
      discriminator: {propertyName: kind, mapping: {cat: Cat, big: Big}}
"""


@pytest.fixture(scope="module")
def pets(tmp_path_factory):
    """Return the generated models of the document."""
    folder = tmp_path_factory.mktemp("discriminators")
    (folder / "pets.yaml").write_text(HEAD.format(version="3.0.3") + DOCUMENT)
    assert by_us(folder / "pets.yaml", folder / "discriminated") == 0
    sys.path.insert(0, str(folder))
    yield importlib.import_module("discriminated.models")
    sys.path.remove(str(folder))


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("pet", {"kind": "canis", "born": "2024-01-02"}, "Dog"),
        ("pet", {"kind": "Dog"}, "Dog"),
        ("pet", {"kind": "felis"}, "Cat"),
        ("pet", {"kind": "Cat", "born": "2024-01-02"}, "Cat"),
        ("pet", {"kind": "tweet"}, "Bird"),
        ("pet", {"kind": "fish"}, "dict"),
        ("pet", {"kind": ["fish"]}, "dict"),
        ("pet", {"wings": 2}, "dict"),
        ("pet", "x", "str"),
        ("job", {"type": "build"}, "BuildJob"),
        ("job", {"type": "BuildJob", "suite": "x"}, "BuildJob"),
        ("job", {"type": "TestJob", "target": "x"}, "TestJob"),
        ("job", {"type": "UnitTestJob"}, "UnitTestJob"),
        ("job", {"type": "deploy"}, "Job"),
        ("job", {"type": None}, "Job"),
        ("job", {"name": "x"}, "dict"),
        ("tests", {"type": "UnitTestJob"}, "UnitTestJob"),
        ("tests", {"type": "SmokeTestJob"}, "TestJob"),
        ("shape", {"form": "Circle", "colour": "red", "side": 1}, "Circle"),
        ("shape", {"form": "Square", "radius": 1}, "Square"),
        ("shape", {"form": "Oval"}, "dict"),
        ("size", {"a": "x"}, "Small"),
        ("size", {"a": "x", "c": "x"}, "Big"),
        ("size", {"a": "x", "at": "2024-01-02"}, "Small"),
        ("size", {"a": "x", "c": "x", "at": "no date"}, "Big"),
        ("size", {}, "Small"),
        ("wrapped", {"kind": "cat", "a": "x", "b": "x"}, "WrappedType0"),
        ("wrapped", {"kind": "big", "common": "x"}, "WrappedType1"),
        ("wrapped", None, "NoneType"),
    ],
)
def test_values_are_parsed_to_the_matching_class(pets, field, value, expected):
    """A discriminator, or else the fields, select the class. Values that match no class stay unchanged dicts."""
    holder = pets.Holder.from_dict({field: value})
    assert type(getattr(holder, field)).__name__ == expected
    assert holder.to_dict() == {field: value}


def test_elements_of_a_base_class_are_parsed_to_its_children(pets):
    """A list of a base class is parsed to the children that the discriminator selects, and accepts children."""
    found = pets.Holder.from_dict({"jobs": [{"type": "build", "target": "x"}, {"type": "TestJob"}]}).jobs
    assert found == [pets.BuildJob("build", target="x"), pets.TestJob("TestJob")]
    assert pets.Holder(jobs=found).to_dict()["jobs"][0] == {"type": "build", "target": "x"}


def test_common_fields_are_in_each_alternative(pets):
    """Fields beside alternatives (oneOf) become fields of each alternative, and are not repeated."""
    assert pets.WrappedType1(a="x", common="y").to_dict() == {"a": "x", "common": "y"}
    assert pets.Circle("Circle", colour="red", radius=1).to_dict() == {"form": "Circle", "colour": "red", "radius": 1}


def test_the_type_of_a_base_class_includes_its_children():
    """The type of a base class includes its children, so that they can be passed as arguments."""
    client, report = read_text(DOCUMENT)
    found = fields(client, "Holder")
    assert found["job"] == "Union[Job, BuildJob, TestJob, UnitTestJob, Unset]"
    assert found["tests"] == "Union[TestJob, UnitTestJob, Unset]"
    assert found["shape"] == "Union[Circle, Square, Unset]"
    (body,) = operation(client, "create_job").bodies
    assert client.types.body_type(body) == "Union[Job, BuildJob, TestJob, UnitTestJob]"
    assert responses(client, operation(client, "list_pets")) == {"200": ("json", "List[Union[Cat, Dog, Bird]]")}
    assert warnings(report) == []


def test_responses_are_parsed_by_their_discriminator(pets):
    """The response of a real server is parsed by its discriminator."""
    values = [{"kind": "canis", "born": "2024-01-02"}, {"kind": "fish"}]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(values).encode())

        def log_message(self, *arguments):
            """Print nothing."""

    list_pets = importlib.import_module("discriminated.api.default.list_pets")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        client = importlib.import_module("discriminated").Client(f"http://127.0.0.1:{server.server_port}")
        with client:
            found = list_pets.sync(client=client)
        server.shutdown()
    assert found == [pets.Dog("canis", datetime.date(2024, 1, 2)), values[1]]


@pytest.mark.parametrize(
    ("schemas", "expected"),
    [
        # In Swagger 2, a discriminator is only the name of the field. Azure has the value in the child schema.
        (
            (
                "A: {type: object, discriminator: k, properties: {k: {type: string}}}, "
                "B: {x-ms-discriminator-value: b, allOf: [{$ref: '#/components/schemas/A'}, {properties: {x: {}}}]}"
            ),
            {"A": {"k": ("A", None)}, "B": {"k": ("B", "b")}},
        ),
        # A constant that several schemas have selects none of them. A schema in another file is found by its name.
        (
            (
                "A: {oneOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/C'}], "
                "discriminator: {propertyName: k, mapping: {b: 'other.yaml#/B', x: 5, y: '#/nowhere'}}}, "
                "B: {type: object, properties: {k: {enum: [b, c, 5]}}}, "
                "C: {type: object, properties: {k: {enum: [c, d]}}}"
            ),
            {"B": {"k": ("b", "B")}, "C": {"k": ("C", "d")}},
        ),
        # The selected schema may be a union or an alias.
        (
            (
                "A: {anyOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/E'}], "
                "discriminator: {propertyName: k}}, B: {oneOf: [{$ref: '#/components/schemas/C'}, "
                "{$ref: '#/components/schemas/D'}]}, C: {properties: {c: {}}}, D: {properties: {d: {}}}, "
                "E: {$ref: '#/components/schemas/D'}"
            ),
            {"C": {"k": ("B",)}, "D": {"k": ("B", "E")}, "E": {"k": ("B", "E")}},
        ),
        # Inline alternatives are selected by their constants.
        (
            (
                "A: {oneOf: [{type: object, properties: {k: {const: a}}}, "
                "{type: object, properties: {k: {const: b}}}], "
                "discriminator: {propertyName: k}}"
            ),
            {"AType0": {"k": ("a",)}, "AType1": {"k": ("b",)}},
        ),
        # A discriminator in an inline part of allOf, a mapped schema that does not extend the base class, and a cycle.
        (
            (
                "A: {allOf: [{properties: {k: {type: string}}, discriminator: {propertyName: k, mapping: "
                "{b: '#/components/schemas/B'}}}]}, B: {properties: {x: {}}}, "
                "C: {allOf: [{$ref: '#/components/schemas/A'},"
                "{allOf: [{$ref: '#/components/schemas/C'}]}]}"
            ),
            {"A": {"k": ("A", None)}, "B": {"k": ("b", "B")}, "C": {"k": ("C", None)}},
        ),
        # A cycle of unions, and a schema that has the name of a generated union.
        (
            (
                "A: {oneOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/C'}], "
                "discriminator: {propertyName: k}}, B: {oneOf: [{$ref: '#/components/schemas/A'}]}, "
                "C: {properties: {k: {type: string}}, discriminator: {propertyName: k}}, "
                "D: {allOf: [{$ref: '#/components/schemas/C'}, {properties: {d: {}}}]}, C variants: {type: string}"
            ),
            {"C": {"k": ("B", "C", None)}, "D": {"k": ("D",)}},
        ),
        # A reference to a part of a component selects nothing: only components have names.
        (
            (
                "A: {oneOf: [{allOf: [{$ref: '#/components/schemas/B/items'}, {required: [k]}]}, "
                "{$ref: '#/components/schemas/C'}], discriminator: {propertyName: k}}, "
                "B: {type: array, items: {type: object, properties: {k: {type: string}}}}, C: {properties: {k: {}}}"
            ),
            {"C": {"k": ("C",)}},
        ),
        # Invalid discriminators are ignored.
        ("A: {properties: {k: {}}, discriminator: {mapping: {}}}, B: {properties: {k: {}}, discriminator: 5}", {}),
        ("A: {properties: {k: {}}, discriminator: {propertyName: k}}", {}),
    ],
)
def test_values_select_classes(schemas, expected):
    """Mapped values, names of components and constants select a class. None means all other values."""
    client, _ = read_text(f"components: {{schemas: {{{schemas}}}}}", version="3.1.0")
    found = {str(model.class_info.name): selecting(model) for model in client.models}
    assert {name: values for name, values in found.items() if values} == expected


def test_a_mapping_to_a_missing_schema_is_a_warning():
    """A warning names values that are mapped to a schema that the document does not have."""
    _, report = read_text(
        "components: {schemas: {A: {oneOf: [{type: object, properties: {a: {}}}], discriminator: {propertyName: k, "
        "mapping: {x: '#/nowhere'}}}}}"
    )
    assert warnings(report) == ["a discriminator maps a value to a schema that the document does not have: A x"]


def test_a_base_class_with_hundreds_of_children_excludes_them():
    """The type of a base class with more than 200 classes does not include its children, with a warning."""
    schemas = {"A": {"properties": {"k": {"type": "string"}}, "discriminator": {"propertyName": "k"}}}
    schemas["U"] = {"properties": {"a": {"$ref": "#/components/schemas/A"}}}
    for number in range(200):
        schemas[f"C{number}"] = {"allOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"c": {}}}]}
    client, report = read_text(f"components: {json.dumps({'schemas': schemas})}")
    assert fields(client, "U")["a"] == "Union[A, Unset]"
    assert warnings(report) == ["a base class has too many children, and is typed without them: A"]


@pytest.mark.slow
def test_children_type_check_as_their_base_class(pets):
    """A program that passes children as their base class, and reads them, passes mypy --strict."""
    folder = Path(pets.__file__).parents[2]
    (folder / "program.py").write_text(
        "from discriminated import Client\n"
        "from discriminated.api.default import create_job, list_pets\n"
        "from discriminated.models import BuildJob, Dog, Holder, Job, TestJob\n"
        "client = Client()\n"
        "for job in (BuildJob('build'), TestJob('test'), Job('x')):\n"
        "    create_job.sync(client=client, body=job)\n"
        "holder = Holder(job=BuildJob('build', target='x'), jobs=[TestJob('test')])\n"
        "for pet in list_pets.sync(client=client) or []:\n"
        "    print(pet.kind, pet.born if isinstance(pet, Dog) else '')\n"
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(folder / "cache"), "program.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
