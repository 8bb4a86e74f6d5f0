"""The event socket over WebSocket (`event_link = WS`), seen by a client by the book."""

import http.client
import time
import unittest

from integration.harness import wait_until
from interop.one_instance import OneInstance
from interop.websocket_client import CLOSE, PING, PONG, TEXT, Closed, Subscriber

# The exact types of values (section 6 of the description of the events).
FIELDS = {
    'supvisors': {'identifier': str, 'nick_identifier': str, 'now_monotonic': float,
                  'fsm_statecode': int, 'fsm_statename': str, 'degraded_mode': bool,
                  'discovery_mode': bool, 'master_identifier': str, 'starting_jobs': list,
                  'stopping_jobs': list, 'instance_states': dict},
    'instance': {'identifier': str, 'nick_identifier': str, 'node_name': str, 'port': int,
                 'statecode': int, 'statename': str, 'loading': int, 'process_failure': bool,
                 'remote_sequence_counter': int, 'remote_time': int, 'remote_mtime': float,
                 'local_sequence_counter': int, 'local_time': int, 'local_mtime': float},
    'application': {'application_name': str, 'managed': bool, 'now_monotonic': float,
                    'statecode': int, 'statename': str, 'major_failure': bool,
                    'minor_failure': bool},
    'event': {'identifier': str, 'nick_identifier': str, 'group': str, 'name': str, 'state': int,
              'expected': bool, 'spawnerr': str, 'now': float, 'now_monotonic': float,
              'event_mtime': float, 'pid': int, 'extra_args': str, 'disabled': bool},
    'process': {'application_name': str, 'process_name': str, 'now_monotonic': float,
                'last_event_mtime': float, 'statecode': int, 'statename': str,
                'expected_exit': bool, 'identifiers': list, 'extra_args': str},
}


def name_of(header, payload):
    keys = {'instance': 'identifier', 'application': 'application_name', 'process': 'process_name',
            'event': 'name'}
    return payload[keys[header]] if header in keys else ''


def state_of(payload):
    return payload.get('statecode', payload.get('state'))


