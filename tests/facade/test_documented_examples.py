"""Every Python example of the vendor's API reference runs once `await` is removed."""

import re

import pytest

import integry as package
from tests.spec_document import ROOT

TEXT = (ROOT / "tests" / "samples" / "documented_examples.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
CALLS = [block for block in BLOCKS if "await " in block]


def run(block):
    """Run an example, for which the names `integry` (a client) and `user_id` exist, and return its variables."""
    names = {"integry": package.Integry("k", "s"), "user_id": "123456"}
    exec(re.sub(r"^await ", "result = ", block, flags=re.MULTILINE), names)  # noqa: S102 (the example is under test)
    return names


@pytest.mark.usefixtures("documented_answers")
@pytest.mark.parametrize("block", CALLS, ids=lambda block: block.strip().splitlines()[-1 if "import" in block else 0])
def test_documented_examples_run(block):
    """Each example returns the type of object that the reference describes."""
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


def test_all_documented_examples_are_included():
    """The tested examples are the reference's seven calls and its computation of the hash."""
    assert len(BLOCKS) == 8
    assert len(CALLS) == 7


def test_the_documented_hash_equals_sign():
    """The reference's code computes the same hash as sign()."""
    (block,) = [block for block in BLOCKS if "hmac" in block]
    assert run(block)["hash"] == package.sign("<app_secret>", "<user_id>")
