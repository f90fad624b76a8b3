"""Generate one client from a changed openapi.yaml and one from another document, and build a request with each."""

import importlib
import subprocess
import sys
from pathlib import Path

from requests import Request

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent

NEW_OPERATION = """
  /functions/{function_name}/stats/:
    get:
      operationId: get_function_stats
      tags: [functions]
      summary: Get how often a function was called.
      security: *signed
      parameters:
        - name: function_name
          in: path
          required: true
          schema: {type: string}
      responses:
        '200':
          description: The number of calls.
          content:
            application/json:
              schema:
                type: object
                properties:
                  calls: {type: integer}

"""


def changed_document(folder: Path) -> Path:
    """Write a copy of openapi.yaml with one more operation, and return its path."""
    text = (PROJECT / "openapi.yaml").read_text(encoding="utf-8")
    place = "  /connected-accounts/{connected_account_id}:\n"
    path = folder / "changed.yaml"
    path.write_text(text.replace(place, NEW_OPERATION + place, 1), encoding="utf-8")
    return path


def generate(document: Path, output: Path) -> None:
    """Generate a client, as `python scripts/generate.py --spec DOCUMENT --output FOLDER` does."""
    script = PROJECT / "scripts" / "generate.py"
    command = [sys.executable, str(script), "--spec", str(document), "--output", str(output)]
    # Warnings are still printed, to standard error.
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def show(folder: Path, module: str, *args: object, **kwargs: object) -> None:
    """Print the request that an operation builds. Nothing is sent."""
    request = importlib.import_module(f"{folder.name}.api.{module}").build(*args, **kwargs)
    url = Request("GET", f"https://host.example{request['url']}", params=request.get("params")).prepare().path_url
    print(f"{folder.parent.name}/{folder.name}: {request['method'].upper()} {url}")


def main() -> None:
    """Generate both clients into the folder that the command line names."""
    build = Path(sys.argv[1])
    build.mkdir(exist_ok=True)
    sys.path.insert(0, str(build))
    generate(changed_document(build), build / "changed")
    show(build / "changed", "functions.get_function_stats", "slack-post-message")
    generate(HERE / "petstore.yaml", build / "petstore")
    show(build / "petstore", "pets.list_pets", limit=2)


if __name__ == "__main__":
    main()
