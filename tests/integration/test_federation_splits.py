"""Nodes that do not hear each other any more, on hosts of a network that can be cut."""

import time
import unittest

from integration.harness import FederationTestCase, InstanceOptions, Network, wait_until
from integration.harness.waiting import NotYet

NICKS = ('a', 'b', 'c')
PROGRAMS = '''
[program:front]
command=/bin/sleep 10000
autostart=false
startsecs=0

[program:back]
command=/bin/sleep 10000
autostart=false
startsecs=0

[group:shop]
programs=front,back
'''
# The front is on a, the back on b, until those are lost.
RULES = '''<root>
  <application name="shop">
    <start_sequence>1</start_sequence>
    <programs>
      <program name="front">
        <start_sequence>1</start_sequence>
        <identifiers>a, b, c</identifiers>
        <running_failure_strategy>RESTART_PROCESS</running_failure_strategy>
      </program>
      <program name="back">
        <start_sequence>1</start_sequence>
        <identifiers>b, c, a</identifiers>
        <running_failure_strategy>RESTART_PROCESS</running_failure_strategy>
      </program>
    </programs>
  </application>
</root>'''


class NetworkTestCase(FederationTestCase):

    deadline = 120

    def network_of(self, hosts):
        self.network = Network(hosts)
        self.addCleanup(self.network.close)

    def instance(self, host, programs):
        # All hosts have the machine-id of this one.
        return InstanceOptions(programs=programs, host=self.network[host],
                               options={'node_id': host}, credentials=('user', 'secret'))

    def on_network(self, instances, rules, **options):
        """Instances that are in OPERATION, under the first one."""
        made = self.federation(instances, rules=rules,
                               options={'federation_key': 'NONE', **options})
        made.start()
        self.assertEqual(made.wait_operation(), made.nicks[0])
        return made


