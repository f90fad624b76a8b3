"""Forks: a child shares no socket with its parent, does not wait for its locks, and leaves its connections open."""

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
from integry._generated import retry as quota
from integry._http.fast import sockets
from tests.figures import MEASURED

from .load_server import ROOT, running
from .test_load import CALLS, KEY, SECRET, open_descriptors, run_in_threads, send_call, tls_options  # noqa: F401 (provides a fixture)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("_without_logging"),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform has no os.fork()"),
    # Python 3.12 and newer warn of deadlocks after a fork with several threads; these tests show that it is safe.
    pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning"),
]
#: Number of forks while other threads call.
FORKS = 200 if CALLS >= 100_000 else 40
#: Seconds after which a child is considered stuck.
STUCK = 60


def add_process_header(request):
    """Send the id of this process in a header."""
    request.headers["X-Process"] = str(os.getpid())


def client_of(server, **options):
    """Return a client that uses a server."""
    return Integry(
        KEY, SECRET, user_id=1, base_url=server.url, on_request=add_process_header, **{"timeout": 30, **options}
    )


@pytest.fixture
def server():
    """Yield a server without faults."""
    with running() as started:
        yield started


def fork(work):
    """Run a function in a child process, whose exit status is 0 if the function returns a true value."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if work() else 1
        finally:
            os._exit(status)
    return child


def has_succeeded(child):
    """Wait for a child process, and return True if it succeeded. Kill a child that hangs."""
    deadline = monotonic() + STUCK
    while monotonic() < deadline:
        process, status = os.waitpid(child, os.WNOHANG)
        if process:
            return status == 0
        sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def connections_are_unshared(ledger):
    """Return True if no connection was used by two processes."""
    return all(len(processes) == 1 for processes in ledger["processes"])


@pytest.mark.forks
def test_a_child_can_call_while_threads_of_the_parent_call():
    """A child can call and close its client, whatever the parent's threads were doing."""
    with running("--rate", 0.3, "--faults", "503 with Retry-After", "closed after the answer") as server:
        client, stop, wrong = client_of(server, max_retries=30), threading.Event(), []
        client._quota.acquire = lambda cost, spend=client._quota.acquire: spend(cost) or True  # an unlimited quota

        def call(number):
            if number == 16:
                succeeded = [
                    has_succeeded(fork(lambda: send_call(client, 1) and not client.close())) for _ in range(FORKS)
                ]
                wrong.extend(child for child in range(FORKS) if not succeeded[child])
                stop.set()
            while not stop.is_set():
                if not send_call(client, 4 * number + 1):
                    wrong.append(number)

        run_in_threads(call, 17)
        client.close()
        ledger = server.ledger()
    assert wrong == []
    assert connections_are_unshared(ledger)
    assert len({process for (process,) in ledger["processes"]}) == FORKS + 1
    assert ledger["counts"]["open"] == 0
    MEASURED["forks while 16 threads call"] = f"{FORKS}, {ledger['counts']['requests']:,} requests, no child stuck"


FORK_IN_FIRST_CALL = """
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


def test_a_fork_during_the_first_call_does_not_block(server):
    """A child does not wait for a module that a thread of its parent was importing."""
    turns = 10
    for turn in range(turns):
        line = [sys.executable, "-c", FORK_IN_FIRST_CALL, server.url, str(0.08 * turn / turns)]
        done = subprocess.run(line, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, ""), turn
    MEASURED["forks during a first call"] = f"{turns}, no child stuck"


CHILDREN_EXIT = """
import os, sys, threading, time, warnings
warnings.simplefilter("ignore")
from integry import Integry
client = Integry("k" * 9, "s" * 9, user_id=1, base_url=sys.argv[1])
def work():
    while True:
        client.apps.get("x")
sys.setswitchinterval(1e-5)  # threads are often interrupted while they hold a lock
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
def test_a_child_exits_normally(server):
    """A child exits without waiting for locks that its parent's threads held."""
    line = [sys.executable, "-c", CHILDREN_EXIT, server.url]
    done = subprocess.run(line, check=False, cwd=ROOT, capture_output=True, text=True, timeout=90)
    assert (done.stdout, done.stderr) == ("20 {0}\n", "")


def test_a_fork_while_the_quota_is_locked_does_not_block(server):
    """A child does not wait for the lock of the retry quota that another thread of its parent held."""
    client, quota_of_client = client_of(server), quota.RetryQuota()
    quota_of_client.acquire(1)
    held, done = threading.Event(), threading.Event()

    def hold():
        with quota.RetryQuota.lock:
            held.set()
            done.wait(STUCK)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(STUCK)
    child = fork(lambda: quota_of_client.acquire(1) and send_call(client, 1))
    done.set()
    thread.join()
    assert has_succeeded(child)
    # Call the fork handler in this process too, because coverage is not measured in the child.
    quota._renew_lock()
    assert quota_of_client.acquire(1)


