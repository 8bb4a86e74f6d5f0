"""Supervisords and whole nodes that go and come back, under programs that must run once."""

import time
import unittest

from integration.federation_programs import NICKS, ApplicationsTestCase
from integration.harness import wait_until
from integration.harness.processes import is_alive

STUBBORN = 'environment=STUBBORN="1"\nstopwaitsecs=2'


class SupervisordGone(ApplicationsTestCase):

    def assert_moved(self, federation, victim, deadline=15):
        """All of it runs on the others, and none of what the victim ran lives."""
        rest = [nick for nick in NICKS if nick != victim]
        self.wait_whole(federation, rest, deadline)
        self.assert_never_twice(federation)

    def test_orphans_that_ignore_term(self):
        """Killed after their stopwaitsecs, and only then started elsewhere (architecture 3)."""
        federation = self.three(more=STUBBORN)
        orphans = self.pids_on(federation, 'c')
        self.assertTrue(orphans)
        begin = time.monotonic()
        federation['c'].kill('supervisord')
        # The loss itself is known at once, what ran there is not given away yet.
        wait_until(lambda: federation.instance_states('a')['c'] != 'RUNNING', 2, 'the loss is seen')
        self.assertTrue(any(is_alive(pid) for pid in orphans))
        self.assert_moved(federation, 'c')
        self.assert_gone(orphans)
        self.assertGreater(time.monotonic() - begin, 1.9)

    def test_of_the_master_then_its_return(self):
        """A new Master repairs; the old one returns as a slave, and nothing moves (E-41, B-86)."""
        federation = self.three()
        federation['a'].kill('supervisord')
        self.assertEqual(federation.wait_operation(nicks=['b', 'c']), 'b')
        self.assert_moved(federation, 'a')
        before = self.pids(federation, ['b', 'c'])
        federation['a'].start_supervisord()
        self.assertEqual(federation.wait_operation(), 'b')
        self.assertEqual(self.pids(federation), before)

    def test_two_losses_in_a_row(self):
        """First a slave, then the Master: the last one runs it all (E-41)."""
        federation = self.three()
        federation['c'].kill('supervisord')
        self.assert_moved(federation, 'c')
        federation['a'].kill('supervisord')
        self.assertEqual(federation.wait_operation(nicks=['b'], idle=False), 'b')
        self.wait_whole(federation, ['b'])
        self.assert_never_twice(federation)

    def test_master_and_slave_at_once(self):
        """The whole of c goes with the Master: it cannot even say so, and nothing is given to it."""
        federation = self.three()
        federation['c'].kill_all()
        federation['a'].kill('supervisord')
        self.wait_whole(federation, ['b'])
        self.assertEqual(federation.wait_operation(nicks=['b']), 'b')
        self.assert_never_twice(federation)

    def test_ended_and_started_by_hand(self):
        """A clean stop is told from a crash; back, it is RUNNING and gets what is started next."""
        federation = self.three()
        federation['c'].terminate('supervisord')
        self.assert_moved(federation, 'c')
        federation['c'].start_supervisord()
        self.assertEqual(federation.wait_operation(), 'a')
        api = federation['a'].agent(timeout=20).supvisors
        self.assertTrue(api.restart_application('LESS_LOADED', 'web'))
        held = self.wait_whole(federation, NICKS)
        self.assertIn(['c'], held.values())
        self.assert_never_twice(federation)

    def test_restarted_through_the_api(self):
        """`supervisor.restart()` by the agent: the process goes on with another life (B-194)."""
        federation = self.three()
        pid = federation['c'].pid('supervisord')
        old = self.pids_on(federation, 'c')
        self.assertTrue(federation['c'].agent().supervisor.restart())
        wait_until(lambda: not any(is_alive(one) for one in old), 10, 'the end of what ran on c')
        federation.wait_operation(deadline=20)
        self.wait_whole(federation, NICKS)
        self.assertEqual(federation['c'].pid('supervisord'), pid)
        self.assert_never_twice(federation)


class NodeGone(ApplicationsTestCase):

    def test_of_a_slave_then_of_the_master(self):
        """Nobody announces it: seen by the refused port and by silence (architecture 5)."""
        federation = self.three()
        federation['c'].kill_all()
        self.wait_whole(federation, ['a', 'b'])
        federation['a'].kill_all()
        self.wait_whole(federation, ['b'])
        self.assertEqual(federation.wait_operation(nicks=['b']), 'b')
        for nick in ('a', 'c'):
            federation[nick].start()
        self.assertEqual(federation.wait_operation(), 'b')   # B-86: a Master that is there stays
        self.wait_whole(federation, NICKS)
        self.assert_never_twice(federation)

if __name__ == '__main__':
    unittest.main()
