"""Forks: a child shares no socket with its parent, waits for none of its locks, and leaves its connections alone."""

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
from importlib.util import find_spec
from time import monotonic, sleep

import pytest
import requests

from integry import Integry
from integry._http import retry as quota
from integry._http.fast import sockets
from tests.figures import MEASURED

from .load_server import ROOT, running
from .test_load import CALLS, KEY, SECRET, ask, descriptors, secure, together  # noqa: F401 (a fixture)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("_quiet"),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here"),
    # Python 3.12 and newer warn of forks beside threads, as one may dead-lock: that it does not is shown here.
    pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning"),
]
#: Forks of a process whose threads call.
FORKS = 200 if CALLS >= 100_000 else 40
#: Seconds after which a child is taken to be stuck.
STUCK = 60


def tell(request):
    """Send along which process asks."""
    request.headers["X-Process"] = str(os.getpid())


def made(server, **options):
    """A client of a server."""
    return Integry(KEY, SECRET, user_id=1, base_url=server.url, on_request=tell, **{"timeout": 30, **options})


@pytest.fixture
def server():
    """A server without faults."""
    with running() as started:
        yield started


def fork(work):
    """Do something in a child, which says by its status whether it went well."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if work() else 1
        finally:
            os._exit(status)
    return child


def went_well(child):
    """Wait for a child; one that is stuck is killed."""
    end = monotonic() + STUCK
    while monotonic() < end:
        process, status = os.waitpid(child, os.WNOHANG)
        if process:
            return status == 0
        sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def each_of_one_process(ledger):
    """Whether no two processes spoke on one connection."""
    return all(len(processes) == 1 for processes in ledger["processes"])


@pytest.mark.forks
def test_while_threads_call():
    """Whatever they are at: retries, connecting, reading. The child calls, and closes what it inherited."""
    with running("--rate", 0.3, "--faults", "503 with Retry-After", "closed after the answer") as server:
        client, stop, wrong = made(server, max_retries=30), threading.Event(), []
        client._quota.acquire = lambda cost, spend=client._quota.acquire: spend(cost) or True  # that many retries

        def call(number):
            if number == 16:
                well = [went_well(fork(lambda: ask(client, 1) and not client.close())) for _ in range(FORKS)]
                wrong.extend(child for child in range(FORKS) if not well[child])
                stop.set()
            while not stop.is_set():
                if not ask(client, 4 * number + 1):
                    wrong.append(number)

        together(call, 17)
        client.close()
        ledger = server.ledger()
    assert wrong == []
    assert each_of_one_process(ledger)
    assert len({process for (process,) in ledger["processes"]}) == FORKS + 1
    assert ledger["counts"]["open"] == 0
    MEASURED["forks while 16 threads call"] = f"{FORKS}, {ledger['counts']['requests']:,} requests, no child stuck"


AMID_FIRST = """
import os, sys, threading, time, warnings
warnings.simplefilter("ignore")
from integry import Integry
client = Integry("k" * 9, "s" * 9, user_id=1, base_url=sys.argv[1])
thread = threading.Thread(target=lambda: client.functions.call("f", {"marker": "x"}))
thread.start()
time.sleep(float(sys.argv[2]))
child = os.fork()
assert client.functions.call("f", {"marker": "y"}).network_code == 200
if child == 0:
    os._exit(0)
for _ in range(3000):
    process, status = os.waitpid(child, os.WNOHANG)
    if process:
        break
    time.sleep(0.01)
else:
    os.kill(child, 9)
    sys.exit("the child is stuck")
thread.join()
client.close()
sys.exit(status)
"""


def test_amid_the_first_call(server):
    """Which imports much: the child does not wait for what a thread of its parent was importing."""
    turns = 10
    for turn in range(turns):
        line = [sys.executable, "-c", AMID_FIRST, server.url, str(0.08 * turn / turns)]
        done = subprocess.run(line, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, ""), turn
    MEASURED["forks amid a first call"] = f"{turns}, no child stuck"


AND_EXIT = """
import os, sys, threading, time, warnings
warnings.simplefilter("ignore")
from integry import Integry
client = Integry("k" * 9, "s" * 9, user_id=1, base_url=sys.argv[1])
def work():
    while True:
        client.apps.get("x")
