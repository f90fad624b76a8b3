"""The settings file (`--config`): a setting has the same effect as in openapi-python-client, or is refused."""

import importlib
import json
import sys
from threading import Event

import pytest
from openapi_python_client.config import ConfigFile

from integry.generator import __main__ as generate
from tests.facade.conftest import Server

DOCUMENT = """
openapi: 3.1.0
info: {title: Pet Shop, version: '2'}
paths:
  /pets:
    get:
      operationId: list_pets
      tags: [pets, beasts]
      responses: {"200": {content: {application/x-pets: {schema: {$ref: '#/components/schemas/Pet'}}}}}
    post:
      operationId: add_pet
      tags: [pets]
      requestBody: {content: {application/x-pets: {schema: {$ref: '#/components/schemas/Pet'}}}}
components:
  schemas:
    Pet: {type: object, properties: {kind: {description: The "kind.", enum: [cat, CAT, dog]}, 2nd: {type: string}}}
"""


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Return a function that generates a client of the document with settings, and returns exit code and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "shop.yaml").write_text(DOCUMENT)

    def command(settings, *options, output="shop"):
        path = tmp_path / "config.yaml"
        path.write_text(settings if isinstance(settings, str) else json.dumps(settings))
        code = generate.main(["shop.yaml", *([output] if output else []), "--config=config.yaml", *options])
        return code, capsys.readouterr().err

    yield command
    for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
        del sys.modules[name]


def read(tmp_path, name):
    """Return the text of a file of the client."""
    return (tmp_path / "shop" / name).read_text()


@pytest.mark.slow
def test_empty_settings_change_nothing(run, tmp_path):
    """An empty file, and keys that are null, change only the command in the first line."""
    assert run("") == (0, "")
    first = read(tmp_path, "client.py").partition("\n")[0]
    assert first.endswith("integry.generator --spec shop.yaml --output shop --config config.yaml`.")
    assert run({"post_hooks": None, "class_overrides": None}, "--check") == (0, "")


def test_class_overrides_rename_classes(run):
    """`class_overrides` sets the names of class and module. A nested class is found by its default name."""
    overrides = {"Pet": {"class_name": "Animal", "module_name": "beasts"}, "AnimalKind": {"class_name": "Kind"}}
    assert run({"class_overrides": overrides}) == (0, "")
    beasts = importlib.import_module("shop.models.beasts")
    assert importlib.import_module("shop.models.kind").Kind("dog") is beasts.Animal.from_dict({"kind": "dog"}).kind
    assert run({"class_overrides": {"Pet": {"module_name": "beasts"}}}) == (0, "")


@pytest.mark.slow
def test_unused_class_overrides_are_warnings(run):
    """An override for which there is no class is a warning, because it may be misspelt."""
    overrides = {"Pat": {"class_name": "Animal"}}
    warning = "warning: class_overrides has a class that the client does not have: Pat\n"
    assert run({"class_overrides": overrides}) == (0, warning)
    code, said = run({"class_overrides": overrides}, "--fail-on-warning")
    assert (code, said.startswith(warning)) == (3, True)


def test_field_prefix_is_added_to_invalid_names(run):
    """`field_prefix` is added to names of fields that are not valid in Python."""
    assert run({"field_prefix": "attr_"}) == (0, "")
    pet = importlib.import_module("shop.models").Pet
    assert pet(attr_2nd="x").to_dict() == {"2nd": "x"}


def test_literal_enums_are_literals(run):
    """With `literal_enums`, enums are Literal types, and their values stay strings."""
    assert run({"literal_enums": True}) == (0, "")
    models = importlib.import_module("shop.models")
    assert models.PetKind.__args__ == ("CAT", "cat", "dog")
    assert models.Pet.from_dict({"kind": "CAT"}).kind == "CAT"
    assert models.Pet(kind="dog").to_dict() == {"kind": "dog"}


