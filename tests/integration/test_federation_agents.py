"""Agents and relays that go and come back, freeze, or miss events, while supervisords go on."""

import time
import unittest

from integration.federation_programs import NICKS, ApplicationsTestCase
from integration.harness import Agent, FederationTestCase, InstanceOptions, wait_until
from integration.harness.processes import is_alive
from integration.harness.waiting import NotYet


class AgentGone(ApplicationsTestCase):

    def test_replaced_at_once(self):
        """An upgrade: no pid changes, no event says otherwise, RUNNING for all within 3 s."""
        federation = self.three()
        for nick in ('c', 'a'):
            with self.subTest(nick=nick):
                with federation['b'].events('process', 'event') as events:
                    self.wait_heard(federation, 'b', events)
                    before = self.pids(federation)
                    heard = len(events.received)
                    begin = time.monotonic()
                    federation[nick].kill('agent')
                    federation[nick].start_agent()
                    federation.wait_operation(deadline=10)
                    self.assertLess(time.monotonic() - begin, 3)
                    self.wait_whole(federation, NICKS)
                    self.assertEqual(self.pids(federation), before)
                    changes = [(header, payload.get('name') or payload.get('process_name'),
                                payload.get('state', payload.get('statename')))
                               for _, header, payload in events.received[heard:]]
                    self.assertEqual([one for one in changes if one[2] not in (20, 'RUNNING')], [])

    def wait_heard(self, federation, nick, events):
        """Until the subscription works: it shows an event that is caused for that."""
        stock = federation[nick].supervisor().supervisor

        def heard():
            name = next(name for place, name in self.pids(federation) if place == nick)
            stock.stopProcess(name)
            stock.startProcess(name)
            return events.received
        wait_until(heard, 5, 'a subscription that works')
        self.wait_whole(federation, NICKS)

    def test_stopped_in_order_and_started_again(self):
        """TERM: it says farewell; its supervisord and all of it go on."""
        federation = self.three()
        before = self.pids(federation, ['c'])
        federation['c'].restart('agent')
        federation.wait_operation(deadline=15)
        self.wait_whole(federation, NICKS)
        self.assertEqual(self.pids(federation, ['c']), before)
        self.assert_never_twice(federation)

    def test_away_for_long(self):
        """Without its agent an instance is lost though it runs (restart_grace): when it comes back,
        the second copies are conflicts that nobody hides and that a user ends (B-175, B-177).
        """
        federation = self.three()
        before = self.pids_on(federation, 'c')
        federation['c'].kill('agent')
        wait_until(lambda: federation.instance_states('a')['c'] == 'STOPPED', 10, 'c is lost')
        wait_until(lambda: all(self.places(federation, ['a', 'b']).values()), 10,
                   'everything of c elsewhere')
        federation['c'].start_agent()
        self.wait_one_master(federation, 'a')
        self.assertEqual(self.pids_on(federation, 'c'), before)
        self.end_conflicts(federation, 2)

    def test_frozen_slave(self):
        """Silent for 6 s, then back: one Master, and the same conflicts."""
        federation = self.three()
        begin = time.monotonic()
        federation['c'].freeze('agent')
        wait_until(lambda: federation.instance_states('b')['c'] == 'STOPPED', 10, 'c is lost')
        self.wait_until_age(begin, 6)
        federation['c'].thaw('agent')
        self.wait_one_master(federation, 'a')
        self.end_conflicts(federation, 2)

    def wait_one_master(self, federation, nick):
        """All see all RUNNING under this Master, and no job is left."""
        def settled():
            states = federation.supvisors_states()
            return all(state and state['master_identifier'] == federation[nick].identifier and
                       set(state['instance_states'].values()) == {'RUNNING'} and
                       not state['starting_jobs'] and not state['stopping_jobs']
                       for state in states.values()) or NotYet(states)
        wait_until(settled, 15, f'{nick} is the Master of all')

    def end_conflicts(self, federation, count, and_then=lambda: True):
        """As a user would: stop what runs twice, everywhere; then start it once."""
        api = federation['b'].agent(timeout=20).supvisors

        def listed():
            found = [f"{info['application_name']}:{info['process_name']}"
                     for info in api.get_conflicts()]
            return found if len(found) == count else NotYet(found)
        conflicts = wait_until(listed, 5, f'{count} conflicts')
        for namespec in conflicts:
            self.assertEqual(len(self.places(federation, NICKS)[namespec]), 2)
            self.assertTrue(api.stop_process(namespec))
        self.assertEqual(api.get_conflicts(), [])
        federation.wait_operation()
        for namespec in conflicts:
            self.assertTrue(api.start_process('LESS_LOADED', namespec))
        self.assertTrue(and_then())
        self.wait_whole(federation, NICKS)

    def test_late_orders_of_a_frozen_master(self):
        """What it would order after its term is over, nobody carries out (architecture 4)."""
        federation = self.three()
        self.assertTrue(federation['b'].agent(timeout=20).supvisors.stop_application('web'))
        federation['a'].freeze('agent')
        begin = time.monotonic()
        # The kernel takes the request; the agent reads it when it wakes, still believing in itself.
        late = federation['a'].agent(timeout=0.2).supvisors
        with self.assertRaises(OSError):
            late.start_application('LESS_LOADED', 'web', False)
        wait_until(lambda: federation.instance_states('b')['a'] == 'STOPPED', 10, 'a is lost')
        self.assertEqual(federation.wait_operation(nicks=['b', 'c'], deadline=15), 'b')
        self.wait_until_age(begin, 10)
        federation['a'].thaw('agent')
        self.wait_one_master(federation, 'b')
        self.assertIn('no Master any more: this instance was frozen', federation['a'].log())
        late = [name for name, nicks in self.places(federation, NICKS).items()
                if name.startswith('web:') and nicks]
        self.assertEqual(late, [])
        web = federation['b'].agent(timeout=20).supvisors
        self.end_conflicts(federation, 2, lambda: web.start_application('LESS_LOADED', 'web'))

    def wait_until_age(self, begin, seconds):
        wait_until(lambda: time.monotonic() - begin >= seconds, seconds + 1,
                   'the end of the freeze')