class Splits(NetworkTestCase):

    def started(self, **options):
        self.network_of(NICKS)
        federation = self.on_network({nick: self.instance(nick, PROGRAMS) for nick in NICKS},
                                     RULES, **options)
        self.assertEqual(self.held(federation), {'front': ['a'], 'back': ['b']})
        return federation

    @staticmethod
    def held(federation):
        """Where each runs, as the supervisords say."""
        return {name: federation.where_really_is(f'shop:{name}') for name in ('front', 'back')}

    def wait_held(self, federation, deadline, **wanted):
        def reached():
            held = self.held(federation)
            return held == wanted or NotYet(held)
        wait_until(reached, deadline, wanted)

    def test_both_sides_go_on_then_merge(self):
        """Each side starts what it lacks; met again, they have one Master and one copy (E-29)."""
        federation = self.started(conciliation_strategy='SENICIDE')
        self.network.part('a', 'bc')
        self.wait_held(federation, 30, front=['a', 'b'], back=['a', 'b'])
        self.assertEqual(federation.wait_operation(nicks=['a']), 'a')
        self.assertEqual(federation.wait_operation(nicks=['b', 'c']), 'b')
        self.network.heal()
        master = federation.wait_operation(deadline=40)

        def is_one():
            held = self.held(federation)
            return all(len(nicks) == 1 for nicks in held.values()) or NotYet(held)
        wait_until(is_one, 20, 'one copy of each')
        federation.wait_operation()
        self.assertRegex(federation[master].log(), 'shop:front runs on .*: SENICIDE, ')
        for nick in NICKS:
            for name, nicks in self.held(federation).items():
                self.assertEqual(federation.where_is(f'shop:{name}', nick), nicks)

    def test_a_minority_that_freezes(self):
        """What is lost to a minority is left to the others: never two copies (D-16)."""
        federation = self.started(no_quorum_policy='FREEZE')
        self.network.part('a', 'bc')
        wait_until(lambda: 'no majority of supvisors_list: FREEZE' in federation['a'].log(), 30,
                   'a says that it has no majority')
        self.wait_held(federation, 20, front=['a', 'b'], back=['b'])
        self.assertEqual(federation.wait_operation(nicks=['b', 'c']), 'b')
        time.sleep(3)   # long enough to start the back on a
        self.assertEqual(federation.where_really_is('shop:back'), ['b'])
        self.network.heal()
        self.wait_met(federation)
        self.assertIn('a majority of supvisors_list is back', federation['a'].log())

    def test_two_that_do_not_hear_each_other(self):
        """A third one vouches for both: nobody is lost, nothing moves, and it is told once (E-28)."""
        federation = self.started()
        self.network.part('a', 'c')

        def told(nick, about):
            return federation[nick].log().count(
                f'{federation[about].identifier} is not heard here but ')
        wait_until(lambda: told('a', 'c') and told('c', 'a'), 30, 'both have noticed')
        time.sleep(3)
        self.assertEqual((told('a', 'c'), told('c', 'a')), (1, 1))
        for nick in NICKS:
            self.assertEqual(federation.master(nick), 'a')
            self.assertEqual(federation.instance_states(nick), dict.fromkeys(NICKS, 'RUNNING'))
        self.network.heal()
        wait_until(lambda: federation['c'].agent().supvisors.restart_process(0, 'shop:front'), 30,
                   'the Master is asked by c again')
        self.assertEqual(self.held(federation), {'front': ['a'], 'back': ['b']})

    def test_an_interface_that_goes_down_and_up(self):
        """The instance is lost, then back without a restart, with what runs there (E-26)."""
        federation = self.started()
        pid = federation['b'].pid_of('shop:back')
        self.network['b'].unplug()
        wait_until(lambda: federation.instance_states('a')['b'] != 'RUNNING', 20, 'b is lost')
        self.wait_lost(federation, 'b')
        self.network['b'].plug()
        federation.wait_state('CONCILIATION', 30)   # USER by default: both copies are left alone
        self.wait_met(federation)
        self.assertEqual(federation.where_really_is('shop:back'), ['b', 'c'])
        self.assertEqual(federation['b'].pid_of('shop:back'), pid)

    @staticmethod
    def wait_met(federation):
        """Each sees each other one RUNNING."""
        def met():
            seen = {nick: federation.instance_states(nick) for nick in NICKS}
            return all(states == dict.fromkeys(NICKS, 'RUNNING')
                       for states in seen.values()) or NotYet(seen)
        wait_until(met, 30, 'all have met')

    @staticmethod
    def wait_lost(federation, nick):
        wait_until(lambda: federation['c'].holds('shop:back'), 20, f'the back of {nick} is on c')


SPREAD = '''
[program:worker]
command=/bin/sleep 10000
process_name=%(program_name)s_%(process_num)d
numprocs=4
autostart=false
startsecs=0
'''
SPREAD_RULES = '''<root>
  <application name="worker">
    <start_sequence>1</start_sequence>
    <distribution>{distribution}</distribution>
    <starting_strategy>LESS_LOADED</starting_strategy>
    <programs>
      <program pattern="^worker_">
        <start_sequence>1</start_sequence>
        <expected_loading>10</expected_loading>
      </program>
    </programs>
  </application>
</root>'''


class Nodes(NetworkTestCase):

    def hosts_of(self, distribution):
        """Where four workers go, of two instances on host x and two on host y."""
        self.network_of(('x', 'y'))
        federation = self.on_network(
            {f'{host}{number}': self.instance(host, SPREAD) for host in 'xy' for number in '12'},
            SPREAD_RULES.format(distribution=distribution))
        held = [federation.where_really_is(f'worker:worker_{number}') for number in range(4)]
        self.assertEqual([len(nicks) for nicks in held], [1, 1, 1, 1])
        return sorted(nicks[0] for nicks in held)

    def test_all_instances(self):
        self.assertEqual(self.hosts_of('ALL_INSTANCES'), ['x1', 'x2', 'y1', 'y2'])

    def test_single_node(self):
        """Both instances of one host share them (B-133, E-118)."""
        self.assertEqual(self.hosts_of('SINGLE_NODE'), ['x1', 'x1', 'x2', 'x2'])

    def test_single_instance(self):
        self.assertEqual(self.hosts_of('SINGLE_INSTANCE'), ['x1', 'x1', 'x1', 'x1'])


if __name__ == '__main__':
    unittest.main()
