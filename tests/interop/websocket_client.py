"""A subscriber of the event socket over WebSocket, by RFC 6455 and the standard library alone.

It is strict: whatever the protocol or the description of the events forbids is an assertion.
"""

import base64
import hashlib
import json
import os
import socket
import struct
import time

HEADERS = {'supvisors', 'instance', 'application', 'event', 'process', 'hstats', 'pstats'}
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
MAGIC = b'258EAFA5-E914-47DA-95CA-C5AB0DC85B11'


class Closed(Exception):
    """The server closed; `code` is None when it did not say why."""

    def __init__(self, code):
        super().__init__(f'closed with code {code}')
        self.code = code


class Subscriber:
    """One connection. The handshake must be done within a second, as clients demand."""

    def __init__(self, port, path, receive_buffer=None):
        self._socket = socket.socket()
        if receive_buffer:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._socket.settimeout(1)
        self._socket.connect(('127.0.0.1', port))
        self._pending = b''
        self.received = []   # (header, payload)
        self._shake_hands(port, path)

    def _shake_hands(self, port, path):
        key = base64.b64encode(os.urandom(16))
        self._socket.sendall(
            f'GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n'
            'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n'
            # As Python's clients offer it; a server may refuse.
            'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n'
            f'Sec-WebSocket-Key: {key.decode()}\r\n\r\n'.encode())
        while b'\r\n\r\n' not in self._pending:
            self._pending += self._more()
        head, _, self._pending = self._pending.partition(b'\r\n\r\n')
        status, *lines = head.decode().split('\r\n')
        assert status.startswith('HTTP/1.1 101 '), status
        fields = {name.lower(): value.strip() for name, _, value in
                  (line.partition(':') for line in lines)}
        assert fields['upgrade'].lower() == 'websocket' and \
            fields['connection'].lower() == 'upgrade', fields
        assert 'sec-websocket-extensions' not in fields and \
            'sec-websocket-protocol' not in fields, fields
        want = base64.b64encode(hashlib.sha1(key + MAGIC).digest()).decode()
        assert fields['sec-websocket-accept'] == want, fields

    def _more(self):
        chunk = self._socket.recv(65536)
        if not chunk:
            raise Closed(None)
        return chunk

    def _take(self, count, deadline):
        while len(self._pending) < count:
            self._socket.settimeout(max(0.001, deadline - time.monotonic()))
            self._pending += self._more()
        taken, self._pending = self._pending[:count], self._pending[count:]
        return taken

    def frame(self, timeout=5):
        """(opcode, payload) of one frame; TimeoutError when none begins in time."""
        deadline = time.monotonic() + timeout
        while len(self._pending) < 2:
            self._socket.settimeout(max(0.001, deadline - time.monotonic()))
            self._pending += self._more()
        deadline = time.monotonic() + 5   # what has begun must end
        first, second = self._take(2, deadline)
        assert first & 0x80, 'an event is one frame'
        assert not first & 0x70, 'no extension was agreed upon'
        assert not second & 0x80, 'a server does not mask'
        size = second & 0x7f
        if size >= 126:
            size = struct.unpack('>H' if size == 126 else '>Q',
                                 self._take(2 if size == 126 else 8, deadline))[0]
        return first & 0x0f, self._take(size, deadline)

    def send(self, opcode, payload=b''):
        mask = os.urandom(4)
        size = struct.pack('>BB', 0x80 | opcode, 0x80 | len(payload)) if len(payload) < 126 else \
            struct.pack('>BBH', 0x80 | opcode, 0x80 | 126, len(payload))
        self._socket.sendall(size + mask + bytes(
            byte ^ mask[index % 4] for index, byte in enumerate(payload)))

    def next(self, timeout=5):
        """(header, payload) of the next event; pings are answered on the way."""
        deadline = time.monotonic() + timeout
        while True:
            opcode, payload = self.frame(deadline - time.monotonic())
            if opcode == PING:
                self.send(PONG, payload)
            elif opcode == CLOSE:
                raise Closed(struct.unpack('>H', payload[:2])[0] if payload else None)
            elif opcode != PONG:
                assert opcode == TEXT, f'a text frame was expected, not opcode {opcode}'
                assert len(payload) <= 1024 * 1024, 'clients refuse more than 1 MiB'
                event = json.loads(payload.decode('utf-8'))
                assert isinstance(event, list) and len(event) == 2, event
                header, content = event
                assert header in HEADERS and isinstance(content, dict), event
                self.received.append((header, content))
                return header, content

    def until(self, is_last, timeout=5):
        """All events up to the one that `is_last(header, payload)`, in order."""
        deadline = time.monotonic() + timeout
        events = []
        while not events or not is_last(*events[-1]):
            events.append(self.next(deadline - time.monotonic()))
        return events

    def silent_for(self, seconds):
        """Whether nothing but pings comes for so long."""
        try:
            self.next(seconds)
        except TimeoutError:
            return True
        return False

    def abandon(self):
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()