sys.setswitchinterval(1e-5)  # so that a thread is often interrupted while it has a lock
for _ in range(16):
    threading.Thread(target=work, daemon=True).start()
time.sleep(0.3)
children = []
for _ in range(20):
    time.sleep(0.01)
    child = os.fork()
    if child == 0:
        client.apps.get("y")
        sys.exit()
    children.append(child)
end, statuses = time.monotonic() + 50, {}
while len(statuses) < len(children) and time.monotonic() < end:
    time.sleep(0.01)
    for child in children:
        process, status = (0, 0) if child in statuses else os.waitpid(child, os.WNOHANG)
        if process:
            statuses[child] = status
for child in set(children) - set(statuses):
    os.kill(child, 9)
    os.waitpid(child, 0)
print(len(statuses), set(statuses.values()), flush=True)
os._exit(0)
"""


@pytest.mark.fast
def test_a_child_that_ends_as_any_process_does(server):
    """Whatever its parent's threads were at: what closes connections at the end waits for no lock of theirs."""
    line = [sys.executable, "-c", AND_EXIT, server.url]
    done = subprocess.run(line, check=False, cwd=ROOT, capture_output=True, text=True, timeout=90)
    assert (done.stdout, done.stderr) == ("20 {0}\n", "")


def test_while_the_budget_is_locked(server):
    """By a thread that the child does not have."""
    client, budget = made(server), quota.RetryQuota()
    budget.acquire(1)
    held, done = threading.Event(), threading.Event()

    def hold():
        with quota.RetryQuota.lock:
            held.set()
            done.wait(STUCK)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(STUCK)
    child = fork(lambda: budget.acquire(1) and ask(client, 1))
    done.set()
    thread.join()
    assert went_well(child)
    # What a child does first: no coverage is measured there.
    quota._renew_lock()
    assert budget.acquire(1)


@pytest.mark.parametrize("transport", ["plain", "tls"])
def test_a_child_leaves_the_connections_of_its_parent_alone(request, transport):
    """Also where it closes the client: the parent goes on with the connection that it has."""
    arguments, options = request.getfixturevalue("secure") if transport == "tls" else ([], {})
    with running(*arguments) as server:
        client = made(server, **options)
        assert ask(client, 1)
        assert went_well(fork(lambda: not client.close()))
        assert ask(client, 1)
        assert went_well(fork(lambda: ask(client, 1)))
        assert ask(client, 1)
        client.close()
        ledger = server.ledger()
    assert ledger["processes"] == [[str(os.getpid())], [ledger["processes"][1][0]]]
    assert ledger["processes"][1] != [str(os.getpid())]


@pytest.mark.fast
@pytest.mark.parametrize("transport", ["plain", "tls"])
def test_a_connection_that_the_parent_closes_is_closed(request, transport):
    """A child that lives on, and never calls, does not keep it open."""
    arguments, options = request.getfixturevalue("secure") if transport == "tls" else ([], {})
    with running(*arguments) as server:
        client = made(server, **options)
        together(lambda number: ask(client, number), 4)
        begun, end = os.pipe()
        child = fork(lambda: os.close(end) or os.read(begun, 1) == b"")
        os.close(begun)
        client.close()
        ledger = server.ledger()
        os.close(end)
        assert went_well(child)
    assert ledger["counts"]["open"] == 0


@pytest.mark.fast
def test_what_a_child_does_with_inherited_sockets(server):
    """They are closed without a word to the server; doing so again, or closing the client, does no harm."""
    client, before = made(server), descriptors()
    assert ask(client, 1)
    assert descriptors() > before
    for _ in range(2):
        sockets._close_inherited()
        assert descriptors() == before
    client.close()
    assert descriptors() == before


