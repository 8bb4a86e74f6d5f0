"""The worker of run_integration.py: runs the tests of one file, reports them as lines of JSON."""

import faulthandler
import importlib.util
import json
import os
import signal
import sys
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tests'))
sys.dont_write_bytecode = True


def name_of(path):
    """How results name a file: `test_x` for one of integration, `interop.test_x` for another."""
    name = path.relative_to(ROOT / 'tests').with_suffix('').as_posix().replace('/', '.')
    return name.removeprefix('integration.')


class DeadlineExceeded(BaseException):
    """Not an Exception, so that no test swallows it."""


def on_alarm(_signal, _frame):
    faulthandler.dump_traceback(file=sys.stderr)   # of all threads
    raise DeadlineExceeded('the test exceeded its deadline')


class Reporter(unittest.TestResult):
    """Reports each test when it starts and when it ends, on the descriptor given."""

    def __init__(self, out, prefix, deadline):
        super().__init__()
        self._out, self._prefix, self._deadline = out, prefix, deadline
        self._began, self._outcome, self._text = 0.0, 'passed', ''

    def _name(self, test):
        return f'{self._prefix}.{test.id().partition(".")[2]}'

    def _send(self, **report):
        os.write(self._out, json.dumps(report).encode() + b'\n')

    def startTest(self, test):
        super().startTest(test)
        self._began, self._outcome, self._text = time.monotonic(), 'passed', ''
        deadline = getattr(test, 'deadline', self._deadline)
        self._send(started=self._name(test), deadline=deadline)
        # Set-up and tear-down count. It strikes once: the tear-down that follows is not disturbed.
        signal.setitimer(signal.ITIMER_REAL, deadline)

    def stopTest(self, test):
        signal.setitimer(signal.ITIMER_REAL, 0)
        super().stopTest(test)
        self._send(test=self._name(test), seconds=time.monotonic() - self._began,
                   outcome=self._outcome, text=self._text)
        self._began, self._text = 0.0, ''

    def _fails(self, test, error):
        self._text += self._exc_info_to_string(error, test)
        if self._began == 0.0:   # setUpClass or setUpModule: no test has started
            self._send(test=f'{self._prefix}.{test.id()}', seconds=0, outcome='failure',
                       text=self._text)
        self._outcome = 'failure'

    def addError(self, test, err):
        super().addError(test, err)
        self._fails(test, err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._fails(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._text += f'{subtest}\n'
            self._fails(test, err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._outcome, self._text = 'skipped', reason

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self._outcome, self._text = 'failure', 'it was expected to fail'


def tests_in(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from tests_in(item)
        else:
            yield item


def main():
    path, deadline, patterns = Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
    # What tests print must not mix with the reports.
    out = os.dup(1)
    os.dup2(2, 1)
    faulthandler.enable()
    signal.signal(signal.SIGALRM, on_alarm)
    prefix = name_of(path)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    suite = unittest.TestSuite()
    for group in unittest.defaultTestLoader.loadTestsFromModule(module):
        kept = [test for test in tests_in([group])
                if not patterns or any(word in f'{prefix}.{test.id().partition(".")[2]}'
                                       for word in patterns)]
        suite.addTest(unittest.TestSuite(kept))
    suite.run(Reporter(out, prefix, deadline))
    return 0


if __name__ == '__main__':
    sys.exit(main())