@pytest.mark.slow
def test_literal_enums_with_the_same_name_are_renamed(run, tmp_path):
    """Two literal enums with the same name get different names."""
    enums = [{"properties": {"c": {"enum": values}}} for values in (["x"], ["y"])]
    a, b = ({"type": "object", **enum} for enum in enums)
    schemas = {"A": {"type": "object", "properties": {"B": a}}, "AB": b}
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "components": {"schemas": schemas}}
    (tmp_path / "shop.yaml").write_text(json.dumps(document))
    assert run({"literal_enums": True}) == (0, "")
    models = importlib.import_module("shop.models")
    kinds = {name: getattr(models, name) for name in models.__all__}
    assert sorted(str(kind.__args__) for kind in kinds.values() if hasattr(kind, "__args__")) == ["('x',)", "('y',)"]


@pytest.mark.slow
def test_content_type_overrides_apply_to_bodies_and_responses(run):
    """With `content_type_overrides`, a media type is treated as another one, but the Content-Type keeps its name."""
    assert run({}) == (0, "")
    assert "bytes" in str(importlib.import_module("shop.api.pets.list_pets").OPERATION.responses)
    for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
        del sys.modules[name]
    assert run({"content_type_overrides": {"application/x-pets": "application/json"}}) == (0, "")
    models = importlib.import_module("shop.models")
    request = importlib.import_module("shop.api.pets.add_pet").build(body=models.Pet(field_2nd="x"))
    assert request["headers"]["Content-Type"] == "application/x-pets"
    assert json.loads(request["data"]) == {"2nd": "x"}
    assert importlib.import_module("shop.api.pets.list_pets").OPERATION.responses["200"].type is models.Pet


def test_docstrings_on_attributes_move_descriptions(run, tmp_path):
    """With `docstrings_on_attributes`, descriptions are below the fields, and not in the docstring of the class."""
    assert run({}) == (0, "")
    assert 'kind: The "kind."' in read(tmp_path, "models/pet.py")
    assert run({"docstrings_on_attributes": True}) == (0, "")
    text = read(tmp_path, "models/pet.py")
    assert '= UNSET\n    """The "kind." """\n' in text
    assert "Attributes:" not in text
    importlib.import_module("shop.models.pet")


@pytest.mark.slow
def test_generate_all_tags_repeats_operations(run):
    """With `generate_all_tags`, an operation is in the packages of all its tags."""
    assert run({"generate_all_tags": True}) == (0, "")
    first, second = (importlib.import_module(f"shop.api.{tag}.list_pets").OPERATION for tag in ("pets", "beasts"))
    assert first == second
    assert {"pets_list_pets", "beasts_list_pets"} <= set(importlib.import_module("shop.operations").OPERATIONS)


def test_http_timeout_limits_downloads(run, tmp_path, capsys):
    """`http_timeout` limits the seconds to wait for a document from a server."""
    closed = Event()
    server = Server([lambda _: closed.wait(60)])
    (tmp_path / "settings.json").write_text('{"http_timeout": 1}')
    try:
        assert generate.main([f"{server.url}/a.json", "shop", "--config", "settings.json"]) == 1
    finally:
        closed.set()
        server.close()
    assert "read timeout=1)" in capsys.readouterr().err
    assert run({"http_timeout": 0}) == (1, "error: config.yaml: http_timeout must be seconds, more than 0, and is 0\n")


def test_post_hooks_run_before_the_replacement(run, tmp_path):
    """Commands in `post_hooks` run before the output folder is replaced. A module that they add gets the first line."""
    hook = "echo A = 1 > extra.py && mkdir .x_cache"
    assert run({"post_hooks": [hook]}) == (0, "")
    assert importlib.import_module("shop.extra").A == 1
    assert read(tmp_path, "extra.py").startswith("# Do not edit: made from shop.yaml by")
    assert not (tmp_path / "shop" / ".x_cache").exists()
    assert run({"post_hooks": [hook]}, "--check") == (0, "")
    assert run({"post_hooks": [hook]}) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("hook", "message"),
    [
        ("exit 3", "the hook 'exit 3' failed: exit code 3"),
        ("no-such-command --all", "the hook 'no-such-command --all' failed: "),
        (
            "echo {} > models/a.json",
            "models/a.json cannot have the comment of generated files: let the hook ",
        ),
        (
            "ln -s /etc/hostname a.py",
            "a.py cannot have the comment of generated files: let the hook ",
        ),
    ],
)
def test_a_failing_hook_ends_the_run(run, tmp_path, hook, message):
    """If a command in `post_hooks` fails, its message is printed, and nothing is written."""
    code, said = run({"post_hooks": [hook]})
    assert (code, message in said, said.count("\n")) == (1, True, 1), said
    assert not (tmp_path / "shop").exists()


