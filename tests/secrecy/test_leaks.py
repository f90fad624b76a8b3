"""The plugin tests.leaks finds secrets wherever a test shows them, and reports only their kind and place."""

import os
import re
import subprocess
import sys

import pytest

from tests.facade.conftest import KEY, SECRET, TOKEN
from tests.leaks import kinds_in
from tests.spec_document import ROOT

#: Tests that show a secret, each in its own way. The last tests show no secret, are allowed to show one, or are exempt
#: without a reason.
LEAKING = """
import logging, pickle, subprocess, sys, warnings
import pytest
from integry import InvalidRequest, errors, sign
from tests.facade.conftest import KEY, SECRET, TOKEN

def failing(_):
    raise InvalidRequest("no")

def test_printed():
    print(KEY)

def test_written_to_stderr():
    sys.stderr.write(f"a {SECRET} b")

def test_captured(capsys):
    print(TOKEN)
    capsys.readouterr()

def test_logged():
    logging.getLogger("urllib3.connectionpool").debug("GET /?hash=%s", sign(SECRET, 1))

def test_logged_with_an_exception():
    try:
        raise ValueError(KEY)
    except ValueError:
        logging.getLogger("any").exception("it failed")

def test_raised():
    with pytest.raises(InvalidRequest):
        raise InvalidRequest(f"bad {KEY}")

def test_made():
    InvalidRequest("no", missing={"a": [TOKEN]})

def test_changed():
    with pytest.raises(errors.AppNotConnected) as caught:
        raise errors.AppNotConnected("no")
    caught.value.connect_url = sign(SECRET, 2)
    held.append(caught.value)

def test_behind():
    with pytest.raises(InvalidRequest):
        raise InvalidRequest("no") from ValueError(SECRET)

held = []

def test_in_a_local_variable():
    with pytest.raises(InvalidRequest):
        failing({"App-Key": KEY})

def test_of_a_process():
    subprocess.run([sys.executable, "-c", f"print({SECRET!r})"], capture_output=True, check=True)

def test_warned():
    warnings.warn(f"careful: {TOKEN}")

def test_written(tmp_path):
    (tmp_path / "cassette.yaml").write_text(f"Hash: {sign(SECRET, 3)}")

def test_fine():
    assert len(sign(SECRET, 4)) == 64
    print(sign("another secret", 4), "planted")

@pytest.mark.shows_secrets("it is what it is for")
def test_exempt():
    print(KEY)

@pytest.mark.shows_secrets()
def test_exempt_without_a_reason():
    print(KEY)
"""
KINDS = {
    "test_printed": "app_key printed",
    "test_written_to_stderr": "app_secret printed",
    "test_captured": "token printed",
    "test_logged": "hash logged",
    "test_logged_with_an_exception": "app_key logged",
    "test_raised": "app_key raised",
    "test_made": "token raised",
    "test_changed": "hash raised",
    "test_behind": "app_secret raised",
    "test_in_a_local_variable": "app_key raised",
    "test_of_a_process": "app_secret printed by a process",
    "test_warned": "token warned",
    "test_written": "hash written",
    "test_exempt_without_a_reason": "app_key printed",
}


@pytest.mark.slow
def test_every_leak_is_reported(tmp_path):
    """A test that shows a secret fails, and the report has the kind of the secret but not the secret.

    Other tests pass.
    """
    (tmp_path / "test_leaking.py").write_text(LEAKING)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.leaks", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "-c", os.devnull, "--disable-warnings", "--rootdir", str(tmp_path), str(tmp_path)],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
    )
    found = dict(re.findall(r"ERROR at teardown of (\w+) _+\nsecrets were shown: (.*?) \(", done.stdout))
    assert found == KINDS, done.stdout
    assert re.search(rf"^{len(KINDS) + 2} passed, .*{len(KINDS)} errors", done.stdout, re.MULTILINE)
    assert not kinds_in(done.stdout)
    assert [kinds_in(secret) for secret in (KEY, SECRET, TOKEN)] == [{"app_key"}, {"app_secret"}, {"token"}]
