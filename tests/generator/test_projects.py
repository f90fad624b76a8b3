"""`--meta` generates a project: a package and the files of a build tool. Files of the user are kept."""

import ast
import json
import subprocess
import sys
import venv

import pytest
import responses
import tomllib

from integry.generator import __main__ as generate
from integry.generator._config import configuration
from integry.generator._project import METAS, example, package_name, project_name, project_version, quoted

from .reading import read_text

DOCUMENT = """
openapi: 3.1.0
info: {title: 'Pet "Shop" <b>', version: v2.1-beta}
servers: [{url: https://pets.example.com}]
paths:
  /pets: {post: {tags: [pets], operationId: add_pet, responses: {"204": {description: done}}}}
  /pets/{name}:
    get:
      operationId: get_pet
      tags: [pets]
      parameters:
        - {name: name, in: path, required: true, schema: {type: string}}
        - {name: age, in: query, required: true, schema: {type: integer}}
      responses: {"200": {content: {application/json: {schema: {properties: {name: {type: string}}}}}}}
"""
BACKENDS = {"pdm": "pdm.backend", "poetry": "poetry.core.masonry.api", "uv": "hatchling.build"}
#: The build programs by kind of project: the module or command that must be installed, and the arguments.
BUILDERS = {"setup": ("build", ["python", "-m", "build", "--wheel"]), "uv": ("uv", ["uv", "build", "--wheel"])}


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Return a function that generates a project of the document, and returns exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.yaml").write_text(DOCUMENT)

    def command(meta, *options, **settings):
        (tmp_path / "config.json").write_text(json.dumps(settings))
        code = generate.main(["shop.yaml", "my-project", "--meta", meta, "--config", "config.json", *options])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.mark.parametrize(
    "meta", ["uv", "setup", *(pytest.param(meta, marks=pytest.mark.slow) for meta in ("pdm", "poetry"))]
)
def test_a_project_has_the_files_of_its_tool(run, tmp_path, meta):
    """Each kind of project has the files of its build tool, a README, a .gitignore and a package with type hints."""
    assert run(meta)[0] == 0
    folder = tmp_path / "my-project"
    assert {path.name for path in folder.iterdir()} == {"pet_shop_b_client", *METAS[meta]}
    assert (folder / "pet_shop_b_client" / "py.typed").exists()
    line = "Do not edit: made from shop.yaml by `python -m integry.generator --spec shop.yaml --output my-project"
    for name in METAS[meta]:
        assert (folder / name).read_text().partition("\n")[0].lstrip("<!-# ").startswith(line)
    if meta == "setup":
        assert 'version="2.1"' in (folder / "setup.py").read_text()
        return
    found = tomllib.loads((folder / "pyproject.toml").read_text())
    assert found["build-system"]["build-backend"] == BACKENDS[meta]
    assert (found["project"]["name"], found["project"]["version"]) == ("pet-shop-b-client", "2.1")
    assert found["project"]["description"] == 'A client library for accessing Pet "Shop" <b>'


def test_the_example_of_the_readme_runs(run, tmp_path, monkeypatch):
    """The example in the README runs. It calls an operation that only reads, with all required arguments."""
    assert run("uv")[0] == 0
    text = (tmp_path / "my-project" / "README.md").read_text()
    assert r'accessing Pet "Shop" \<b\>. It needs' in text
    monkeypatch.syspath_prepend(str(tmp_path / "my-project"))
    with responses.RequestsMock() as mock:
        mock.get("https://pets.example.com/pets/%E2%80%A6?age=1", json={"name": "Rex"})
        exec(text.partition("```python\n")[2].partition("```")[0], {})  # noqa: S102 (this text is tested)


def test_the_example_has_credentials_if_the_document_requires_them(run, tmp_path):
    """The example in the README has credentials also if only the document, and not the operation, has `security`."""
    secured = "security: [{key: []}]\ncomponents: {securitySchemes: {key: {type: apiKey, in: query, name: key}}}\n"
    (tmp_path / "shop.yaml").write_text(DOCUMENT + secured)
    assert run("uv")[0] == 0
    assert 'with AuthenticatedClient(token="…") as client:' in (tmp_path / "my-project" / "README.md").read_text()


