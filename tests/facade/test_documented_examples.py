"""Every Python example of the vendor's API reference runs, with `await` deleted."""

import re

import pytest

import integry as package
from tests.spec_document import ROOT

TEXT = (ROOT / "tests" / "samples" / "documented_examples.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
CALLS = [block for block in BLOCKS if "await " in block]


def run(block):
    """Run an example; what its call gives. Those that begin with a call stand for themselves in the reference."""
    names = {"integry": package.Integry("k", "s"), "user_id": "123456"}
    exec(re.sub(r"^await ", "result = ", block, flags=re.MULTILINE), names)  # noqa: S102 (it is what is tested)
    return names


@pytest.mark.usefixtures("documented_answers")
@pytest.mark.parametrize("block", CALLS, ids=lambda block: block.strip().splitlines()[-1 if "import" in block else 0])
def test_the_example_runs(block):
    """And gives what the reference says."""
    result = run(block)["result"]
    expected = {
        "apps.list": package.AppPage,
        "apps.get": package.App,
        "functions.list": package.FunctionPage,
        "functions.predict": list,
        "functions.get": package.Function,
        "functions.call": package.FunctionResult,
    }
    name = re.search(r"await integry\.(\w+\.\w+)", block).group(1)
    assert isinstance(result, expected[name])


def test_all_examples_are_there():
    """Seven calls, and how the hash is made."""
    assert len(BLOCKS) == 8
    assert len(CALLS) == 7


def test_the_documented_hash_is_ours():
    """The example computes what `sign` gives."""
    (block,) = [block for block in BLOCKS if "hmac" in block]
    assert run(block)["hash"] == package.sign("<app_secret>", "<user_id>")
