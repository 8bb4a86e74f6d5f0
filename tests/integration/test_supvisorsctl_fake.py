"""supvisorsctl against a server that answers as the reference of the XML-RPC API says.

Run: SUPVISORS_BIN=<build>/bin /usr/bin/python3 -m unittest tests/integration/test_supvisorsctl_fake.py
The server is a fake in this process, over TCP or a unix socket, with or without a password.
"""

import base64
import os
import pty
import select
import shutil
import signal
import socket
import socketserver
import subprocess
import tempfile
import threading
import time
import unittest
import xmlrpc.client
from pathlib import Path
from xmlrpc.server import SimpleXMLRPCDispatcher, SimpleXMLRPCRequestHandler

ROOT = Path(__file__).resolve().parents[2]


def program(name):
    """The program under test: in $SUPVISORS_BIN, else in the most recent build/**/bin."""
    folders = [Path(os.environ["SUPVISORS_BIN"])] if "SUPVISORS_BIN" in os.environ else \
        sorted(ROOT.glob("build/**/bin"), key=lambda folder: -folder.stat().st_mtime)
    for folder in folders:
        if (folder / name).exists():
            return str(folder / name)
    raise AssertionError(f"{name} is not built: set SUPVISORS_BIN")


INSTANCE = "127.0.0.1:60000"
FIRST = {"identifier": INSTANCE, "nick_identifier": "server_1", "now_monotonic": 5123.25,
         "fsm_statecode": 4, "fsm_statename": "OPERATION", "degraded_mode": False,
         "discovery_mode": False, "master_identifier": INSTANCE, "instance_states": {}}


def fault(code, text):
    raise xmlrpc.client.Fault(code, text)


class Answers:
    """The methods of both namespaces, and the calls that were received."""

    def __init__(self):
        self.calls = []
        self.log = {}
        self.statuses = {"p": 20, "q": 0}

    def _dispatch(self, method, parameters):
        self.calls.append((method, parameters))
        namespace, _, name = method.partition(".")
        function = getattr(self, f"{namespace}_{name}", None)
        if function is None:
            fault(1, "UNKNOWN_METHOD")
        return function(*parameters)

    # supvisors.*
    def supvisors_get_api_version(self):
        return "0.19"

    def supvisors_get_supvisors_state(self):
        return {**FIRST, "starting_jobs": [], "stopping_jobs": ["127.0.0.1:60001"]}

    def supvisors_get_all_instances_state_modes(self):
        second = {**FIRST, "identifier": "127.0.0.1:60001", "nick_identifier": "sérver_2",
                  "fsm_statename": "OFF", "master_identifier": ""}
        return [{**item, "starting_jobs": False, "stopping_jobs": True} for item in (FIRST, second)]

    def supvisors_get_master_identifier(self):
        return {"identifier": INSTANCE, "nick_identifier": "server_1"}

    def supvisors_get_strategies(self):
        return {"auto-fencing": True, "starting": "CONFIG", "conciliation": "USER",
                "supvisors_failure": "CONTINUE"}

    def supvisors_get_statistics_status(self):
        return {"host_stats": True, "process_stats": False, "collecting_period": 7.5}

    def supvisors_update_collecting_period(self, period):
        return isinstance(period, float)

    def supvisors_get_all_applications_info(self):
        return [{"application_name": name, "managed": managed, "now_monotonic": 1.5, "statecode": 2,
                 "statename": "RUNNING", "major_failure": False, "minor_failure": True}
                for name, managed in (("db", True), ("job", False))]

    def supvisors_start_application(self, strategy, name, wait=True):
        time.sleep(0.3)
        return isinstance(strategy, int) and wait

    def supvisors_get_all_process_info(self):
        return [{"application_name": "db", "process_name": f"n{rank:04}", "now_monotonic": 1.0,
                 "statecode": 20, "statename": "RUNNING", "expected_exit": True,
                 "last_event_mtime": 0.0, "identifiers": [INSTANCE], "extra_args": "x" * 40}
                for rank in range(3000)]

    def supvisors_stop_process(self, name, wait=True):
        fault(70, f"NOT_RUNNING: {name} already stopped")

    def supvisors_start_process(self, strategy, name, arguments="", wait=True):
        return (strategy, name, arguments) == (3, "db:n0000", "-x  'é'")

    def supvisors_restart(self):
        raise ValueError("a bug of the server")

    # supervisor.*
    def supervisor_getVersion(self):
        return "3.0"

    def supervisor_getSupervisorVersion(self):
        return "4.2.5"

    def supervisor_getPID(self):
        return 4321

    def supervisor_getAllProcessInfo(self):
        return [{"group": name, "name": name, "state": state,
                 "statename": "RUNNING" if state else "STOPPED", "pid": state,
                 "description": f"description of {name}"} for name, state in self.statuses.items()]

    def supervisor_getProcessInfo(self, name):
        if name not in self.statuses:
            fault(10, f"BAD_NAME: {name}")
        return self.supervisor_getAllProcessInfo()[list(self.statuses).index(name)]

    def supervisor_startProcess(self, name, wait=True):
        if name not in self.statuses:
            fault(10, f"BAD_NAME: {name}")
        self.statuses[name] = 20
        return True

    def supervisor_stopProcess(self, name, wait=True):
        self.statuses[name] = 0
        return True

    def supervisor_readProcessStdoutLog(self, name, offset, length):
        return f"{name} {offset} {length} é\n<&>"

    def supervisor_shutdown(self):
        return True