def test_an_existing_project_is_updated(run, tmp_path):
    """An update replaces the package. Files beside it without the first line of generated files are kept."""
    folder = tmp_path / "my-project"
    assert run("uv")[0] == 0
    (folder / "README.md").write_text("Mine.")
    (folder / "tests").mkdir()
    (folder / "pet_shop_b_client" / "old.py").write_text("# Do not edit: old")
    (folder / ".gitignore").unlink()
    code, said, _ = run("uv", package_version_override="3.0")
    kept, written, _ = said.splitlines()
    assert (code, written) == (0, "my-project is written")
    assert kept == "my-project/README.md was kept, because it does not have the first line of generated files"
    assert (folder / "README.md").read_text() == "Mine."
    assert (folder / "tests").is_dir()
    assert (folder / ".gitignore").exists()
    assert not (folder / "pet_shop_b_client" / "old.py").exists()
    assert 'version = "3.0"' in (folder / "pyproject.toml").read_text()


@pytest.mark.slow
def test_a_package_with_other_files_is_not_replaced(run, tmp_path):
    """Nothing is written if the package of a project has files that were not generated."""
    assert run("pdm")[0] == 0
    (tmp_path / "my-project" / "pet_shop_b_client" / "mine.py").write_text("")
    (tmp_path / "my-project" / "pyproject.toml").unlink()
    code, _, said = run("pdm")
    assert (code, "has files that were not generated, so nothing was written: mine.py" in said) == (1, True)
    assert not (tmp_path / "my-project" / "pyproject.toml").exists()


def test_a_file_as_output_is_refused(run, tmp_path):
    """A file as the output of a project is an error, and is not changed."""
    (tmp_path / "my-project").write_text("mine")
    code, _, said = run("uv")
    assert (code, said) == (1, f"error: {tmp_path}/my-project is not a folder\n")


@pytest.mark.parametrize("options", [[], ["--check"], ["--meta=uv"], ["--meta=uv", "--check"]])
def test_the_root_of_a_file_system_is_refused(tmp_path, capsys, options):
    """The root of a file system as output is an error, and nothing is written to it."""
    (tmp_path / "shop.yaml").write_text(DOCUMENT)
    assert generate.main([f"{tmp_path}/shop.yaml", tmp_path.anchor, *options]) == 1
    assert capsys.readouterr().err == f"error: {tmp_path.anchor} is the root of a file system: give another folder\n"


@pytest.mark.slow
def test_check_compares_a_project(run, tmp_path):
    """`--check` lists missing and changed files of a project, but no files of the user."""
    folder = tmp_path / "my-project"
    code, _, said = run("uv", "--check")
    assert (code, "missing: my-project/.gitignore; missing: my-project/README.md; " in said) == (1, True)
    assert run("uv")[0] == 0
    assert run("uv", "--check")[0] == 0
    (folder / "README.md").write_text("Mine.")
    assert run("uv", "--check")[0] == 0
    (folder / ".gitignore").unlink()
    (folder / "pyproject.toml").write_text("# Do not edit: old")
    (folder / "pet_shop_b_client" / "client.py").unlink()
    code, _, said = run("uv", "--check")
    assert "(3 files differ): missing: my-project/.gitignore; changed: my-project/pyproject.toml; missing: " in said
    assert said.endswith("missing: pet_shop_b_client/client.py\n")


@pytest.mark.slow
def test_names_of_a_project_can_be_set(run, tmp_path):
    """Settings set the names of project and package, and the version. OUTPUT is then optional."""
    settings = {"project_name_override": "P.q", "package_name_override": "shop", "package_version_override": "4.0rc1"}
    assert run("uv", **settings)[0] == 0
    found = tomllib.loads((tmp_path / "my-project" / "pyproject.toml").read_text())["project"]
    assert (found["name"], found["version"]) == ("P.q", "4.0rc1")
    assert (tmp_path / "my-project" / "shop" / "client.py").exists()
    assert generate.main(["shop.yaml", "--meta=uv", "--config=config.json"]) == 0
    assert (tmp_path / "P.q" / "shop" / "client.py").exists()


