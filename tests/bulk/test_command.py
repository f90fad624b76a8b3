"""The command `python -m integry.bulk`."""

import io
import json
import os
import signal
import sys
import threading

import pytest

from integry.bulk import run, summary
from integry.bulk.__main__ import main
from integry.sandbox import Result
from tests.bulk.fake import FakeClient, calls

pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals")

PERSON = '{"function": "pipedrive-add-a-person", "arguments": {"name": "Ann"}}'
TEMPLATE = ["--function", "pipedrive-add-a-person", "name={name} {surname}", "marketing_status:=null"]


@pytest.fixture
def folder(tmp_path, monkeypatch, integry_live_sandbox):
    """Return an empty current folder, with the credentials of a sandbox in the environment."""
    monkeypatch.chdir(tmp_path)
    for name, value in {**integry_live_sandbox.environment(), "INTEGRY_USER_ID": "123456"}.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def results(text):
    """Return the objects in JSON Lines."""
    return [json.loads(line) for line in text.splitlines()]


def write_calls(path, *lines):
    """Write lines into a file, and return its name."""
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path.name


def in_terminal(run):
    """Call a function while standard error is a terminal. Return its result, and what it has written."""
    leader, follower = pty.openpty()
    written = bytearray()

    def read():
        try:
            while True:
                written.extend(os.read(leader, 1 << 16))
        except OSError:
            pass  # the other end was closed

    thread = threading.Thread(target=read)
    thread.start()
    previous, sys.stderr = sys.stderr, os.fdopen(follower, "w")
    try:
        result = run()
    finally:
        sys.stderr.close()
        sys.stderr = previous
        thread.join()
        os.close(leader)
    return result, written.decode()


def test_calls_are_made_and_outcomes_written(folder, capsys):
    """Outcomes are written to standard output as JSON Lines, and a table to standard error."""
    name = write_calls(folder / "calls.jsonl", PERSON, "", PERSON)
    assert main([name, "--workers", "1"]) == 0
    out, err = capsys.readouterr()
    assert [(line["number"], line["state"], line["result"]["network_code"]) for line in results(out)] == [
        (0, "done", 200),
        (1, "done", 200),
    ]
    lines = err.splitlines()
    assert lines[0].startswith("2 calls in ")
    assert lines[1:] == ["  done     2   the app accepted it", "  refused  0", "  failed   0", "  unknown  0"]
    assert list(folder.iterdir()) == [folder / "calls.jsonl"]


def test_csv_columns_are_the_variables(folder, capsys, integry_live_sandbox):
    """With --function, each row of a CSV file is a call, and its columns are the variables."""
    (folder / "people.CSV").write_bytes('\ufeffname,surname\r\nZoë,"Le\r\ne"\r\n\r\nBob,Ray\r\n'.encode())
    integry_live_sandbox.connect("pipedrive", user_id="77")
    arguments = ["people.CSV", "--function", "pipedrive-add-a-person", "name={name} {surname}", "--ordered", "--quiet"]
    assert main([*arguments, "--user-id", "77", "--rate", "1000/2", "--no-sync", "--window", "3"]) == 0
    out, err = capsys.readouterr()
    assert [line["result"]["output"]["data"]["name"] for line in results(out)] == ["Zoë Le\r\ne", "Bob Ray"]
    assert err == ""
    assert {call.user_id for call in integry_live_sandbox.calls} == {"77"}


def test_rows_can_be_json_too(folder, capsys):
    """With --function, each JSON object is a row. A tag that is a whole argument keeps the type of its variable."""
    name = write_calls(folder / "rows.jsonl", '{"n": 5}')
    assert main([name, "--function", "pipedrive-get-all-persons", "limit={n}", "--quiet"]) == 0
    assert len(results(capsys.readouterr().out)[0]["result"]["output"]["data"]) == 5


