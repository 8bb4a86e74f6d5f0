"""What happens to applications when a supervisord, an agent or a relay fails: real supervisords."""

import time
import unittest

from integration.harness import FederationTestCase, InstanceOptions, wait_until
from integration.harness.processes import is_alive

RULES = '''<root>
  <application name="db">
    <start_sequence>1</start_sequence>
    <programs>
      <program name="disk">
        <start_sequence>1</start_sequence><required>true</required>
        <running_failure_strategy>RESTART_PROCESS</running_failure_strategy>
      </program>
      <program name="engine">
        <start_sequence>2</start_sequence><required>true</required>
        <running_failure_strategy>RESTART_PROCESS</running_failure_strategy>
      </program>
    </programs>
  </application>
  <application name="web">
    <start_sequence>2</start_sequence><starting_strategy>LESS_LOADED</starting_strategy>
    <programs>
      <program pattern="front_">
        <start_sequence>1</start_sequence><expected_loading>10</expected_loading>
        <running_failure_strategy>RESTART_PROCESS</running_failure_strategy>
      </program>
    </programs>
  </application>
</root>'''

PROGRAMS = '''
[program:disk]
command=/bin/sleep 10000
autostart=false
[program:engine]
command=/bin/sleep 10001
autostart=false
[group:db]
programs=disk,engine
[program:front]
command=/bin/sleep 1000%(process_num)d
process_name=front_%(process_num)02d
numprocs=6
autostart=false
autorestart=true
[group:web]
programs=front
'''

PROCESSES = ['db:disk', 'db:engine'] + [f'web:front_{i:02d}' for i in range(6)]


class FederationOfThree(FederationTestCase):
    deadline = 60

    def three(self, options=None, **common):
        made = self.federation(['a', 'b', 'c'], options, RULES,
                               InstanceOptions(programs=PROGRAMS, **common))
        made.start()
        self.master = made.wait_operation()
        return made

    def wait_whole(self, federation, nicks, deadline=15):
        """Every process RUNNING, once, on living instances, as their supervisords say."""
        def whole():
            for namespec in PROCESSES:
                places = [nick for nick in nicks if federation[nick].holds(namespec)]
                if len(places) != 1:
                    return False
            infos = federation[nicks[0]].agent().supvisors.get_all_process_info()
            return all(info['statename'] == 'RUNNING' for info in infos)
        wait_until(whole, deadline, f'every process once on {nicks}')

    def pids_of(self, federation):
        return {(instance.nick, namespec): instance.pid_of(namespec)
                for instance in federation for namespec in PROCESSES if instance.holds(namespec)}


class ColdStart(FederationOfThree):
    def test_sequence_order(self):
        """Ranks follow each other over instances (B-128, B-129)."""
        federation = self.three()
        self.assertEqual(self.master, 'a')  # B-83: the smallest nick
        self.wait_whole(federation, ['a', 'b', 'c'])
        starts = {}
        for instance in federation:
            for info in instance.agent().supvisors.get_all_local_process_info():
                if info['state'] == 20:
                    starts[f"{info['group']}:{info['name']}"] = info['start_monotonic']
        self.assertGreaterEqual(starts['db:engine'] - starts['db:disk'], 1.0)
        for index in range(6):
            self.assertGreaterEqual(starts[f'web:front_{index:02d}'] - starts['db:engine'], 1.0)
        spread = {tuple(federation.where_is(f'web:front_{index:02d}')) for index in range(6)}
        self.assertEqual(spread, {('a',), ('b',), ('c',)})

    def test_requests_on_any_instance(self):
        """Who is not Master forwards (architecture 4); faults as in the API reference."""
        federation = self.three()
        slave = federation['c'].agent(timeout=30).supvisors
        self.assertTrue(slave.stop_application('web'))
        self.assertEqual(federation.application('web')['statename'], 'STOPPED')
        with self.assertRaisesRegex(Exception, 'NOT_RUNNING: failed to stop web'):
            slave.stop_application('web')
        self.assertTrue(slave.start_process('LOCAL', 'web:front_00'))
        self.assertEqual(federation.where_is('web:front_00'), ['c'])  # B-126
        with self.assertRaisesRegex(Exception, 'ALREADY_STARTED: web'):
            slave.start_application('CONFIG', 'web')
        self.assertTrue(slave.stop_process('web:front_00'))
        self.assertTrue(slave.start_application('LESS_LOADED', 'web'))
        self.assertTrue(slave.restart_application('CONFIG', 'web'))
        self.assertEqual({federation.where_is(f'web:front_0{i}')[0] for i in range(6)}, {'a'})
        with self.assertRaisesRegex(Exception, 'BAD_NAME: application=none unknown'):
            slave.start_application('CONFIG', 'none')


