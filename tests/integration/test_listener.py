"""The relay under a real supervisord, with a small agent in Python at the other end of its socket.

Run: SUPVISORS_BIN=<build>/bin /usr/bin/python3 -m unittest tests/integration/test_listener.py
Everything is on loopback and in a temporary folder; nothing is left running.
"""

import os
import queue
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import xmlrpc.client
from pathlib import Path

from integration.harness.processes import command_of

ROOT = Path(__file__).resolve().parents[2]


def program(name):
    """The program under test: in $SUPVISORS_BIN, else in the most recent build/**/bin."""
    folders = [Path(os.environ["SUPVISORS_BIN"])] if "SUPVISORS_BIN" in os.environ else \
        sorted(ROOT.glob("build/**/bin"), key=lambda folder: -folder.stat().st_mtime)
    for folder in folders:
        if (folder / name).exists():
            return str(folder / name)
    raise AssertionError(f"{name} is not built: set SUPVISORS_BIN")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class FakeAgent:
    """Listens on the unix socket and records the frames of wire.h with their time of arrival."""

    def __init__(self, path):
        self.path = str(path)
        self.frames = queue.Queue()  # (monotonic time, type or "EOF", content)
        self.peer = None
        self.is_closing = False
        if os.path.exists(self.path):
            os.unlink(self.path)
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(self.path)
        self.server.listen()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while not self.is_closing:
            try:
                self.peer, _ = self.server.accept()
            except OSError:
                return
            with self.peer:
                self.read_frames(self.peer)
            self.frames.put((time.monotonic(), "EOF", None))

    def read_frames(self, peer):
        data = b""
        while True:
            try:
                more = peer.recv(65536)
            except OSError:
                return
            if not more:
                return
            data += more
            while len(data) >= 4 and len(data) >= 4 + struct.unpack(">I", data[:4])[0]:
                length = struct.unpack(">I", data[:4])[0]
                self.record(data[4:4 + length])
                data = data[4 + length:]

    def record(self, content):
        kind, body = chr(content[0]), content[1:]
        if kind == "H":
            body = dict(zip(("version", "boot", "pid", "ppid", "ticks"),
                            struct.unpack(">BQIIQ", body)))
        elif kind == "E":
            size = struct.unpack(">I", body[:4])[0]
            header = body[4:4 + size].decode()
            words = [word for word in header.split() if ":" in word]  # the identifier has a blank
            body = (dict(word.split(":", 1) for word in words), body[4 + size:])
        elif kind == "D":
            body = struct.unpack(">Q", body)[0]
        elif kind == "B":
            body = body[0]
        self.frames.put((time.monotonic(), kind, body))

    def nudge(self):
        self.peer.sendall(b"\0\0\0\1N")

    def wait(self, kind, accept=lambda body: True, timeout=5):
        """The first frame of the kind that is accepted; earlier ones are forgotten."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                when, got, body = self.frames.get(timeout=max(0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no frame {kind} within {timeout} s") from None
            if got == kind and accept(body):
                return when, body

    def wait_event(self, name, timeout=5, **pairs):
        wanted = [f"{key}:{value}" for key, value in pairs.items()]
        return self.wait("E", lambda body: body[0]["eventname"] == name and all(
            pair in body[1].decode().split() for pair in wanted), timeout)

    def close(self):
        self.is_closing = True
        for end in (self.server, self.peer):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except (OSError, AttributeError):
                pass
        self.server.close()
        self.thread.join(5)


CONFIGURATION = """
[supervisord]
nodaemon=true
identifier=a server
pidfile={folder}/supervisord.pid
logfile={folder}/supervisord.log
loglevel=debug
[inet_http_server]
port=127.0.0.1:{port}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[eventlistener:supvisors]
command={listener} {folder}/listener.sock
events=PROCESS_STATE,PROCESS_GROUP,SUPERVISOR_STATE_CHANGE,TICK_5,REMOTE_COMMUNICATION
buffer_size=65536
startsecs=0
stdout_logfile=NONE
stderr_logfile=NONE
autorestart=true
[program:sleeper]
command=/bin/sleep 1000
autostart=false
startsecs=0
autorestart=false
stdout_logfile=NONE
stderr_logfile=NONE
"""


class ListenerTest(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="relay-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.supervisord = None
        self.agent = None
        self.addCleanup(self.stop_all)

    def start_supervisord(self):
        port = free_port()
        path = self.folder / "supervisord.conf"
        path.write_text(CONFIGURATION.format(
            folder=self.folder, port=port, listener=program("supvisors-listener")))
        self.supervisord = subprocess.Popen(
            ["/usr/bin/python3", "/usr/bin/supervisord", "-c", str(path)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        proxy = xmlrpc.client.ServerProxy(f"http://127.0.0.1:{port}")
        self.addCleanup(proxy("close"))
        self.server = proxy.supervisor
        self.wait_until(lambda: self.server.getState()["statename"] == "RUNNING")

    def start_agent(self):
        self.agent = FakeAgent(self.folder / "listener.sock")

    def start_both(self):
        """Supervisord sends events to a listener that has been up for its startsecs (1 s)."""
        self.start_agent()
        self.start_supervisord()
        _, hello = self.agent.wait("H")
        self.agent.wait_event("PROCESS_STATE_RUNNING", processname="supvisors")
        return hello

    def stop_all(self):
        if self.supervisord and self.supervisord.poll() is None:
            self.supervisord.terminate()
            try:
                self.supervisord.wait(15)
            except subprocess.TimeoutExpired:
                self.supervisord.kill()
                self.supervisord.wait()
        if self.agent:
            self.agent.close()

    def wait_until(self, condition, timeout=5):
        deadline = time.monotonic() + timeout
        while True:
            try:
                if condition():
                    return
            except OSError:
                pass
            if time.monotonic() > deadline:
                self.fail(f"not within {timeout} s")
            time.sleep(0.02)

    def log(self):
        return (self.folder / "supervisord.log").read_text(errors="replace")

    def stop_sleeper(self, wait=False):
        """Once it is its program: a child of supervisord that is not yet would lose the signal."""
        pid = self.server.getProcessInfo("sleeper")["pid"]
        self.wait_until(lambda: "/bin/sleep" in command_of(pid))
        self.server.stopProcess("sleeper", wait)

    def test_hello_and_events(self):
        hello = self.start_both()
        self.assertEqual(hello["version"], 1)
        self.assertEqual(hello["ppid"], self.supervisord.pid)
        stat = Path(f"/proc/{hello['ppid']}/stat").read_text().rpartition(")")[2].split()
        self.assertEqual(hello["ticks"], int(stat[19]))
        self.assertEqual(hello["pid"], self.server.getProcessInfo("supvisors")["pid"])

        self.server.startProcess("sleeper", False)
        _, (starting, _) = self.agent.wait_event("PROCESS_STATE_STARTING", processname="sleeper")
        _, (running, payload) = self.agent.wait_event("PROCESS_STATE_RUNNING", groupname="sleeper")
        self.assertEqual(int(running["poolserial"]), int(starting["poolserial"]) + 1)
        self.assertIn(b"from_state:STARTING pid:", payload)
        self.stop_sleeper()
        self.agent.wait_event("PROCESS_STATE_STOPPED", processname="sleeper")
        self.agent.wait_event("TICK_5", timeout=7)

    def test_text_that_is_not_ascii_keeps_the_framing(self):
        self.start_both()
        texts = ["é", "日本語 €", "a\u0301 " * 500, "😀" * 3000, "", "ß\nlen:3\n\u2028", "é" * 200000]
        for text in texts:
            self.server.sendRemoteCommEvent("tÿpe", text)
            _, (header, payload) = self.agent.wait_event("REMOTE_COMMUNICATION")
            self.assertEqual(payload.decode(), f"type:tÿpe\n{text}")
            self.assertEqual(int(header["len"]), len(f"type:tÿpe\n{text}"))
        self.server.startProcess("sleeper", False)
        self.agent.wait_event("PROCESS_STATE_RUNNING", processname="sleeper")
        self.assertNotIn("UNKNOWN state", self.log())

    def test_an_event_too_large_to_forward_is_dropped_and_counted(self):
        self.start_both()
        self.server.sendRemoteCommEvent("large", "x" * (9 * 1024 * 1024))
        self.server.sendRemoteCommEvent("small", "y")
        _, count = self.agent.wait("D", timeout=20)
        self.assertEqual(count, 1)
        self.agent.wait("E", lambda body: body[1] == b"type:small\ny")

    def test_supervisord_goes_on_without_an_agent(self):
        self.start_supervisord()
        for _ in range(3):
            self.server.startProcess("sleeper", False)
            self.stop_sleeper(wait=True)
        time.sleep(1.2)
        self.assertEqual(self.server.getProcessInfo("supvisors")["statename"], "RUNNING")
        self.start_agent()
        begin = time.monotonic()
        when, _ = self.agent.wait("H")
        self.assertLess(when - begin, 1.2)
        _, count = self.agent.wait("D")
        self.assertGreaterEqual(count, 9)
        self.assertNotIn("UNKNOWN state", self.log())
        self.assertNotIn("overflowed", self.log())

    def test_reconnection_to_an_agent_that_restarts(self):
        first = self.start_both()
        self.agent.close()
        self.server.startProcess("sleeper", False)
        time.sleep(0.3)
        self.start_agent()
        _, second = self.agent.wait("H")
        self.assertEqual(second, first, "the same run of the relay and of supervisord")
        self.agent.wait("D")
        self.stop_sleeper()
        self.agent.wait_event("PROCESS_STATE_STOPPED", processname="sleeper")

    def test_an_agent_that_does_not_read_costs_events_not_time(self):
        self.start_supervisord()
        with socket.socket(socket.AF_UNIX) as deaf:
            deaf.bind(str(self.folder / "listener.sock"))
            deaf.listen()
            peer, _ = deaf.accept()
            text = "z" * 100000
            for _ in range(40):  # 4 MB: more than the socket and the queue hold
                self.server.sendRemoteCommEvent("flood", text)
            begin = time.monotonic()
            self.server.startProcess("sleeper", False)
            self.assertLess(time.monotonic() - begin, 0.5)
            self.wait_until(lambda: len(self.log().split("event was processed")) > 41)
            # In this order: events still come, and with each the relay, alone, would connect to the
            # deaf one again and tell it what was dropped.
            deaf.close()
            peer.close()
        self.start_agent()
        _, count = self.agent.wait("D")
        self.assertGreater(count, 10)

    def test_death_of_supervisord_is_told_at_once(self):
        self.start_both()
        killed = time.monotonic()
        self.supervisord.kill()
        when, reason = self.agent.wait("B")
        self.assertEqual(reason, 2)
        self.assertLess(when - killed, 0.9)  # its loop would take 1 s
        when, _ = self.agent.wait("EOF")
        self.assertLess(when - killed, 0.9)  # its loop would take 1 s
        self.supervisord.wait()

    def test_clean_stop_is_told_from_death(self):
        self.start_both()
        self.supervisord.terminate()
        # Its event SUPERVISOR_STATE_CHANGE_STOPPING may be lost: a tick of the same turn of its loop
        # goes first, and the listener is stopped before it has acknowledged that.
        _, reason = self.agent.wait("B")
        self.assertEqual(reason, 1)
        self.agent.wait("EOF")

    def test_the_listener_alone_is_restarted(self):
        first = self.start_both()
        begin = time.monotonic()
        self.server.stopProcess("supvisors")
        self.assertLess(time.monotonic() - begin, 2)
        _, reason = self.agent.wait("B")
        self.assertEqual(reason, 1)
        self.server.startProcess("supvisors", False)
        _, second = self.agent.wait("H")
        self.assertEqual(second["ppid"], first["ppid"])
        self.assertNotEqual(second["boot"], first["boot"])

    def test_a_nudge_makes_supervisord_turn(self):
        self.start_both()
        delays = []
        for _ in range(5):
            self.server.startProcess("sleeper", False)
            _, (_, payload) = self.agent.wait_event("PROCESS_STATE_RUNNING", processname="sleeper")
            pid = int(payload.decode().rsplit("pid:", 1)[1])
            killed = time.monotonic()
            os.kill(pid, signal.SIGKILL)
            while self.agent.frames.empty() and time.monotonic() < killed + 0.5:
                self.agent.nudge()
                time.sleep(0.002)
            when, _ = self.agent.wait_event("PROCESS_STATE_EXITED", processname="sleeper")
            delays.append(when - killed)
        print("exit to event with nudges (ms):", [round(1000 * delay, 1) for delay in delays],
              file=sys.stderr)
        self.assertLess(sorted(delays)[2], 0.1)
        self.assertNotIn("UNKNOWN state", self.log())

    def test_strange_bytes_from_the_agent_do_no_harm(self):
        self.start_both()
        self.agent.peer.sendall(b"\0\0\0\x01?")  # a type of a later version: ignored
        self.agent.nudge()
        self.server.startProcess("sleeper", False)
        self.agent.wait_event("PROCESS_STATE_RUNNING", processname="sleeper")
        self.agent.peer.sendall(b"\xff\xff\xff\xff what")  # not a frame: it connects again
        self.agent.wait("EOF")
        self.agent.wait("H")
        self.stop_sleeper()
        self.agent.wait_event("PROCESS_STATE_STOPPED", processname="sleeper")


class CommandLineTest(unittest.TestCase):
    def run_listener(self, *arguments, **options):
        return subprocess.run([program("supvisors-listener"), *arguments], capture_output=True,
                              timeout=10, **options)

    def test_usage(self):
        for arguments in ([], ["a", "b"], ["--help"], ["x" * 200]):
            done = self.run_listener(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, b""))
            self.assertTrue(done.stderr)

    def test_protocol_without_an_agent(self):
        header = b"ver:3.0 server:s serial:0 pool:p poolserial:0 eventname:TICK_5 len:"
        done = self.run_listener("/nonexistent/s", input=header + b"2\n\xc3\xa9x" + header + b"0\n")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(done.stdout, b"READY\n" + 2 * b"RESULT 2\nOKREADY\n")

    def test_what_is_not_an_event_ends_the_relay(self):
        done = self.run_listener("/nonexistent/s", input=b"hello\n")
        self.assertEqual((done.returncode, done.stdout), (1, b"READY\n"))
        self.assertIn(b"'hello' does not end with len:<number>", done.stderr)


if __name__ == "__main__":
    unittest.main()
