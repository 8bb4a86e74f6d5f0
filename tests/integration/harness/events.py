"""A subscriber of the event socket (ZeroMQ), as any client of it would be."""

import json
import threading
import time

import zmq

from .waiting import wait_until


class EventSubscriber:
    """Collects (time, header, payload) from one instance until closed. Usable in a `with`."""

    def __init__(self, endpoint, headers=()):
        self.received = []
        self._stop = threading.Event()
        self._socket = zmq.Context.instance().socket(zmq.SUB)
        self._socket.setsockopt(zmq.LINGER, 0)
        # A benchmark must see what was published, not what a small queue kept.
        self._socket.setsockopt(zmq.RCVHWM, 0)
        for header in headers or ('',):
            self._socket.setsockopt_string(zmq.SUBSCRIBE, header)
        self._socket.connect(f'tcp://{endpoint}')
        self._thread = threading.Thread(target=self._collect, daemon=True)
        self._thread.start()

    def _collect(self):
        while not self._stop.is_set():
            if self._socket.poll(20):
                header, payload = self._socket.recv_multipart()
                self.received.append((time.monotonic(), header.decode(), json.loads(payload)))
        self._socket.close()

    def payloads(self, header, **fields):
        """The payloads of this header whose fields have these values, in order of arrival."""
        return [payload for _, name, payload in list(self.received)
                if name == header and all(payload.get(key) == value
                                          for key, value in fields.items())]

    def wait(self, header, deadline=5, **fields):
        """The first payload, already received or still to come, that fits."""
        found = wait_until(lambda: self.payloads(header, **fields), deadline,
                           f'an event `{header}` with {fields}')
        return found[0]

    def close(self):
        self._stop.set()
        self._thread.join(5)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
