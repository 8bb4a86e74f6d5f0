"""The agent's reader of supervisord.conf against supervisord itself.

Each case is a small tree of nasty files. A real supervisord is started on it and asked for its processes and
their configuration; what XML-RPC does not tell (autorestart, program, index) comes from supervisord's own parser.
The reader must understand the same, or refuse what supervisord refuses.

Run: /usr/bin/python3 tests/support/run_integration.py --results FILE test_config_reader
Everything is on loopback and in temporary folders; nothing is left running.
"""

import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

from integration.config_cases import ACCEPTED, DEFAULTS, REFUSED, random_text
from integration.stock_supervisord import ENVIRONMENT, Daemon, live_facts, stock_processes

ROOT = Path(__file__).resolve().parents[2]
MAIN = """
[inet_http_server]
port=127.0.0.1:{port}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisord]
nodaemon=true
logfile=%(here)s/supervisord.log
pidfile=%(here)s/supervisord.pid
"""


def program(name):
    """The program under test: in $SUPVISORS_BIN, else in the most recent build/**/bin."""
    folders = [Path(os.environ['SUPVISORS_BIN'])] if 'SUPVISORS_BIN' in os.environ else \
        sorted(ROOT.glob('build/**/bin'), key=lambda folder: -folder.stat().st_mtime)
    for folder in folders:
        if (folder / name).exists():
            return str(folder / name)
    raise unittest.SkipTest(f'{name} is not built: set SUPVISORS_BIN')


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def write_files(folder, files):
    """Writes the case and returns its main file."""
    port = free_port()
    for name, text in files.items():
        path = Path(folder, name.replace('{host}', os.uname().nodename))
        path.parent.mkdir(parents=True, exist_ok=True)
        if name == 'supervisord.conf':
            text = MAIN.replace('{port}', str(port)) + textwrap.dedent(text)
        path.write_bytes(text.encode())
    return str(Path(folder, 'supervisord.conf')), port


def our_reading(path, environment, folder):
    result = subprocess.run([program('print_config'), path], env=environment, cwd=folder, timeout=60,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if result.returncode not in (0, 1):
        raise AssertionError(f'print_config failed: {result.returncode} {result.stderr.decode()}')
    return json.loads(result.stdout)


def our_processes(reading):
    facts = {}
    for process in reading['processes']:
        key = process.pop('group'), process.pop('name')
        if key in facts:
            raise AssertionError(f'{key} is given twice')
        process.pop('infrastructure')
        facts[key] = process
    return facts


class ConfigReader(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix='sup-config-')
        self.addCleanup(self.folder.cleanup)

    def compare_with_daemon(self, ours, path, port):
        with Daemon(path, port, self.folder.name) as supervisor:
            live = {(info['group'], info['name']) for info in supervisor.getAllProcessInfo()}
            configurations = {}
            for info in supervisor.getAllConfigInfo():
                configurations.setdefault((info['group'], info['name']), []).append(live_facts(info))
        self.assertEqual(sorted(ours), sorted(live))
        for key, facts in ours.items():
            # Of several of the same name, nothing tells there which one is run.
            if len(configurations[key]) == 1:
                expected = configurations[key][0]
                self.assertEqual({name: facts[name] for name in expected}, expected, key)

    def check_accepted(self, files):
        path, port = write_files(self.folder.name, files)
        reading = our_reading(path, ENVIRONMENT, self.folder.name)
        self.assertEqual(reading['errors'], [])
        ours = our_processes(reading)
        expected, identifier = stock_processes(path, ENVIRONMENT)
        self.assertEqual(ours, expected)
        self.assertEqual(reading['identifier'], identifier)
        self.assertEqual(reading['inet']['port'], port)
        self.compare_with_daemon(ours, path, port)

    def test_default_section(self):
        path, _ = write_files(self.folder.name, {'supervisord.conf': DEFAULTS})
        reading = our_reading(path, ENVIRONMENT, self.folder.name)
        self.assertEqual(our_processes(reading), stock_processes(path, ENVIRONMENT)[0])

    def test_refused(self):
        for name, text in REFUSED.items():
            with self.subTest(name):
                path, _ = write_files(self.folder.name, {'supervisord.conf': text})
                with self.assertRaises((ValueError, SystemExit)):
                    stock_processes(path, ENVIRONMENT)
                errors = our_reading(path, ENVIRONMENT, self.folder.name)['errors']
                self.assertTrue(errors, text)
                self.assertTrue(all(error.startswith(path) for error in errors), errors)

    def test_refused_by_the_program_itself(self):
        path, port = write_files(self.folder.name, {'supervisord.conf': REFUSED['unknown expansion']})
        with self.assertRaisesRegex(AssertionError, 'cannot be expanded'):
            with Daemon(path, port, self.folder.name):
                pass
        self.assertRegex(our_reading(path, ENVIRONMENT, self.folder.name)['errors'][0],
                         r'supervisord.conf:\d+: \[program:x\] command: .*%\(nothing\)s')

    def test_every_error_is_reported(self):
        text = '[program:x]\nstartsecs=a\nautostart=b\n[program:y]\ncommand=%(z)s\n[supvisors]\nevent_prt=1\n' \
               'tick_period=0\n'
        path, _ = write_files(self.folder.name, {'supervisord.conf': text})
        errors = '\n'.join(our_reading(path, ENVIRONMENT, self.folder.name)['errors'])
        for part in ('startsecs', 'autostart', 'command', 'event_prt', 'nearest name: event_port', 'tick_period'):
            self.assertIn(part, errors)

    def test_random_files(self):
        """Lines drawn at random: both readers accept them with the same result, or both refuse them."""
        draw = random.Random(int(os.environ.get('SEED', '7')))
        for _ in range(int(os.environ.get('RANDOM_FILES', '60'))):
            text = random_text(draw)
            path, _ = write_files(self.folder.name, {'supervisord.conf': text})
            try:
                expected = stock_processes(path, ENVIRONMENT)[0]
            except (ValueError, SystemExit):
                expected = None
            reading = our_reading(path, ENVIRONMENT, self.folder.name)
            ours = our_processes(reading) if not reading['errors'] else None
            self.assertEqual(ours, expected, f'{text}\n{reading["errors"]}')


def add_cases():
    for name, files in ACCEPTED.items():
        def case(self, files=files):
            self.check_accepted(files)
        setattr(ConfigReader, 'test_' + name.replace(' ', '_'), case)


add_cases()

if __name__ == '__main__':
    sys.exit(unittest.main())