class Handler(SimpleXMLRPCRequestHandler):
    rpc_paths = ("/RPC2",)

    def do_POST(self):
        if self.is_allowed():
            super().do_POST()

    def do_GET(self):  # the endless tail, here with an end
        if self.is_allowed():
            self.server.answers.calls.append(("GET", self.path))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"line 1\n")
            self.wfile.flush()
            self.wfile.write(b"line 2\n")

    def is_allowed(self):
        expected = self.server.credentials
        given = self.headers.get("Authorization", "")
        if expected and given != "Basic " + base64.b64encode(expected.encode()).decode():
            self.send_error(401)
            return False
        return True

    def address_string(self):
        return "client"

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer, SimpleXMLRPCDispatcher):
    allow_reuse_address = True
    daemon_threads = True
    _send_traceback_header = False
    logRequests = False

    def __init__(self, address=("127.0.0.1", 0), credentials=None):
        self.address_family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.disable_nagle = not isinstance(address, str)
        self.credentials = credentials
        self.answers = Answers()
        SimpleXMLRPCDispatcher.__init__(self)
        super().__init__(address, Handler)
        self.register_instance(self.answers)
        self.thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def close(self):
        self.shutdown()
        self.server_close()
        self.thread.join()


# TCP_NODELAY does not exist on a unix socket.
Handler.disable_nagle_algorithm = False


