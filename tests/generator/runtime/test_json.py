"""JSON from outside is read without a risk for the process, also on Python 3.8."""

import json
import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from integry.generator.runtime._json import _depth, checked_loads, loads

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda part: st.lists(part) | st.dictionaries(st.text(), part),
)

#: Reads deeply nested JSON while the garbage is collected, near the limit of recursion.
PROGRAM = """
import gc
from integry.generator.runtime._json import loads

class Deep:
    def __del__(self):
        def call(times):
            try:
                return times and call(times - 1)
            except RecursionError:
                pass
        call(40)

refused = 0
for threshold in range(900, 1010):
    gc.collect()
    gc.disable()
    garbage = Deep()
    garbage.itself = garbage
    del garbage
    gc.set_threshold(threshold)
    gc.enable()
    try:
        loads("[" * 100_000)
    except RecursionError:
        refused += 1
print(refused)
"""


def test_a_text_does_not_end_the_process():
    """Each text is refused, whatever the garbage collector does meanwhile. Python 3.8 alone ends the process."""
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("110\n", "")


@given(VALUES, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]), st.booleans())
@example(["[" * 1000, "{" * 1000, '"\\' * 400], "utf-8", 1)
@example([{}] * 1000, "utf-8", 0)
@example([[[[]] * 200]] * 2, "utf-16", 0)
def test_values_are_read_as_by_json(value, encoding, ascii_only):
    """The values are those of `json.loads`, however many brackets the strings and the lists have."""
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert checked_loads(text) == json.loads(text)
    content = text.encode(encoding, "surrogatepass")
    assert checked_loads(content) == checked_loads(bytearray(content)) == json.loads(content)


def test_options_are_those_of_json():
    """The options of `json.loads` are passed on."""
    assert checked_loads("[1, 1.5]", parse_int=str, parse_float=repr) == ["1", "'1.5'"]


@pytest.mark.parametrize("read", [checked_loads, loads])
@pytest.mark.parametrize("text", ["[" * 100_000, b'{"a":' * 100_000, "[" * 100_000 + "]" * 100_000])
def test_deep_texts_are_refused(read, text):
    """Texts that are nested too deeply raise RecursionError, as by `json.loads`."""
    with pytest.raises(RecursionError):
        read(text)


@pytest.mark.parametrize("text", ["", "[", '{"a": [}', '"[[[', b"\xff", '["' + "[" * 1000, "]" * 1000 + "[" * 200])
def test_other_texts_are_refused(text):
    """Texts that are not JSON raise ValueError."""
    with pytest.raises(ValueError, match=r"^(Expecting|Unterminated|'utf-8' codec)"):
        checked_loads(text)


@pytest.mark.parametrize(
    ("text", "depth"),
    [("1", 0), ("[]", 1), ('{"a": [[], {}]}', 3), (r'["[[\"[\\", []]', 2), ('["a\\', 1), ('["[', 1), ("[" * 200, 200)],
)
def test_the_depth(text, depth):
    """Brackets inside strings do not count."""
    assert _depth(text) == depth
