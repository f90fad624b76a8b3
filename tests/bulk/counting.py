"""A server that counts how often it gets each call."""

import asyncio
import json
import threading
from contextlib import contextmanager

ANSWER = b'{"network_code": 200, "output": {}}'
RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(ANSWER), ANSWER)


class CountingServer:
    """A server that answers every call, and counts it by the number in its arguments.

    Attributes:
        counts: The number of requests, by the number in the arguments.
        total: The number of all requests.
        delay: Seconds before an answer.
    """

    def __init__(self, calls, delay=0.0):
        self.counts, self.total, self.delay, self.url = [0] * calls, 0, delay, ""

    async def serve(self, reader, writer):
        """Answer the requests of a connection."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                body = json.loads(await reader.readexactly(length))
                self.counts[body["n"]] += 1
                self.total += 1
                if self.delay:
                    await asyncio.sleep(self.delay)
                writer.write(RESPONSE)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    @contextmanager
    def running(self):
        """Serve in a thread while the block runs."""
        loop = asyncio.new_event_loop()
        server = loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            server.close()
            for task in asyncio.all_tasks(loop):
                task.cancel()
            loop.run_until_complete(asyncio.sleep(0.01))
            loop.close()