@pytest.mark.parametrize(
    ("title", "name", "package"),
    [
        ("Pet Shop", "pet-shop-client", "pet_shop_client"),
        ("3 Pets!", "3-pets-client", "api_3_pets_client"),
        ("../../étc", "tc-client", "tc_client"),
        ("宠物", "client", "client"),
        ("", "client", "client"),
    ],
)
def test_names_of_a_project_are_valid(title, name, package):
    """The names of project and package are valid for pip and Python, whatever the title is."""
    config = configuration("a", None)
    assert (project_name(title, config), package_name(title, config)) == (name, package)


@pytest.mark.parametrize(
    ("given", "version"), [("1.0.0", "1.0.0"), ("v3", "3"), ("2024-01-01", "2024"), ("new", "0.1.0"), ("", "0.1.0")]
)
def test_the_version_of_a_project_is_valid(given, version):
    """The version of a project is the part of the document's version that pip accepts."""
    assert project_version(given, configuration("a", None)) == version


@pytest.mark.parametrize("title", ['a"""\n]\n[tool.evil]', "\\", "a\x00\x7f\u2028b", "🐕"])
def test_titles_are_escaped(title):
    """The document's title is escaped, so that it cannot end the string or the line that contains it."""
    assert tomllib.loads(f"a = {quoted(title)}")["a"] == ast.literal_eval(quoted(title))


ARGUMENTS = """
paths:
  /a: {{post: {{operationId: later, responses: {{}}}}}}
  /b/{{b}}:
    {method}:
      operationId: b
      security: [{{key: []}}]
      parameters:
        - {{name: b, in: path, required: true, schema: {{type: boolean}}}}
        - {{name: kind, in: query, required: true, schema: {{enum: [x]}}}}
        - {{name: day, in: query, required: true, schema: {{type: object}}}}
        - {{name: n, in: query, schema: {{type: number}}}}
      {body}
      responses: {{"200": {{content: {{application/json: {{}}}}}}}}
"""


def test_the_example_has_the_required_arguments():
    """The README's example has path parameters, keyword arguments, and `...` for values of unknown types."""
    client, _ = read_text(ARGUMENTS.format(method="get", body=""))
    found = example(client.data, client.types, bool)
    assert (found.module, found.needs_token) == ("default import b", True)
    assert found.arguments == ["True", 'kind="…"', "day=..."]
    body = "requestBody: {required: true, content: {application/json: {schema: {type: object}}}}"
    client, _ = read_text(ARGUMENTS.format(method="get", body=body).replace("/a: {post", "/a: {delete"))
    assert example(client.data, client.types, bool).arguments[-1] == "body=..."


@pytest.mark.slow
def test_a_document_without_operations_has_no_example(tmp_path, monkeypatch):
    """The README of a client without operations has no example."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.yaml").write_text("openapi: 3.1.0\ninfo: {title: T, version: '1'}")
    client, _ = read_text("paths: {}")
    assert example(client.data, client.types, bool) is None
    assert generate.main(["shop.yaml", "empty", "--meta", "setup"]) == 0
    assert "First call" not in (tmp_path / "empty" / "README.md").read_text()


@pytest.mark.contract
@pytest.mark.parametrize("meta", BUILDERS)
def test_a_project_can_be_built_and_installed(run, tmp_path, meta):
    """The build tool of the project builds a wheel, which works in a new virtual environment."""
    assert run(meta)[0] == 0
    tool, (program, *arguments) = BUILDERS[meta]
    build = environment(tmp_path / "tool", tool)
    command = [str(build / program), *arguments]
    done = subprocess.run(command, check=False, cwd=tmp_path / "my-project", capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (tmp_path / "my-project" / "dist").glob("*.whl")
    use = environment(tmp_path / "use", str(wheel))
    code = "from pet_shop_b_client import Client, operations; print([*operations.OPERATIONS], operations.__file__)"
    done = subprocess.run([str(use / "python"), "-I", "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.startswith("['add_pet', 'get_pet'] ")
    assert str(tmp_path / "use") in done.stdout
    assert [*(tmp_path / "use").rglob("pet_shop_b_client/py.typed")]


def environment(folder, package):
    """Create a virtual environment, install a package, and return the folder with the environment's commands."""
    venv.create(folder, with_pip=True)
    scripts = folder / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run([str(scripts / "python"), "-m", "pip", "install", "--quiet", package], check=True)
    return scripts
