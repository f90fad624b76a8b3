"""The README's Python examples run, against the document's own examples as answers."""

import re
from pathlib import Path

import pytest
import responses

from tests.spec_document import EXAMPLES, OPERATIONS, ROOT

BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)

PERSONS = "pipedrive-get-all-persons"


@pytest.fixture
def documented_answers():
    """Every operation answers with its first documented success."""
    persons = {"network_code": "200", "output": {"success": True, "data": [{"name": "Sample contact"}]}}
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.post(f"https://api.integry.io/functions/{PERSONS}/call/", json=persons)
        for name in sorted(OPERATIONS, key=lambda name: -len(OPERATIONS[name].path)):
            operation = OPERATIONS[name]
            found = [example for example in EXAMPLES if example.operation == name and example.place.startswith("20")]
            if found:
                url = re.compile(
                    r"https://[^?]*" + re.sub(r"\{\w+\}", f"(?!{PERSONS}/)[^/]+", operation.path) + r"(\?.*)?$"
                )
                mock.add(operation.method.upper(), url, json=found[0].value, status=int(found[0].place))
        yield mock


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0])
def test_examples_run(block, documented_answers):
    """As a reader would run them."""
    exec(compile(block, "README.md", "exec"), {"__name__": "readme"})  # noqa: S102 (it is what is tested)
    assert all(call.response.status_code < 300 for call in documented_answers.calls)


def test_commands_exist():
    """Every make target that the README names is one."""
    readme = Path(ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {target for line in re.findall(r"^make ([a-z -]+)", readme, re.MULTILINE) for target in line.split()}
    assert targets > {"test", "generate", "check-generated"}
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
