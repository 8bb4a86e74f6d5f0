"""Runs every test_*.py below tests/integration and tests/interop, each file in its own process.

    run_integration.py [--results FILE.xml] [--deadline SECONDS] [--jobs N] [PATTERN ...]

PATTERN keeps the tests whose `file.Class.method` contains it. Each test has a deadline; a test that
does not obey is ended together with its file. Whatever a file leaves running is ended and reported.
"""

import argparse
import concurrent.futures
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / 'tests' / 'integration', ROOT / 'tests' / 'interop')
sys.path.insert(0, str(ROOT / 'tests'))
sys.dont_write_bytecode = True
from run_one_file import name_of  # noqa: E402

from integration.harness.processes import end_all, marked_pids  # noqa: E402

WORKER = ROOT / 'tests' / 'support' / 'run_one_file.py'
# From the deadline of a test, which it may catch, to the end of its process, which it may not.
GRACE = 30


class File:
    """The run of one file of tests: its worker reports a line of JSON per test."""

    def __init__(self, path, options):
        self.path, self.options = path, options
        self.name = name_of(path)
        self.results = []
        self.running, self.limit = None, options.deadline + GRACE

    def run(self):
        with tempfile.TemporaryDirectory(prefix='supvisors-run-') as scratch:
            marker = Path(scratch).resolve()
            self._run_in(marker)
            left = marked_pids(str(marker))
            if left:
                self._add({'test': f'{self.name}.leaves_nothing_behind', 'seconds': 0,
                           'outcome': 'failure', 'text': f'still running: {left}'})
                end_all(lambda: marked_pids(str(marker)), 5)
        return self.results

    def _run_in(self, scratch):
        command = ['/usr/bin/python3', str(WORKER), str(self.path), str(self.options.deadline),
                   *self.options.patterns]
        # The harness puts its folders below TMPDIR, so they tell whose processes these are.
        environment = {'SUPVISORS_BIN': str(ROOT / 'build' / 'bin'), **os.environ,
                       'TMPDIR': str(scratch)}
        worker = subprocess.Popen(command, cwd=ROOT, env=environment,
                                  stdout=subprocess.PIPE, start_new_session=True)
        os.set_blocking(worker.stdout.fileno(), False)
        pending, silent_since = b'', time.monotonic()
        while True:
            chunk = worker.stdout.read()
            if chunk:
                silent_since = time.monotonic()
                *lines, pending = (pending + chunk).split(b'\n')
                for line in lines:
                    self._take(json.loads(line))
            elif chunk == b'':
                break
            elif time.monotonic() - silent_since > self.limit:
                os.killpg(worker.pid, signal.SIGKILL)
                break
            else:
                time.sleep(0.02)
        status = worker.wait()
        worker.stdout.close()
        if status != 0:
            name = self.running or f'{self.name}.loads'
            self._add({'test': name, 'seconds': time.monotonic() - silent_since,
                       'outcome': 'failure', 'text': f'its process ended with status {status}'})

    def _take(self, report):
        if 'started' in report:
            self.running, self.limit = report['started'], report['deadline'] + GRACE
        else:
            self.running = None
            self._add(report)

    def _add(self, result):
        self.results.append(result)
        print(f'{result["outcome"]:8} {result["seconds"]:6.2f} s  {result["test"]}', flush=True)
        if result['outcome'] == 'failure':
            print(result['text'], flush=True)


def write_results(path, results):
    suite = ElementTree.Element('testsuite', name='integration', tests=str(len(results)))
    for result in results:
        case = ElementTree.SubElement(suite, 'testcase', name=result['test'],
                                      time=f'{result["seconds"]:.3f}')
        if result['outcome'] != 'passed':
            ElementTree.SubElement(case, result['outcome']).text = ''.join(
                character if character.isprintable() or character == '\n' else '?'
                for character in result['text'])
    ElementTree.ElementTree(suite).write(path, encoding='unicode')


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--results', type=Path)
    parser.add_argument('--deadline', type=float, default=120)
    parser.add_argument('--jobs', type=int, default=1)
    parser.add_argument('patterns', nargs='*')
    options = parser.parse_args()
    files = [File(path, options) for folder in FOLDERS for path in sorted(folder.rglob('test_*.py'))]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = [result for found in pool.map(File.run, files) for result in found]
    if options.results:
        write_results(options.results, results)
    failed = [result for result in results if result['outcome'] == 'failure']
    passed = [result for result in results if result['outcome'] == 'passed']
    print(f'integration: {len(passed)} passed, {len(failed)} failed')
    if not results:
        print('integration: no test ran')
    return 0 if passed and not failed else 1


if __name__ == '__main__':
    sys.exit(main())
