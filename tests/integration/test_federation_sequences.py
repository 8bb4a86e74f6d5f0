"""The order of starts and stops over three instances, read from the published events."""

import unittest

from integration.harness import FederationTestCase, InstanceOptions, wait_until

RULES = '''<root>
  <application name="chain">
    <start_sequence>1</start_sequence>
    <starting_strategy>LESS_LOADED</starting_strategy>
    <programs>
      <program name="first">
        <start_sequence>1</start_sequence><required>true</required>
        <expected_loading>10</expected_loading>
      </program>
      <program pattern="^second_">
        <start_sequence>2</start_sequence><required>true</required>
        <expected_loading>10</expected_loading>
      </program>
      <program name="third">
        <start_sequence>3</start_sequence><required>true</required>
        <expected_loading>10</expected_loading>
      </program>
    </programs>
  </application>
  <application name="last">
    <start_sequence>2</start_sequence>
    <programs>
      <program name="end"><start_sequence>1</start_sequence></program>
    </programs>
  </application>
</root>'''

# Each takes a while to start and a while to end, so that an order that is not kept shows.
SLOW = '''\
import signal, sys, time
def end(number, frame):
    time.sleep(0.3)
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
while True:
    signal.pause()
'''
PROGRAMS = '''
[program:first]
command=/usr/bin/python3 -S -E %(here)s/../slow.py
autostart=false
startsecs=1
[program:second]
command=/usr/bin/python3 -S -E %(here)s/../slow.py
process_name=second_%(process_num)d
numprocs=3
autostart=false
startsecs=1
[program:third]
command=/usr/bin/python3 -S -E %(here)s/../slow.py
autostart=false
startsecs=1
[group:chain]
programs=first,second,third
[program:end]
command=/usr/bin/python3 -S -E %(here)s/../slow.py
autostart=false
startsecs=1
[group:last]
programs=end
'''
STOPPED, STARTING, RUNNING, STOPPING = 0, 10, 20, 40
RANKS = [['first'], ['second_0', 'second_1', 'second_2'], ['third']]


class Order(FederationTestCase):
    deadline = 60

    def setUp(self):
        self.made = self.federation(['a', 'b', 'c'], {'event_link': 'ZMQ'}, RULES,
                                    InstanceOptions(programs=PROGRAMS))
        (self.made.folder / 'slow.py').write_text(SLOW)

    def moment(self, events, name, state):
        """When supervisord's event of this state came, on the clock that all instances share."""
        return events.wait('event', 5, name=name, state=state)['now_monotonic']

    def assert_ordered(self, events, ranks, begin, end):
        """Every process of a rank reaches `end` before any of the next is in `begin`."""
        for before, after in zip(ranks, ranks[1:]):
            ready = max(self.moment(events, name, end) for name in before)
            first = min(self.moment(events, name, begin) for name in after)
            self.assertLessEqual(ready, first, f'{before} to {end} before {after} to {begin}')

    def test_start_and_stop(self):
        """Ranks upwards at the start (B-128, B-129), downwards at a stop (B-151)."""
        with self.made['b'].events('event') as events:
            self.made.start()
            self.made.wait_operation()
            self.assert_ordered(events, [*RANKS, ['end']], STARTING, RUNNING)
        # Spread: loads 10 each, three instances of one node (B-125, LESS_LOADED).
        places = [self.made.where_is(f'chain:second_{index}') for index in range(3)]
        self.assertEqual(places, [['b'], ['c'], ['a']])
        with self.made['c'].events('event') as events:
            # A subscription is slow to take effect: it shows when an event of it arrives.
            wait_until(lambda: self.is_heard(events), 5, 'a subscription that works')
            slave = self.made['b'].agent(timeout=20).supvisors
            self.assertTrue(slave.stop_application('chain'))
            self.assert_ordered(events, RANKS[::-1], STOPPING, STOPPED)
        self.assertEqual(self.made.application('last')['statename'], 'RUNNING')

    def is_heard(self, events):
        process = self.made['a'].agent(timeout=10).supvisors
        process.restart_process('CONFIG', 'last:end')
        return events.payloads('event', name='end')

    def test_shutdown(self):
        """Applications too go downwards, then every supervisord ends (B-150, B-191, B-192)."""
        self.made.start()
        self.made.wait_operation()
        pids = self.made.pids()
        self.assertTrue(self.made['b'].agent().supvisors.shutdown())
        wait_until(lambda: not any(one.pid('supervisord') for one in self.made), 20,
                   'every supervisord has ended')
        stops = self.stops_in_logs()
        self.assertEqual(sorted(stops), sorted(['end', *sum(RANKS, [])]))
        for before, after in zip([['end'], *RANKS[::-1]], RANKS[::-1]):
            self.assertLessEqual(max(stops[name] for name in before),
                                 min(stops[name] for name in after), f'{before}, {after}')
        # Agents that are no programs of supervisord stay: what systemd started, it keeps.
        agents = [one.pid('agent') for one in self.made]
        self.assertNotIn(None, agents)
        self.assertEqual([pid for pid in pids if pid in self.made.pids()], sorted(agents))

    def stops_in_logs(self):
        """Process -> when it had stopped, by the logs of the supervisords (text, milliseconds)."""
        found = {}
        for instance in self.made:
            for line in instance.log('supervisord.log').splitlines():
                if ' stopped: ' in line and 'supvisors' not in line:
                    name = line.split(' stopped: ')[1].split()[0]
                    found[name] = line[:23]
        return found


if __name__ == '__main__':
    unittest.main()