shared = []


def call_in_child(number):
    """A call of a process of a pool."""
    return ask(shared[0], number), os.getpid()


def test_multiprocessing(server):
    """A pool of processes, forked from one that has called."""
    client = made(server)
    shared[:] = [client]
    assert ask(client, 1)
    with multiprocessing.get_context("fork").Pool(4) as pool:
        answers = pool.map(call_in_child, range(200), chunksize=5)
        pool.close()
        pool.join()
    assert all(right for right, _ in answers)
    client.close()
    ledger = server.ledger()
    assert each_of_one_process(ledger)
    assert {process for (process,) in ledger["processes"]} == {str(process) for _, process in answers} | {
        str(os.getpid())
    }


@pytest.fixture(params=[["sync"], ["gthread", "--threads", "4"]], ids=" ".join)
def site(request, server, tmp_path):
    """The URL of a Django site, under gunicorn with two workers that it forks once the client was used."""
    if not find_spec("gunicorn"):
        pytest.skip("gunicorn is not installed")
    client = {
        "INTEGRY_APP_KEY": KEY,
        "INTEGRY_APP_SECRET": SECRET,
        "INTEGRY_BASE_URL": server.url,
        "INTEGRY_USER_ID": "1",
    }
    line = [sys.executable, "-m", "gunicorn", "--preload", "--workers", "2", "--bind", "127.0.0.1:0", "--worker-class"]
    line += [*request.param, "tests.robustness.forked_site:application"]
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(line, cwd=ROOT, env={**os.environ, **client}, stdout=output, stderr=output)
    try:
        end, found = monotonic() + STUCK, None
        while not found and monotonic() < end:
            sleep(0.05)
            found = re.search(r"Listening at: (http://\S+)", log.read_text())
        assert found, log.read_text()
        yield found[1]
    finally:
        process.terminate()
        assert process.wait(STUCK) == 0, log.read_text()
        assert "Traceback" not in log.read_text()


def test_gunicorn(request, server, site):
    """Eight clients in parallel, two workers: all answers are right, and each process has connections of its own."""
    answers, calls = [], 40

    def ask_site(client):
        for number in range(calls):
            marker = f"{client}-{number}"
            answer = requests.get(f"{site}/{client}/{marker}", timeout=STUCK).json()
            answers.append((answer["marker"] == marker, str(answer["process"])))

    together(ask_site, 8)
    assert [right for right, _ in answers] == [True] * 8 * calls
    workers = {process for _, process in answers}
    ledger = server.ledger()
    assert each_of_one_process(ledger)
    spoke = {process for (process,) in ledger["processes"]}
    assert len(spoke - workers) == 1, "the one that forked them"
    assert workers < spoke
    kind = request.node.callspec.id
    MEASURED[f"requests to Django under gunicorn's {kind} workers"] = f"{len(answers)}, no connection shared"


AMID_COMPILING = """
import os, signal, sys, threading, time
import integry
from integry._generated import _compile
integry.preload()
client = integry.Integry("k" * 9, "s" * 9, user_id=1, base_url=sys.argv[1])
compile_, started = _compile._compile, threading.Event()
def slowly(cls):
    started.set()
    time.sleep(0.5)
    return compile_(cls)
_compile._compile = slowly
thread = threading.Thread(target=lambda: client.apps.get("1"))
thread.start()
started.wait()
child = os.fork()
if child == 0:
    signal.alarm(30)
    client.apps.get("2")
    os._exit(0)
thread.join()
client.close()
sys.exit(os.waitpid(child, 0)[1])
"""


def test_amid_the_compilation_of_a_model(server):
    """A child does not wait for the model that a thread of its parent was compiling."""
    line = [sys.executable, "-W", "ignore", "-c", AMID_COMPILING, server.url]
    done = subprocess.run(line, check=False, cwd=ROOT, capture_output=True, text=True, timeout=90)
    assert (done.returncode, done.stderr) == (0, "")