@pytest.mark.parametrize("transport", ["plain", "tls"])
def test_a_child_does_not_disturb_its_parents_connections(request, transport):
    """The parent reuses its connection after a child has called or closed the client."""
    arguments, options = request.getfixturevalue("tls_options") if transport == "tls" else ([], {})
    with running(*arguments) as server:
        client = client_of(server, **options)
        assert send_call(client, 1)
        assert has_succeeded(fork(lambda: not client.close()))
        assert send_call(client, 1)
        assert has_succeeded(fork(lambda: send_call(client, 1)))
        assert send_call(client, 1)
        client.close()
        ledger = server.ledger()
    assert ledger["processes"] == [[str(os.getpid())], [ledger["processes"][1][0]]]
    assert ledger["processes"][1] != [str(os.getpid())]


@pytest.mark.fast
@pytest.mark.parametrize("transport", ["plain", "tls"])
def test_a_connection_closed_by_the_parent_is_closed(request, transport):
    """A child that never calls does not keep its parent's connections open."""
    arguments, options = request.getfixturevalue("tls_options") if transport == "tls" else ([], {})
    with running(*arguments) as server:
        client = client_of(server, **options)
        run_in_threads(lambda number: send_call(client, number), 4)
        read_end, write_end = os.pipe()
        child = fork(lambda: os.close(write_end) or os.read(read_end, 1) == b"")
        os.close(read_end)
        client.close()
        ledger = server.ledger()
        os.close(write_end)
        assert has_succeeded(child)
    assert ledger["counts"]["open"] == 0


@pytest.mark.fast
def test_inherited_sockets_are_closed_silently(server):
    """Inherited sockets are closed without sending anything, and closing them or the client again does no harm."""
    client, before = client_of(server), open_descriptors()
    assert send_call(client, 1)
    assert open_descriptors() > before
    for _ in range(2):
        sockets._close_inherited()
        assert open_descriptors() == before
    client.close()
    assert open_descriptors() == before


shared = []


def call_in_child(number):
    """Call a function in a process of a pool."""
    return send_call(shared[0], number), os.getpid()


def test_a_process_pool_works_after_a_call(server):
    """Processes of a pool that was forked after a call open their own connections."""
    client = client_of(server)
    shared[:] = [client]
    assert send_call(client, 1)
    with multiprocessing.get_context("fork").Pool(4) as pool:
        answers = pool.map(call_in_child, range(200), chunksize=5)
        pool.close()
        pool.join()
    assert all(right for right, _ in answers)
    client.close()
    ledger = server.ledger()
    assert connections_are_unshared(ledger)
    assert {process for (process,) in ledger["processes"]} == {str(process) for _, process in answers} | {
        str(os.getpid())
    }


@pytest.fixture(params=[["sync"], ["gthread", "--threads", "4"]], ids=" ".join)
def site(request, server, tmp_path):
    """Yield the URL of a Django site under gunicorn, which forks two workers after the client was used."""
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
        deadline, found = monotonic() + STUCK, None
        while not found and monotonic() < deadline:
            sleep(0.05)
            found = re.search(r"Listening at: (http://\S+)", log.read_text())
        assert found, log.read_text()
        yield found[1]
    finally:
        process.terminate()
        assert process.wait(STUCK) == 0, log.read_text()
        assert "Traceback" not in log.read_text()


def test_gunicorn_workers_use_their_own_connections(request, server, site):
    """Workers of gunicorn answer parallel requests correctly, and each uses its own connections."""
    answers, calls = [], 40

    def ask_site(client):
        for number in range(calls):
            marker = f"{client}-{number}"
            answer = requests.get(f"{site}/{client}/{marker}", timeout=STUCK).json()
            answers.append((answer["marker"] == marker, str(answer["process"])))

    run_in_threads(ask_site, 8)
    assert [right for right, _ in answers] == [True] * 8 * calls
    workers = {process for _, process in answers}
    ledger = server.ledger()
    assert connections_are_unshared(ledger)
    spoke = {process for (process,) in ledger["processes"]}
    assert len(spoke - workers) == 1, "only the parent is not a worker"
    assert workers < spoke
    kind = request.node.callspec.id
    MEASURED[f"requests to Django under gunicorn's {kind} workers"] = f"{len(answers)}, no connection shared"


FORK_WHILE_COMPILING = """
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


def test_a_fork_while_a_model_is_compiled_does_not_block(server):
    """A child does not wait for the lock of a model that a thread of its parent was compiling."""
    line = [sys.executable, "-W", "ignore", "-c", FORK_WHILE_COMPILING, server.url]
    done = subprocess.run(line, check=False, cwd=ROOT, capture_output=True, text=True, timeout=90)
    assert (done.returncode, done.stderr) == (0, "")
