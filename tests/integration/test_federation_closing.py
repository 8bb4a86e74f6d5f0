"""Shutdown and restart of the whole federation, and what users stopped under a new Master."""

import re
import time
import unittest

from integration.federation_programs import NICKS, ApplicationsTestCase
from integration.harness import Agent, wait_until
from integration.harness.processes import is_alive
from integration.harness.waiting import NotYet


class Closing(ApplicationsTestCase):

    def assert_restarted(self, federation, asked):
        """Everything was stopped, every supervisord lives again under its pid, everything runs."""
        pids = {nick: federation[nick].pid('supervisord') for nick in NICKS}
        old = list(self.pids(federation).values())
        self.assertTrue(federation[asked].agent().supvisors.restart())
        wait_until(lambda: not any(is_alive(pid) for pid in old), 10, 'the end of all processes')
        federation.wait_operation(deadline=30)
        self.wait_whole(federation, NICKS)
        self.assertEqual({nick: federation[nick].pid('supervisord') for nick in NICKS}, pids)
        self.assert_never_twice(federation)

    def test_restart_asked_of_a_slave(self):
        """Forwarded to the Master; supervisords restart after the ordered stop (B-191, B-192)."""
        federation = self.three()
        self.assert_restarted(federation, 'c')

    def test_restart_with_agents_as_programs(self):
        """The agents end with their supervisords and are started again by them."""
        federation = self.three(agent=Agent.PROGRAM)
        agents = [federation[nick].pid('agent') for nick in NICKS]
        self.assert_restarted(federation, 'a')
        self.assertEqual([pid for pid in agents if is_alive(pid)], [])

    def test_restart_while_the_masters_supervisord_stands_still(self):
        """The others restart once, not again and again because the Master has not yet."""
        federation = self.three()
        federation['a'].freeze('supervisord')
        # What it holds is not stopped in time; the request is answered all the same.
        self.assertTrue(federation['c'].agent(timeout=60).supvisors.restart())

        def lives(nick):
            return federation[nick].log('supervisord.log').count('supervisord started with pid')
        wait_until(lambda: lives('b') == 2 and lives('c') == 2, 60, 'b and c have restarted')
        time.sleep(3)
        self.assertEqual((lives('b'), lives('c')), (2, 2))
        federation['a'].thaw('supervisord')
        wait_until(lambda: lives('a') == 2, 20, 'a has restarted')
        federation.wait_operation(deadline=30)
        self.wait_whole(federation, NICKS)
        self.assertEqual((lives('b'), lives('c')), (2, 2))
        self.assert_never_twice(federation)

    def test_shutdown_with_agents_as_programs(self):
        """Nothing at all is left (E-198)."""
        federation = self.three(agent=Agent.PROGRAM)
        self.assertTrue(federation['b'].agent().supvisors.shutdown())
        wait_until(lambda: not federation.pids() or NotYet(federation.pids()), 20,
                   'the end of everything')
        for nick in NICKS:
            self.assertIn('SHUTTING_DOWN', federation[nick].log())


class Intent(ApplicationsTestCase):
    """What is wanted is replicated: a new Master goes on from it (architecture 4)."""

    def test_what_a_user_stopped_stays_stopped(self):
        """One process, then a whole application (D-25)."""
        federation = self.three()
        api = federation['b'].agent(timeout=20).supvisors
        self.assertTrue(api.stop_process('db:engine'))
        self.assertTrue(api.stop_application('web'))
        federation['a'].kill('supervisord')
        self.assertEqual(federation.wait_operation(nicks=['b', 'c']), 'b')
        federation.wait_process('db:disk', 'RUNNING', seen_by='b')

        def as_wanted():
            held = self.places(federation, ['b', 'c'])
            return [name for name, nicks in held.items() if nicks] == ['db:disk']
        wait_until(as_wanted, 5, 'db:disk alone')
        self.assert_stays(as_wanted, 2, 'db:disk alone')
        federation['a'].start_supervisord()
        federation.wait_operation()
        self.assert_stays(as_wanted, 2, 'db:disk alone')

    def test_a_sequence_cut_by_the_loss_of_the_master(self):
        """The next Master finishes it, and starts nothing that is on its way on the others.

        What the dying supervisord spawned in its last instant, nobody has heard of: of the
        processes that were ordered there, a copy may outlive it.
        """
        federation = self.three()
        api = federation['c'].agent(timeout=20).supvisors
        self.assertTrue(api.stop_application('web'))
        self.assertTrue(api.start_application('LESS_LOADED', 'web', False))
        federation['a'].kill('supervisord')
        self.wait_whole(federation, ['b', 'c'])
        ordered_on_a = set(re.findall(r'start web:(front_\d+)', federation['a'].log()))
        twice = {name.split('.')[1] for name in self.twice(federation)}
        self.assertLessEqual(twice, ordered_on_a)


if __name__ == '__main__':
    unittest.main()