class RelayGone(ApplicationsTestCase):

    def test_killed_while_things_happen(self):
        """What happens while there is no relay is read afterwards (architecture 3)."""
        federation = self.three()
        instance = federation['b']
        stock = instance.supervisor().supervisor
        chosen = [name for place, name in self.pids(federation) if place == 'b'][0]
        before = instance.pid('relay')
        instance.kill('relay')
        stock.stopProcess(chosen, False)
        wait_until(lambda: instance.pid('relay') not in (None, before), 10, 'a new relay')

        def seen():
            states = {nick: federation.process_info(chosen, nick)['statename'] for nick in NICKS}
            return set(states.values()) == {'STOPPED'} or NotYet(states)
        wait_until(seen, 10, f'{chosen} seen STOPPED by all')
        stock.startProcess(chosen, False)
        self.wait_whole(federation, NICKS)
        self.assert_never_twice(federation)


class RelayStopped(ApplicationsTestCase):

    def test_stop_all(self):
        """"Stop all" means applications: the listener is started again, and events come as before."""
        federation = self.three()
        instance = federation['c']
        before = instance.pid('relay')
        stopped = {f"{info['group']}:{info['name']}"
                   for info in instance.agent().supervisor.stopAllProcesses()}
        self.assertIn('supvisors:supvisors', stopped)
        wait_until(lambda: instance.pid('relay') not in (None, before), 10, 'a new relay')
        wait_until(lambda: instance.log().count('is connected: everything is read') > 1, 10,
                   'events without polling')
        self.assertIn('the listener supvisors was stopped: it is started again', instance.log())


class AgentAsProgram(ApplicationsTestCase):
    """The agent as a [program:] of the supervisord that it stands beside (architecture 1, 3)."""

    def three(self, options=None, more='', **common):
        return super().three(options, more, agent=Agent.PROGRAM, **common)

    def test_supervisord_killed(self):
        """The agent ends the orphans, then leaves; the next supervisord starts another."""
        federation = self.three()
        orphans = self.pids_on(federation, 'c')
        agent = federation['c'].pid('agent')
        federation['c'].kill('supervisord')
        self.wait_whole(federation, ['a', 'b'])
        self.assert_gone(orphans)
        # One that is dying has no environment any more, by which it is found, and is not yet dead.
        wait_until(lambda: not federation['c'].pids() and not is_alive(agent), 10,
                   'nothing of c is left, nor its agent')
        federation['c'].start()
        self.assertEqual(federation.wait_operation(), 'a')
        self.wait_whole(federation, NICKS)
        self.assert_never_twice(federation)

    def test_supervisord_of_the_master_killed_and_started_at_once(self):
        """The second agent waits for the ports of the first."""
        federation = self.three()
        federation['a'].kill('supervisord')
        federation['a'].start()
        federation.wait_operation(deadline=20)
        self.wait_whole(federation, NICKS)
        self.assert_never_twice(federation)

    def test_agent_killed(self):
        """supervisord starts it again; nothing else changes, and it is shown nowhere."""
        federation = self.three()
        before = self.pids(federation)
        old = federation['b'].pid('agent')
        federation['b'].kill('agent')
        wait_until(lambda: federation['b'].pid('agent') not in (None, old), 5, 'a new agent')
        federation.wait_operation(deadline=10)
        self.wait_whole(federation, NICKS)
        self.assertEqual(self.pids(federation), before)
        names = {info['application_name']
                 for info in federation['b'].agent().supvisors.get_all_process_info()}
        self.assertEqual(names, {'db', 'web'})

    def test_supervisord_restarted(self):
        federation = self.three()
        federation['b'].supervisor().supervisor.restart()
        wait_until(lambda: federation.instance_states('a')['b'] != 'RUNNING', 10, 'b leaves')
        federation.wait_operation(deadline=20)
        self.wait_whole(federation, NICKS)
        self.assert_never_twice(federation)


class EventsLost(FederationTestCase):
    deadline = 60

    def test_repaired(self):
        """With buffer_size=1 supervisord drops events; what is seen becomes its truth again."""
        programs = '''
[program:burst]
command=/bin/sh -c "exit 0"
process_name=burst_%(process_num)02d
numprocs=30
startsecs=0
autostart=false
autorestart=false
[program:stay]
command=/bin/sleep 10000
process_name=stay_%(process_num)02d
numprocs=20
startsecs=0
autostart=false
'''
        overlay = '[eventlistener:supvisors]\nbuffer_size=1\n'
        federation = self.federation(
            ['a', 'b'], common=InstanceOptions(programs=programs, overlay=overlay))
        federation.start()
        federation.wait_operation()
        supervisor = federation['b'].supervisor(timeout=20).supervisor
        supervisor.startProcessGroup('burst', False)
        supervisor.startProcessGroup('stay', False)

        def same():
            truth = {(info['group'], info['name']): info['statename']
                     for info in supervisor.getAllProcessInfo() if info['group'] != 'supvisors'}
            seen = {(info['group'], info['name']): info['statename']
                    for info in federation['b'].agent().supvisors.get_all_local_process_info()}
            return seen == truth and truth['stay', 'stay_00'] == 'RUNNING'
        wait_until(same, 20, 'the view is what supervisord says')
        self.assertIn('event buffer overflowed', federation['b'].log('supervisord.log'))


if __name__ == '__main__':
    unittest.main()