def test_calls_can_come_from_standard_input(folder, capsys, monkeypatch):
    """A dash stands for standard input."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("name\nAnn\n"))
    assert main(["-", "--format", "csv", "--function", "pipedrive-add-a-person", "name={name}"]) == 0
    assert len(results(capsys.readouterr().out)) == 1
    assert list(folder.iterdir()) == []


def test_a_run_is_resumed(folder, capsys):
    """With --resume, the results of the whole run are written again, and the exit status is that of the whole run."""
    name = write_calls(folder / "calls.jsonl", PERSON, '{"function": "pipedrive-add-a-person"}', PERSON)
    command = [name, "--output", "results.jsonl", "--workers", "2"]
    assert main([*command, "--resume"]) == 1
    first = (folder / "results.jsonl").read_text()
    assert summary(folder / "results.jsonl.journal") == {"done": 2, "failed": 1, "unknown": 0}
    capsys.readouterr()
    (folder / "results.jsonl").write_text("torn")
    assert main([*command, "--resume"]) == 1
    again = (folder / "results.jsonl").read_text()
    assert sorted(again.splitlines()) == sorted(first.splitlines())
    assert "  failed   1   did not run: see its error, then --resume --repeat failed" in capsys.readouterr().err
    assert main([*command, "--resume", "--repeat", "failed"]) == 1
    with pytest.raises(SystemExit, match="2"):
        main(command)
    assert "results.jsonl.journal exists: pass --resume to go on with its run" in capsys.readouterr().err


def test_an_empty_input_empties_the_results(folder):
    """The results of an input without calls are an empty file."""
    name = write_calls(folder / "calls.jsonl")
    (folder / "results.jsonl").write_text("old")
    assert main([name, "--output", "results.jsonl", "--journal", "other.journal"]) == 0
    assert (folder / "results.jsonl").read_text() == ""
    assert (folder / "other.journal").exists()


def test_the_exit_status_tells_what_came_of_the_calls(folder, capsys, integry_live_sandbox):
    """The status is 1 if an app refused a call, and 3 if a call may have run."""
    integry_live_sandbox.add_function("pipedrive-add-a-person", lambda _: Result({"error": "full"}, 403))
    name = write_calls(folder / "calls.jsonl", PERSON)
    assert main([name]) == 1
    assert "refused  1   the app returned an error: see its result" in capsys.readouterr().err
    integry_live_sandbox.fail(500)
    assert main([name]) == 3
    assert "unknown  1   may have run: look in the app, then --resume --repeat unknown" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_can_be_resumed(folder, capsys, monkeypatch, number):
    """After Ctrl-C or SIGTERM, the status is 130, and the table says how to go on."""

    def lines():
        yield PERSON
        signal.raise_signal(number)
        yield PERSON

    monkeypatch.setattr(sys, "stdin", lines())
    handler = signal.getsignal(number)
    assert main(["-", "--output", "results.jsonl"]) == 130
    assert signal.getsignal(number) == handler
    assert capsys.readouterr().err.endswith("Interrupted. Add --resume to go on.\n")
    monkeypatch.setattr(sys, "stdin", lines())
    assert main(["-", "--output", "results.jsonl", "--resume", "--quiet"]) == 130
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PERSON}\n{PERSON}\n"))
    assert main(["-", "--output", "results.jsonl", "--resume"]) == 0
    assert len(results((folder / "results.jsonl").read_text())) == 2


def test_an_interrupt_without_a_journal(folder, capsys, monkeypatch):
    """Without a journal, there is nothing to resume. The command also works in a thread, without signals."""

    def lines():
        yield PERSON
        raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", lines())
    status = []
    thread = threading.Thread(target=lambda: status.append(main(["-"])))
    thread.start()
    thread.join()
    assert status == [130]
    assert capsys.readouterr().err.endswith("\nInterrupted.\n")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "options", "message"),
    [
        ("calls.jsonl", b"{\n", [], "calls.jsonl, line 1: this is not valid JSON"),
        ("calls.jsonl", b"\n[1]\n", [], "calls.jsonl, line 2: this is not a JSON object"),
        ("calls.jsonl", b"{}\n", [], "calls.jsonl, line 1: The call has no function."),
        ("calls.jsonl", b'\n\n{"x": "\xff"}\n', [], "calls.jsonl, line 3: this is not UTF-8"),
        ("p.csv", b"", TEMPLATE, "p.csv, line 1: a header line with the names of the columns was expected, each"),
        ("p.csv", b"a,a\n", TEMPLATE, "p.csv, line 1: a header line with the names of the columns was expected, each"),
        ("p.csv", b"a,\n", TEMPLATE, "p.csv, line 1: a header line with the names of the columns was expected, each"),
        ("p.csv", b"name\nAnn\n", TEMPLATE, "p.csv, line 2: the arguments have tags without a column: {surname}"),
        ("p.csv", b"a,b\n1,2,3\n", TEMPLATE, "p.csv, line 2: there are 3 columns, and 2 in the header line"),
        ("p.csv", b'a,b\n1,"2"x\n', TEMPLATE, "p.csv, line 2: ',' expected after '\"'"),
        ("missing.jsonl", None, [], "No such file or directory: 'missing.jsonl'"),
        ("calls.jsonl", PERSON.encode(), ["--output", "no/results.jsonl"], "No such file or directory: 'no/results"),
        ("calls.jsonl", PERSON.encode(), ["--journal", "notes.txt", "--resume"], "notes.txt is not a journal of"),
    ],
)
def test_wrong_files_are_named(folder, capsys, integry_live_sandbox, name, content, options, message):
    """A file that cannot be used gives the status 2, and a message with the line. Nothing is sent."""
    (folder / "notes.txt").write_text("notes\n")
    if content is not None:
        (folder / name).write_bytes(content)
    assert main([name, *options]) == 2
    out, err = capsys.readouterr()
    assert (out, err.startswith("python -m integry.bulk: ")) == ("", True)
    assert message in err
    assert not integry_live_sandbox.calls


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: FILE"),
        (["p.csv"], "a CSV file contains variables: pass --function, and its arguments as name=text"),
        (["calls.jsonl", "name=Ann"], "arguments, --user-id and --connected-account-id need --function"),
        (["calls.jsonl", "--resume"], "--resume needs a journal: pass --output or --journal"),
        (["calls.jsonl", "--repeat", "failed"], "--repeat needs --resume"),
        (["calls.jsonl", "--output", "./calls.jsonl"], "--output is the input file"),
        (["calls.jsonl", "--journal", "./calls.jsonl"], "--journal is the input file"),
        (["calls.jsonl", "--output", "a", "--journal", "./a", "--resume"], "--journal is the output file"),
        (["p.csv", "--function", "f", "name"], "'name' is not an argument: write name=text, or name:=JSON"),
        (["p.csv", "--function", "f", "=x"], "'=x' is not an argument"),
        (["p.csv", "--function", "f", "n:={"], "the value of n is not valid JSON"),
        (["calls.jsonl", "--workers", "0"], "argument --workers: '0' is not a whole number from 1"),
        (["calls.jsonl", "--window", "x"], "argument --window: 'x' is not a whole number from 1"),
        (["calls.jsonl", "--rate", "50/0"], "argument --rate: '50/0' is not a rate: write 50 for 50 calls per"),
        (["calls.jsonl", "--rate", "fast"], "argument --rate: 'fast' is not a rate: write 50 for 50 calls per"),
    ],
)
def test_wrong_options_are_named(folder, capsys, arguments, message):
    """Wrong options give the status 2, and a message."""
    write_calls(folder / "calls.jsonl", PERSON)
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert message in " ".join(capsys.readouterr().err.split())


def test_missing_credentials_are_named(folder, capsys, monkeypatch):
    """Missing credentials give the status 2."""
    monkeypatch.delenv("INTEGRY_APP_SECRET")
    assert main([write_calls(folder / "calls.jsonl", PERSON)]) == 2
    assert "INTEGRY_APP_SECRET" in capsys.readouterr().err


@pytest.mark.parametrize("options", [[], TEMPLATE])
def test_a_missing_user_is_named(folder, capsys, monkeypatch, integry_live_sandbox, options):
    """A call without a user gives the status 2, and nothing is sent. A user in the line or the command is enough."""
    monkeypatch.delenv("INTEGRY_USER_ID")
    name = write_calls(folder / "calls.jsonl", '{"name": "Ann", "surname": "Lee"}' if options else PERSON)
    assert main([name, *options]) == 2
    assert "calls.jsonl, line 1: the call has no user: set INTEGRY_USER_ID, or pass" in capsys.readouterr().err
    assert not integry_live_sandbox.calls
    if options:
        assert main([name, *options, "--user-id", "123456"]) == 0
    else:
        assert main([write_calls(folder / "calls.jsonl", PERSON[:-1] + ', "user_id": "123456"}')]) == 0
    assert len(integry_live_sandbox.calls) == 1


def test_an_output_that_json_cannot_express_is_left_out(folder, integry_live_sandbox):
    """An answer that is nested too deeply is written as a note, and the other outcomes are written too."""
    nested = []
    for _ in range(300):
        nested = [nested]
    integry_live_sandbox.add_function("pipedrive-add-a-person", lambda _: Result(nested))
    name = write_calls(folder / "calls.jsonl", PERSON, PERSON)
    assert main([name, "--output", "results.jsonl"]) == 0
    for line in results((folder / "results.jsonl").read_text()):
        assert line["result"] == {
            "network_code": 200,
            "output": None,
            "note": "This cannot be written as JSON: InvalidRequest",
        }


@pytest.mark.usefixtures("folder")
def test_standard_input_is_read_like_a_file(capsys, monkeypatch, integry_live_sandbox):
    """Standard input is UTF-8 whatever the locale says, a byte order mark is skipped, and line ends are kept."""
    command = ["-", "--format", "csv", "--function", "pipedrive-add-a-person", "name={name}", "--quiet"]

    def send(content):
        # With the encoding and the errors of Python in the C locale.
        stdin = io.TextIOWrapper(io.BytesIO(content), encoding="ascii", errors="surrogateescape")
        monkeypatch.setattr(sys, "stdin", stdin)
        return main(command)

    assert send('\ufeffname\r\n"Zoë\r\nLee"\r\n'.encode()) == 0
    assert [call.arguments for call in integry_live_sandbox.calls] == [{"name": "Zoë\r\nLee"}]
    assert send("name\nZoë\n".encode("latin-1")) == 2
    assert "-, line 2: this is not UTF-8" in capsys.readouterr().err
    assert len(integry_live_sandbox.calls) == 1


def test_a_closed_pipe_is_replaced(folder, monkeypatch):
    """A closed standard output is replaced, so that Python does not fail when it flushes it at the end."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        assert main([write_calls(folder / "calls.jsonl", PERSON), "--quiet"]) == 1
        closed.write("this does not fail")
        closed.flush()