@pytest.mark.slow
def test_package_name_override_is_the_output_folder(run, tmp_path):
    """`package_name_override` is the default of OUTPUT. If OUTPUT is given, its last part must be that name."""
    assert run({"package_name_override": "shop"}, output=None) == (0, "")
    assert (tmp_path / "shop" / "client.py").exists()
    code, said = run({"package_name_override": "pets"})
    assert code == 1
    assert said == "error: config.yaml: package_name_override is 'pets', but without --meta OUTPUT is the package\n"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("literal_enum: true", "literal_enum is not a setting; did you mean literal_enums? All are: class_overrides, "),
        ("class_overrides: {A: {name: B}}", "class_overrides.A.name is not a setting; did you mean class_name? All"),
        ("class_overrides: 5", "class_overrides: Input should be a valid dictionary"),
        ("class_overrides: {A: 5}", "class_overrides.A: Input should be a valid dictionary"),
        ("literal_enums: 5", "literal_enums: Input should be a valid boolean"),
        ("- a", "config.yaml must be an object with settings as its keys, and is of type list"),
        ("a: [", "neither JSON nor YAML"),
        ("use_path_prefixes_for_title_model_names: false", "must be true: titles never name classes here"),
        ("project_name_override: a", "project_name_override needs a project: give --meta pdm, poetry, setup or uv"),
        ("package_version_override: '1'", "package_version_override needs a project: give --meta"),
        ("package_version_override: a", "package_version_override must be a version such as 1.2.0, and is 'a'"),
        (
            "project_name_override: ../a",
            "project_name_override must be letters, digits, '-', '_' and '.', and is '../a'",
        ),
        ("package_name_override: ../a", "package_name_override must be a Python name, and is '../a'"),
        ("field_prefix: ../a", "field_prefix must be the start of a Python name, and is '../a'"),
        (
            "class_overrides: {Pet: {module_name: ../../a}}",
            "class_overrides.Pet.module_name must be a Python name, and",
        ),
        ("class_overrides: {Pet: {module_name: class}}", "module_name must be a Python name, and is 'class'"),
        ("class_overrides: {Pet: {class_name: 'A b'}}", "class_name must be a Python name, and is 'A b'"),
    ],
)
def test_invalid_settings_are_refused(run, tmp_path, settings, message):
    """An invalid setting is an error of one line with its name and the reason, and nothing is written."""
    code, said = run(settings)
    assert (code, said.count("\n")) == (1, 1)
    assert message in said
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def test_all_settings_of_stock_are_known():
    """All settings of openapi-python-client are known, so a new version with another setting fails this test."""
    assert set(ConfigFile.model_fields) == {
        *("class_overrides", "content_type_overrides", "project_name_override", "package_name_override"),
        *("package_version_override", "use_path_prefixes_for_title_model_names", "post_hooks", "field_prefix"),
        *("docstrings_on_attributes", "generate_all_tags", "http_timeout", "literal_enums"),
    }


def test_a_missing_settings_file_is_an_error(tmp_path, capsys):
    """If the settings file does not exist, the error names the file."""
    code = generate.main(["a.yaml", str(tmp_path / "shop"), "--config", str(tmp_path / "none.yaml")])
    assert (code, capsys.readouterr().err) == (
        1,
        f"error: {tmp_path}/none.yaml cannot be read: No such file or directory\n",
    )
