"""The base class of integration tests: federations that end with their test and show their logs."""

import sys
import unittest

from .configuration import InstanceOptions
from .federation import Federation, ours_of


class FederationTestCase(unittest.TestCase):
    """Federations made here end with the test; when it failed, the ends of their logs are printed.

    `deadline`, when set in a class, replaces the time that run_integration.py gives each test.
    """

    maxDiff = None

    def federation(self, instances, options=None, rules=None, common=InstanceOptions()):
        made = Federation(instances, options, rules, common)
        self.addCleanup(self._end, made)
        return made

    def _end(self, federation):
        if self._has_failed():
            print(federation.tails(), file=sys.stderr)
        self.assertEqual(ours_of(federation.close()), [], 'these had to be killed at the end')

    def _has_failed(self):
        result = self._outcome.result
        return any(test is self or getattr(test, 'test_case', None) is self
                   for test, _ in result.failures + result.errors)