def test_progress_of_a_list(monkeypatch):
    """With progress=True, `run` shows its progress in a terminal, with the number of calls if they have a length."""
    monkeypatch.setitem(sys.modules, "rich.console", None)
    for given_calls, expected in ((calls(3), "3 of 3 calls: 3 done"), (iter(calls(3)), "3 calls: 3 done")):
        outcomes, text = in_terminal(lambda given=given_calls: list(run(FakeClient(), given, progress=True)))
        assert len(outcomes) == 3
        assert expected in text


@pytest.mark.parametrize("has_rich", [False, True])
@pytest.mark.parametrize("name", ["people.csv", "people.jsonl"])
def test_progress_is_shown_in_a_terminal(folder, monkeypatch, has_rich, name):
    """In a terminal, progress is shown: by rich if it is installed, else in a line of text."""
    if has_rich:
        pytest.importorskip("rich", reason="rich is not installed, and so the line of text is used")
    else:
        monkeypatch.setitem(sys.modules, "rich.console", None)
    csv, rows = (
        "name,surname\nAnn,Lee\n\nBob,Ray\n",
        '{"name":"Ann","surname":"Lee"}\n\n{"name":"Bob","surname":"Ray"}\n',
    )
    (folder / name).write_text(csv if name == "people.csv" else rows)
    status, text = in_terminal(lambda: main([name, *TEMPLATE[:3], "--output", "results.jsonl"]))
    assert status == 0
    assert ("2/2" if has_rich else "2 of 2 calls: 2 done, 0 failed, 0 unknown (") in text
    assert "  done     2   the app accepted it" in text