class SupvisorsctlTest(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="ctl-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def serve(self, **options):
        server = Server(**options)
        self.addCleanup(server.close)
        return server

    def url(self, server):
        return "http://127.0.0.1:%d" % server.server_address[1]

    def run_ctl(self, *arguments, text=""):
        environment = {**os.environ, "http_proxy": "http://127.0.0.1:1", "TZ": "UTC"}
        done = subprocess.run([program("supvisorsctl"), *arguments], input=text, text=True,
                              capture_output=True, timeout=30, cwd=self.folder, env=environment)
        return done.stdout, done.returncode, done.stderr

    def check(self, server, line, output, status=0):
        self.assertEqual(self.run_ctl("-s", self.url(server), *line.split()),
                         (output, status, ""))

    def test_status_commands(self):
        server = self.serve()
        self.check(server, "sversion", "0.19\n")
        self.check(server, "sstate",
                   "Nickname  Supvisors identifier  State           Degraded  Discovery  "
                   "Master           Starting  Stopping             \n"
                   "server_1  127.0.0.1:60000       OPERATION       False     False      "
                   "127.0.0.1:60000  []        ['127.0.0.1:60001']  \n")
        self.check(server, "sstate sérver_2",
                   "Nickname  Supvisors identifier  State           Degraded  Discovery  "
                   "Master           Starting  Stopping  \n"
                   "sérver_2  127.0.0.1:60001       OFF             False     False      "
                   "                 False     True      \n")
        self.check(server, "master", f"Nick identifier: server_1\nIdentifier:      {INSTANCE}\n")
        self.check(server, "strategies", "Auto-fencing: True\nFailure:      CONTINUE\n"
                   "Conciliation: USER\nStarting:     CONFIG\n")
        self.check(server, "stats_status",
                   "Collecting Host statistics:    True\nCollecting Process statistics: False\n"
                   "Collecting statistics period:  7.5\n")
        self.check(server, "application_info db",
                   "Application  State     Major  Minor  \n"
                   "db           RUNNING   False  True   \n")
        self.check(server, "stats_period 5", "Statistics period updated: True\n")

    def test_large_answers(self):
        server = self.serve()
        output, status, _ = self.run_ctl("-s", self.url(server), "sstatus")
        self.assertEqual((status, output.count("\n")), (0, 3001))
        self.assertGreater(len(xmlrpc.client.dumps((server.answers.supvisors_get_all_process_info(),),
                                                   methodresponse=True)), 1024 * 1024)

    def test_control_commands(self):
        server = self.serve()
        self.check(server, "start_application LOCAL db job none",
                   "job: IGNORED (unmanaged. use start job:*)\n"
                   "none: ERROR (no such application)\ndb started: True\n", 2)
        self.assertIn(("supvisors.start_application", (3, "db")), server.answers.calls)
        self.check(server, "stop_process b a",
                   "a: ERROR (NOT_RUNNING: a already stopped)\n"
                   "b: ERROR (NOT_RUNNING: b already stopped)\n", 1)
        output = self.run_ctl("-s", self.url(server),
                              "start_process_args", "LOCAL", "db:n0000", "-x ", "'é'")
        self.assertEqual(output, ("db:n0000 started: True\n", 0, ""))
        self.check(server, "sreload",
                   "ERROR (<class 'ValueError'>:a bug of the server)\n", 1)

    def test_stock_commands(self):
        server = self.serve()
        self.check(server, "version", "4.2.5\n")
        self.check(server, "pid", "4321\n")
        self.check(server, "pid q", "0\n", 7)
        self.check(server, "pid x", "No such process x\n", 1)
        self.check(server, "status", "p                                RUNNING   description of p\n"
                   "q                                STOPPED   description of q\n", 3)
        self.check(server, "restart p x", "p: stopped\nx: stopped\np: started\n"
                   "x: started\n")
        self.check(server, "start y", "y: ERROR (no such process)\n", 1)
        self.check(server, "tail -100 p", "p -100 0 é\n<&>\n")
        self.check(server, "tail -f p stderr", "==> Press Ctrl-C to exit <==\nline 1\nline 2\n")
        self.assertIn(("GET", "/logtail/p/stderr"), server.answers.calls)
        self.check(server, "shutdown", "Shut down\n")
        self.check(server, "reload", "error: <Fault 1: 'UNKNOWN_METHOD'>\n", 1)

    def test_connection_errors(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            closed = "http://127.0.0.1:%d" % probe.getsockname()[1]
        self.assertEqual(self.run_ctl("-s", closed, "sstate"),
                         (f"ERROR: {closed} refused connection\n", 4, ""))
        missing = f"unix://{self.folder}/none.sock"
        self.assertEqual(self.run_ctl("-s", missing, "sstate"),
                         (f"ERROR: {missing} no such file\n", 7, ""))
        self.assertEqual(self.run_ctl("-s", missing, "status")[1], 4)
        output, status, _ = self.run_ctl("-s", "http://host.invalid:1", "sstate")
        self.assertTrue(output.startswith("error: http://host.invalid:1: "), output)
        self.assertEqual(status, 1)

    def test_a_server_that_talks_nonsense(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            def answer():
                for text in (b"what?\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<a/>",
                             b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", b""):
                    peer, _ = listener.accept()
                    with peer:
                        peer.recv(65536)
                        peer.sendall(text)
            thread = threading.Thread(target=answer)
            thread.start()
            url = "http://127.0.0.1:%d" % listener.getsockname()[1]
            outputs = [self.run_ctl("-s", url, "sstate") for _ in range(4)]
            thread.join()
        for output, status, _ in outputs:
            self.assertTrue(output.startswith(f"error: {url}: "), output)
            self.assertEqual(status, 1)
        self.assertIn("not XML-RPC", outputs[1][0])
        self.assertIn("HTTP status 500", outputs[2][0])

    def test_unix_socket_and_credentials(self):
        path = str(self.folder / "server.sock")
        self.serve(address=path, credentials="user:päss")
        url = f"unix://{path}"
        self.assertEqual(self.run_ctl("-s", url, "sversion"),
                         ("Server requires authentication\n", 1, ""))
        self.assertEqual(self.run_ctl("-s", url, "-u", "user", "sversion")[1], 1)
        self.assertEqual(self.run_ctl("-s", url, "-u", "user", "-p", "päss", "sversion"),
                         ("0.19\n", 0, ""))

    def test_other_versions(self):
        server = self.serve()
        server.answers.supvisors_get_api_version = lambda: "0.14"
        output, status, _ = self.run_ctl("-s", self.url(server), "sstate")
        self.assertEqual(status, 5)
        self.assertTrue(output.startswith("ERROR: ") and "0.19" in output and "0.14" in output)
        server.answers.supvisors_get_api_version = lambda: fault(1, "UNKNOWN_METHOD")
        output, status, _ = self.run_ctl("-s", self.url(server), "sstate")
        self.assertEqual(status, 3)
        self.assertIn("[rpcinterface:supvisors]", output)

    def test_configuration_leads_to_the_agent(self):
        server = self.serve(credentials="user:secret")
        port = server.server_address[1]
        path = self.folder / "supervisord.conf"
        head = "[supervisord]\nidentifier=x\n"
        inet = f"[inet_http_server]\nport=127.0.0.1:{port - 4}\nusername=user\npassword=secret\n"
        far = "[inet_http_server]\nport=127.0.0.1:9\nusername=user\npassword=secret\n"
        for text in (
                head + inet + "[supvisors]\n",
                head + inet,
                head + far + f"[supvisors]\napi_port={port}\n[supervisorctl]\nserverurl=http://x:1\n",
                # What the agent would refuse does not hinder its client.
                head + far + f"[supvisors]\napi_port={port}\nno_such_option=1\n",
                f"[supervisorctl]\nserverurl=http://127.0.0.1:{port}\nusername=user\n"
                "password=secret\n"):
            path.write_text(text)
            with self.subTest(text=text):
                self.assertEqual(self.run_ctl("-c", str(path), "sversion"), ("0.19\n", 0, ""))
                self.assertEqual(self.run_ctl("sversion"), ("0.19\n", 0, ""), "the search path")
        self.assertEqual(self.run_ctl("-c", str(path), "-p", "bad", "sversion")[1], 1)
        self.assertEqual(self.run_ctl("-c", str(path), "-s", "http://127.0.0.1:9", "sversion")[1], 4)

    def test_section_in_an_included_file(self):
        server = self.serve()
        port = server.server_address[1]
        (self.folder / "d").mkdir()
        (self.folder / "d" / "x.conf").write_text(f"[supvisors]\napi_port={port}\n")
        (self.folder / "main.conf").write_text(
            "[supervisord]\n[inet_http_server]\nport=127.0.0.1:9\n[include]\nfiles=d/*.conf\n")
        self.assertEqual(self.run_ctl("-c", "main.conf", "sversion"), ("0.19\n", 0, ""))

    def test_options_that_are_wrong(self):
        (self.folder / "empty.conf").write_text("[supervisord]\n")
        for arguments, reason in (
                (["-x"], "option -x not recognized"),
                (["-s", "host", "sstate"], "invalid value for -s 'host': value 'host' is not a URL"),
                (["-c", "none.conf"], "could not find config file none.conf"),
                (["-c", "empty.conf"], ".ini file does not include supervisorctl section")):
            output, status, errors = self.run_ctl(*arguments)
            self.assertEqual((output, status), ("", 2))
            self.assertEqual(errors, f"Error: {reason}\n"
                             f"For help, use {program('supvisorsctl')} -h\n")
        output, status, errors = self.run_ctl("--help")
        self.assertTrue(output.startswith("Usage: "))
        self.assertEqual((status, errors), (0, ""))

    def test_shell(self):
        server = self.serve()
        history = self.folder / "history"
        output, status, _ = self.run_ctl(
            "-s", self.url(server), "-r", str(history),
            text="sversion\n\nwhat\nshutdown\nn\nopen http://127.0.0.1:9\nquit\n")
        self.assertEqual(status, 0)
        self.assertEqual(output, (
            "p                                RUNNING   description of p\n"
            "q                                STOPPED   description of q\n"
            "supervisor> 0.19\n"
            "supervisor> supervisor> *** Unknown syntax: what\n"
            "supervisor> Really shut the remote supervisord process down y/N? "
            "supervisor> http://127.0.0.1:9 refused connection\n"
            "supervisor> \n"))
        self.assertIn("sversion\n", history.read_text())
        output, status, _ = self.run_ctl("-s", self.url(server), text="help\nhelp sstate\n")
        self.assertIn("supvisors commands (type help <topic>):\n====", output)
        self.assertEqual(output.count("sstate all\t"), 1)

    def test_shell_asks_for_credentials(self):
        server = self.serve(credentials="user:secret")
        output, _, _ = self.run_ctl("-s", self.url(server), text="user\nsecret\nsversion\n")
        self.assertTrue(output.startswith(
            "Server requires authentication\nUsername:Password:\np        "), output)
        self.assertTrue(output.endswith("supervisor> 0.19\nsupervisor> \n"), output)

    def test_interrupt_leaves_the_shell(self):
        server = self.serve()
        main, side = pty.openpty()
        with subprocess.Popen([program("supvisorsctl"), "-s", self.url(server)], stdin=side,
                              stdout=side, stderr=side, cwd=self.folder) as shell:
            os.close(side)
            text = b""
            while b"supervisor> " not in text and select.select([main], [], [], 10)[0]:
                text += os.read(main, 4096)
            shell.send_signal(signal.SIGINT)
            self.assertEqual(shell.wait(5), 0)
        os.close(main)


if __name__ == "__main__":
    unittest.main()