class SupervisordLost(FederationOfThree):
    def test_of_a_slave(self):
        """Its processes run elsewhere, never twice; no time-out is spent (architecture 3)."""
        federation = self.three()
        orphans = [pid for (nick, _), pid in self.pids_of(federation).items() if nick == 'c']
        self.assertTrue(orphans)
        federation['c'].kill('supervisord')
        self.wait_whole(federation, ['a', 'b'])
        self.assertEqual([pid for pid in orphans if is_alive(pid)], [])
        self.assertEqual(federation.instance_states('a')['c'], 'STOPPED')

    def test_of_the_master_then_its_return(self):
        """A new Master finishes what is wanted (E-41); the old one comes back as a slave (B-86)."""
        federation = self.three()
        federation['a'].kill('supervisord')
        self.assertEqual(federation.wait_operation(nicks=['b', 'c']), 'b')
        self.wait_whole(federation, ['b', 'c'])
        before = self.pids_of(federation)
        federation['a'].start_supervisord()
        self.assertEqual(federation.wait_operation(), 'b')
        self.assertEqual(self.pids_of(federation), before)

    def test_restarted_by_its_own_api(self):
        """`reload` keeps the pid of supervisord: what ran there is lost all the same, then repaired."""
        federation = self.three()
        federation['c'].supervisor().supervisor.restart()
        wait_until(lambda: not any(federation['c'].holds(p) for p in PROCESSES) or
                   federation.instance_states('a')['c'] == 'STOPPED', 10, 'c stops')
        federation.wait_operation(deadline=30)
        self.wait_whole(federation, ['a', 'b', 'c'], 20)

    def test_user_stop_survives_the_master(self):
        """What a user stopped stays stopped under the next Master (D-25)."""
        federation = self.three()
        self.assertTrue(federation['b'].agent(timeout=20).supvisors.stop_application('web'))
        federation['a'].kill('supervisord')
        federation.wait_operation(nicks=['b', 'c'])
        wait_until(lambda: federation.application('db', 'b')['statename'] == 'RUNNING', 10,
                   'db is repaired')
        self.assertEqual(federation.application('web', 'b')['statename'], 'STOPPED')


class AgentLost(FederationOfThree):
    def test_restarted_agent_changes_nothing(self):
        """Pids equal before and after; back in the view within 3 s (architecture 3)."""
        federation = self.three()
        for nick in ('c', 'a'):
            before = self.pids_of(federation)
            with federation['b'].events('process') as events:
                federation['b'].agent()
                federation[nick].kill('agent')
                begin = time.monotonic()
                federation[nick].start_agent()
                federation.wait_operation(deadline=10)
                self.assertLess(time.monotonic() - begin, 3.0)
                self.assertEqual(self.pids_of(federation), before)
                self.assertEqual(events.payloads('process', statename='FATAL'), [])

    def test_frozen_master(self):
        """Others elect; the late orders of the old one are refused by their term."""
        federation = self.three()
        federation['a'].freeze('agent')
        wait_until(lambda: federation.instance_states('b')['a'] == 'STOPPED', 10, 'a is lost')
        self.assertEqual(federation.wait_operation(nicks=['b', 'c'], deadline=15), 'b')
        time.sleep(4)  # stay frozen for about 10 s in all
        federation['a'].thaw('agent')
        self.assertEqual(federation.wait_operation(deadline=15), 'b')

    def test_listener_killed(self):
        """supervisord starts it again; everything is read again, nothing is lost."""
        federation = self.three()
        before = federation['b'].pid('relay')
        federation['b'].kill('relay')
        wait_until(lambda: federation['b'].pid('relay') not in (None, before), 10, 'a new relay')
        slave = federation['a'].agent(timeout=20).supvisors
        self.assertTrue(slave.stop_application('web'))
        self.assertTrue(slave.start_application('LESS_LOADED', 'web'))
        self.wait_whole(federation, ['a', 'b', 'c'])


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


class Closing(FederationOfThree):
    def test_shutdown(self):
        """Applications in order, then every supervisord (B-191, B-192)."""
        federation = self.three()
        federation['b'].agent().supvisors.shutdown()
        wait_until(lambda: not any(instance.pid('supervisord') for instance in federation), 30,
                   'every supervisord has ended')

    def test_options_that_differ(self):
        """Both sides isolate each other and name the option (E-5)."""
        federation = self.federation({
            'a': InstanceOptions(programs=PROGRAMS),
            'b': InstanceOptions(programs=PROGRAMS, options={'auto_fence': 'true'})})
        federation.start()
        for here, there in (('a', 'b'), ('b', 'a')):
            wait_until(lambda: federation.instance_states(here)[there] == 'ISOLATED', 10,
                       f'{there} isolated by {here}')
            self.assertIn("auto_fence is '", federation[here].log())


if __name__ == '__main__':
    unittest.main()