def test_progress_without_a_known_number_of_calls(folder, monkeypatch):
    """The number of calls on standard input is not known."""
    monkeypatch.setitem(sys.modules, "rich.console", None)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PERSON}\n"))
    status, text = in_terminal(lambda: main(["-", "--output", "results.jsonl"]))
    assert status == 0
    assert "\r1 calls: 1 done, 0 failed, 0 unknown (" in text
    assert len(list(folder.iterdir())) == 2


def test_a_pipe_is_read_once(folder, integry_live_sandbox):
    """A named pipe, as of `<(...)` in a shell, is not read to count the calls for the progress."""
    os.mkfifo(folder / "calls")
    thread = threading.Thread(target=(folder / "calls").write_text, args=(f"{PERSON}\n" * 3,))
    thread.start()
    status, text = in_terminal(lambda: main(["calls", "--output", "results.jsonl"]))
    thread.join()
    assert status == 0
    assert "3 calls in" in text
    assert len(integry_live_sandbox.calls) == 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name\nJ\xfcrg\n", "p.csv, line 2: this is not UTF-8"),
        (b"name\n%s\n" % (b"x" * 140_000), "p.csv, line 2: field larger than field limit"),
    ],
)
def test_a_wrong_file_is_named_in_a_terminal_too(folder, content, message):
    """A file that cannot be counted is an error that names the line, as without a terminal."""
    (folder / "p.csv").write_bytes(content)
    status, text = in_terminal(lambda: main(["p.csv", "--function", "f", "name={name}", "--output", "results.jsonl"]))
    assert status == 2
    assert message in text


def test_the_output_can_be_a_device(folder, integry_live_sandbox):
    """An output that is not a regular file, such as /dev/null, is not emptied and has no journal beside it."""
    name = write_calls(folder / "calls.jsonl", PERSON, PERSON)
    assert main([name, "--output", os.devnull]) == 0
    assert not (folder / f"{os.devnull}.journal").exists()
    assert main([name, "--output", os.devnull, "--journal", "run.journal"]) == 0
    assert main([name, "--output", os.devnull, "--journal", "run.journal", "--resume"]) == 0
    assert len(integry_live_sandbox.calls) == 4
    os.mkfifo(folder / "pipe")
    read = []
    thread = threading.Thread(target=lambda: read.append((folder / "pipe").read_text()))
    thread.start()
    assert main([name, "--output", "pipe"]) == 0
    thread.join()
    assert [line["state"] for line in results(read[0])] == ["done", "done"]