class Events(OneInstance):

    options = {'event_link': 'WS'}

    def subscriber(self, path, **options):
        made = Subscriber(self.instance.event_port, path, **options)
        self.addCleanup(made.abandon)
        return made

    def test_current_status_first(self):
        """Who comes late is told all: state, instances, applications, processes."""
        client = self.subscriber('/all')
        processes = self.agent().supvisors.get_all_process_info()
        applications = self.agent().supvisors.get_all_applications_info()
        events = [client.next() for _ in range(2 + len(processes) + len(applications))]
        self.assertEqual([header for header, _ in events],
                         ['supvisors', 'instance'] + ['application'] * len(applications) +
                         ['process'] * len(processes))
        state = events[0][1]
        self.assertEqual((state['fsm_statecode'], state['fsm_statename']), (4, 'OPERATION'))
        self.assertEqual(state['master_identifier'], self.instance.identifier)
        self.assertEqual(state['instance_states'], {self.instance.identifier: 'RUNNING'})
        shown = [payload for header, payload in events if header == 'process']
        self.assertEqual({one['process_name']: one['statename'] for one in shown},
                         {one['process_name']: one['statename'] for one in processes})
        for header, payload in events:
            self.assert_fields(header, payload)

    def assert_fields(self, header, payload):
        for key, kind in FIELDS[header].items():
            with self.subTest(header=header, key=key):
                if kind is float:
                    self.assertIn(type(payload[key]), (int, float))
                else:
                    self.assertIs(type(payload[key]), kind)

    def test_a_start_and_a_stop(self):
        """Each transition is `event`, `process`, `application`, in this order."""
        client = self.subscriber('/application/event/process')
        api = self.agent().supervisor
        api.startProcess('slow')
        api.stopProcess('slow')
        events = client.until(lambda header, payload: header == 'application' and
                              name_of(header, payload) == 'slow' and state_of(payload) == 0 and
                              any(one[0] == 'event' for one in client.received), 10)
        first = next(index for index, (header, _) in enumerate(events) if header == 'event')
        seen = [(header, name_of(header, payload), state_of(payload))
                for header, payload in events[first:]]
        # Of an application: STARTING 1, RUNNING 2, STOPPING 3, STOPPED 0.
        self.assertEqual(seen, [(header, 'slow', state)
                                for process, application in ((10, 1), (20, 2), (40, 3), (0, 0))
                                for header, state in (('event', process), ('process', process),
                                                      ('application', application))])
        for header, payload in events[first:]:
            self.assert_fields(header, payload)
        running = events[first + 3][1]
        self.assertGreater(running['pid'], 0)
        self.assertEqual(running['nick_identifier'], 'a')
        self.assertLess(abs(running['now'] - time.time()), 30)

    def test_paths(self):
        """Whatever the path, the handshake succeeds; only known words subscribe."""
        for path, headers in (('/supvisors/instance', {'supvisors', 'instance'}),
                              ('/foo/all', {'supvisors', 'instance', 'application', 'process'}),
                              ('//process//', {'process'}), ('/instance/instance', {'instance'})):
            with self.subTest(path=path), self.subscriber(path) as client:
                while not client.silent_for(0.3) and \
                        {header for header, _ in client.received} != headers:
                    pass
                self.assertEqual({header for header, _ in client.received}, headers)
        for path in ('/', '/foo', '/ALL', '/all?x=1', '/processes', '/' + 'x' * 2000):
            with self.subTest(path=path), self.subscriber(path) as client:
                self.assertTrue(client.silent_for(0.3))

    def test_instance_status_comes_by_itself(self):
        client = self.subscriber('/instance')
        first, second = client.next(), client.next(10)
        self.assertGreater(second[1]['local_sequence_counter'], first[1]['local_sequence_counter'])

    def test_what_clients_send(self):
        """Pings are answered with their payload, texts are dropped, a close is confirmed."""
        client = self.subscriber('/')
        client.send(PING, b'hello')
        self.assertEqual(client.frame(), (PONG, b'hello'))
        client.send(TEXT, b'stop everything')
        client.send(TEXT, b'x' * 60000)
        client.send(PING)
        self.assertEqual(client.frame(), (PONG, b''))
        client.send(CLOSE, b'\x03\xe8')
        self.assertEqual(client.frame(), (CLOSE, b'\x03\xe8'))
        with self.assertRaises(Closed):
            client.frame()

    def test_what_is_no_handshake(self):
        for headers in ({}, {'Upgrade': 'websocket', 'Connection': 'Upgrade'},
                        {'Upgrade': 'websocket', 'Connection': 'Upgrade',
                         'Sec-WebSocket-Version': '8', 'Sec-WebSocket-Key': 'A' * 22 + '=='}):
            with self.subTest(headers=headers):
                connection = http.client.HTTPConnection('127.0.0.1', self.instance.event_port,
                                                        timeout=5)
                connection.request('GET', '/all', headers=headers)
                self.assertIn(connection.getresponse().status, (400, 426))
                connection.close()
        self.assertEqual(self.subscriber('/supvisors').next()[0], 'supvisors')

    def test_who_does_not_read_delays_nobody(self):
        """A hundred of them: bounded memory, and who reads misses nothing."""
        before = self.resident_kib()[0]
        for _ in range(100):
            self.subscriber('/all', receive_buffer=4096)
        awake = self.subscriber('/event')
        agent = self.agent().supervisor
        begin = time.monotonic()
        for _ in range(20):
            agent.startProcess('single')
            agent.signalProcess('single', 'KILL')
            wait_until(lambda: self.instance.process_state('single') == 'EXITED', 5, 'its end')
        events = awake.until(lambda *_: sum(payload['state'] == 100 for _, payload in
                                            awake.received) == 20, 10)
        self.assertEqual([payload['state'] for _, payload in events], [10, 20, 100] * 20)
        self.assertLess(time.monotonic() - begin, 15)
        self.assertLess(self.resident_kib()[0] - before, 30 * 1024)


class Endings(OneInstance):
    """The publisher goes and comes back."""

    options = {'event_link': 'WS'}

    def test_publisher_that_restarts(self):
        with Subscriber(self.instance.event_port, '/supvisors') as client:
            client.next()
            self.instance.terminate('agent')
            with self.assertRaises(Closed) as caught:
                while True:
                    client.next(5)
            self.assertEqual(caught.exception.code, 1001)   # going away
        # While it is down the port is closed: a refused connection is what clients can bear.
        with self.assertRaises(ConnectionRefusedError):
            Subscriber(self.instance.event_port, '/supvisors')
        self.instance.start_agent()

        def connected():
            return Subscriber(self.instance.event_port, '/supvisors')
        with wait_until(connected, 10, 'the publisher is back') as client:
            client.until(lambda _, payload: payload['fsm_statename'] == 'OPERATION', 15)


if __name__ == '__main__':
    unittest.main()
