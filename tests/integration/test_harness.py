"""The harness itself, on real supervisords; its questions to agents, on a stand-in for them."""

import json
import os
import signal
import socket
import textwrap
import unittest

from integration.harness import (Agent, Federation, FederationTestCase, InstanceOptions, NotReached,
                                 wait_until)
from integration.harness.processes import is_alive, marked_pids

STOCK = InstanceOptions(agent=Agent.NONE)
PROGRAMS = textwrap.dedent('''
    [program:sleeper]
    command=/bin/sleep 1000
    startsecs=0
    [program:idle]
    command=/bin/sleep 1000
    autostart=false
    startsecs=0
    ''')
STUBBORN = textwrap.dedent('''
    [program:stubborn]
    command=/bin/sh -c "trap '' TERM; echo ready; while :; do sleep 0.1; done"
    startsecs=0
    stopwaitsecs=600
    ''')
# A relay that reads its events and acknowledges them.
RELAY = '''\
import sys
sys.stdout.write('READY\\n'); sys.stdout.flush()
while True:
    header = dict(word.split(':') for word in sys.stdin.readline().split())
    sys.stdin.read(int(header['len']))
    sys.stdout.write('RESULT 2\\nOKREADY\\n'); sys.stdout.flush()
'''
# Answers the status methods that the harness uses, in the shapes of the API reference. What it says
# of the federation is read from a file that the test changes.
AGENT = '''\
import json, sys
from pathlib import Path
from xmlrpc.server import SimpleXMLRPCServer
port, story = int(sys.argv[1]), Path(sys.argv[2])
server = SimpleXMLRPCServer(('127.0.0.1', port), logRequests=False)
def answer(method):
    return lambda *parameters: json.loads(story.read_text())[method]
for method in ('get_api_version', 'get_supvisors_state', 'get_all_instances_info',
               'get_process_info', 'get_application_info'):
    server.register_function(answer(method), 'supvisors.' + method)
server.serve_forever()
'''


class Supervisords(FederationTestCase):

    def test_instances_start_and_answer_each_on_its_own_ports(self):
        federation = self.federation(['a', 'b', 'c'], common=STOCK.changed(programs=PROGRAMS))
        federation.start()
        ports = [port for one in federation for port in
                 (one.http_port, one.event_port, one.federation_port, one.api_port)]
        self.assertEqual(len(set(ports)), 12)
        for instance in federation:
            self.assertEqual(instance.supervisor().supervisor.getIdentification(), instance.nick)
            self.assertEqual(instance.pid('supervisord'), instance.supervisor().supervisor.getPID())
            self.assertEqual(instance.process_state('sleeper'), 'RUNNING')
            self.assertIn(instance.pid_of('sleeper'), instance.pids())
            self.assertEqual(instance.process_state('idle'), 'STOPPED')
            self.assertEqual(instance.pid_of('idle'), 0)
            self.assertIsNone(instance.process_state('nobody'))
        self.assertEqual(federation.where_really_is('sleeper'), ['a', 'b', 'c'])
        federation['b'].supervisor().supervisor.startProcess('idle')
        self.assertEqual(federation.where_really_is('idle'), ['b'])

    def test_a_killed_supervisord_leaves_orphans_that_are_found_and_ended(self):
        federation = self.federation({'a': STOCK.changed(programs=PROGRAMS)})
        federation.start()
        instance = federation['a']
        orphan = instance.pid_of('sleeper')
        instance.kill('supervisord')
        self.assertIsNone(instance.pid('supervisord'))
        self.assertTrue(is_alive(orphan))
        self.assertEqual(federation.pids(), [orphan])
        self.assertEqual(federation.where_really_is('sleeper'), [])
        self.assertEqual(federation.close(), {})
        self.assertFalse(is_alive(orphan))
        self.assertFalse(federation.folder.exists())

    def test_what_ignores_term_and_what_is_frozen_are_ended_too(self):
        federation = self.federation({'a': STOCK.changed(programs=STUBBORN + PROGRAMS),
                                      'b': STOCK.changed(programs=PROGRAMS)})
        federation.start()
        wait_until(lambda: 'ready' in federation['a'].tails(), 5, 'the trap to be set')
        federation['b'].freeze()
        folder = str(federation.folder)
        stubborn = federation.close()
        self.assertTrue(any('trap' in ' '.join(command) for command in stubborn.values()))
        self.assertEqual(marked_pids(folder), [])

    def test_freeze_and_thaw(self):
        federation = self.federation({'a': STOCK})
        federation.start()
        instance = federation['a']
        instance.freeze('supervisord')
        with self.assertRaises(OSError):
            instance.supervisor(timeout=0.3).supervisor.getState()
        instance.thaw('supervisord')
        instance.wait_supervisord(5)

    def test_restart_and_crash_of_a_node(self):
        federation = self.federation({'a': STOCK.changed(programs=PROGRAMS)})
        federation.start()
        instance = federation['a']
        before = instance.pid('supervisord')
        instance.restart('supervisord')
        self.assertNotEqual(instance.pid('supervisord'), before)
        self.assertEqual(instance.process_state('sleeper'), 'RUNNING')
        instance.kill_all()
        self.assertEqual(instance.pids(), [])
        instance.start()
        self.assertEqual(instance.process_state('sleeper'), 'RUNNING')

    def test_credentials_and_overlay(self):
        overlay = '[program:idle]\ncommand=/bin/sleep 1000\nautostart=true\nstartsecs=0\n'
        federation = self.federation({'a': STOCK.changed(
            programs=PROGRAMS, overlay=overlay, credentials=('user', 'secret'))})
        federation.start()
        self.assertEqual(federation['a'].process_state('idle'), 'RUNNING')
        with self.assertRaisesRegex(Exception, '401'):
            federation['a'].options = STOCK
            federation['a'].supervisor().supervisor.getState()

    def test_a_supervisord_that_cannot_start_says_why(self):
        federation = self.federation({'a': STOCK.changed(programs='[program:x]\n')})
        with self.assertRaisesRegex(AssertionError, r'(?s)ended with status 2.*program:x'):
            federation.start()

    def test_an_exception_inside_a_with_still_ends_everything(self):
        with self.assertRaises(ZeroDivisionError):
            with Federation({'a': STOCK.changed(programs=PROGRAMS)}) as federation:
                federation.start()
                raise ZeroDivisionError
        self.assertEqual(marked_pids(str(federation.folder)), [])

    def test_ports_are_taken_once_and_given_back(self):
        first = self.federation({'a': STOCK})
        with socket.socket(socket.AF_UNIX) as lock:
            name = f'\0supvisors-test-ports-{first["a"].http_port}'
            with self.assertRaises(OSError):
                lock.bind(name)
            first.close()
            lock.bind(name)


class Waiting(unittest.TestCase):

    def test_the_message_says_what_was_expected_and_seen(self):
        with self.assertRaisesRegex(NotReached, 'three was expected within 0.1 s; last seen: 0'):
            wait_until(lambda: 0, 0.1, 'three')

    def test_a_server_that_does_not_answer_is_not_yet(self):
        with self.assertRaisesRegex(NotReached, 'ConnectionRefusedError'):
            wait_until(lambda: socket.create_connection(('127.0.0.1', 1)), 0.1, 'an answer')

    def test_a_bug_passes_through(self):
        with self.assertRaises(KeyError):
            wait_until(lambda: {}['x'], 5, 'nothing')


class Agents(FederationTestCase):
    """With a stand-in for the agent and for the relay: how they are run, found and asked."""

    def setUp(self):
        common = InstanceOptions(
            programs=PROGRAMS, listener_command='/usr/bin/python3 {folder}/supvisors-listener',
            agent_command=('/usr/bin/python3', '{folder}/supvisors-agent', '{folder}/port',
                           '{folder}/story.json'))
        self.made = self.federation(['a', 'b'], options={'tick_period': '0.5'}, common=common)
        for one in self.made:
            (one.folder / 'supvisors-listener').write_text(RELAY)
            (one.folder / 'supvisors-agent').write_text(AGENT)
            one.options = one.options.changed(agent_command=(
                *common.agent_command[:2], str(one.api_port), common.agent_command[3]))
            self.tell(one.nick)

    def tell(self, nick, state='OPERATION', master='a', jobs=(), seen=('RUNNING', 'RUNNING'),
             holders=('b',)):
        one, states = self.made[nick], dict(zip('ab', seen))
        identifiers = {other.nick: other.identifier for other in self.made}
        story = {
            'get_api_version': '0.19',
            'get_supvisors_state': {
                'identifier': one.identifier, 'fsm_statename': state,
                'master_identifier': identifiers.get(master, ''), 'starting_jobs': list(jobs),
                'stopping_jobs': [],
                'instance_states': {identifiers[name]: states[name] for name in states}},
            'get_all_instances_info': [{'identifier': identifiers[name], 'statename': states[name]}
                                       for name in states],
            'get_process_info': [{'process_name': 'db', 'statename': 'RUNNING',
                                  'identifiers': [identifiers[name] for name in holders]}],
            'get_application_info': {'application_name': 'shop', 'statename': 'RUNNING'}}
        # Replaced at once: the stand-in may be reading.
        draft = one.folder / 'draft.json'
        draft.write_text(json.dumps(story))
        os.replace(draft, one.folder / 'story.json')

    def test_the_questions(self):
        self.made.start()
        for one in self.made:
            self.assertEqual(one.wait_agent(), '0.19')
        self.assertEqual(self.made.wait_operation(5), 'a')
        self.assertEqual(self.made.states(), {'a': 'OPERATION', 'b': 'OPERATION'})
        self.assertEqual(self.made.instance_states(), {'a': 'RUNNING', 'b': 'RUNNING'})
        self.assertEqual(self.made.master(), 'a')
        self.assertEqual(self.made.where_is('shop:db'), ['b'])
        self.assertEqual(self.made.wait_process('shop:db', 'RUNNING', 1), ['b'])
        self.made.wait_application('shop', 'RUNNING', 1)
        with self.assertRaisesRegex(NotReached, "'statename': 'RUNNING'"):
            self.made.wait_process('shop:db', 'STOPPED', 0.1)
        self.made['a'].kill('agent')
        self.assertEqual(self.made.states(), {'a': None, 'b': 'OPERATION'})
        self.tell('b', master='nobody', seen=('FAILED', 'RUNNING'))
        self.assertIsNone(self.made.master())
        self.assertEqual(self.made.instance_states(), {'a': 'FAILED', 'b': 'RUNNING'})

    def test_operation_is_not_reached_before_all_is_settled(self):
        self.made.start()
        for one in self.made:
            one.wait_agent()
        for difference in ({'state': 'ELECTION'}, {'master': 'b'}, {'master': ''}, {'jobs': ['x']},
                           {'seen': ('RUNNING', 'CHECKED')}):
            with self.subTest(**difference):
                self.tell('b', **difference)
                with self.assertRaises(NotReached):
                    self.made.wait_operation(0.2)
        self.tell('b', jobs=['x'])
        self.assertEqual(self.made.wait_operation(1, idle=False), 'a')
        self.tell('b')
        self.made['a'].terminate('agent')
        with self.assertRaises(NotReached):   # its loss is not seen yet
            self.made.wait_operation(0.2, nicks=['b'])
        self.tell('b', master='b')
        self.assertEqual(self.made.wait_operation(1, nicks=['b']), 'b')

    def test_relay_and_agent_are_found_signalled_and_restarted(self):
        self.made.start()
        one = self.made['a']
        one.wait_agent()
        wait_until(lambda: one.process_state('supvisors') == 'RUNNING', 5, 'the relay')
        self.assertEqual(one.pid('relay'), one.pid_of('supvisors'))
        before = one.pid('relay')
        one.kill('relay')
        wait_until(lambda: one.pid('relay') not in (None, before), 5, 'another relay')
        before = one.pid('agent')
        one.signal('agent', signal.SIGTERM)
        wait_until(lambda: one.pid('agent') is None, 5, 'no agent')
        with self.assertRaisesRegex(AssertionError, 'no agent'):
            one.signal('agent', signal.SIGTERM)
        one.restart('agent')
        self.assertNotIn(one.pid('agent'), (None, before))

    def test_an_agent_run_by_supervisord(self):
        one = self.made['b']
        one.options = one.options.changed(agent=Agent.PROGRAM)
        one.write_configuration(list(self.made))
        one.start()
        self.assertEqual(one.wait_agent(), '0.19')
        self.assertEqual(one.pid('agent'), one.pid_of('supvisors-agent'))
        before = one.pid('agent')
        one.restart('agent')
        self.assertNotEqual(one.pid('agent'), before)

    def test_the_configuration_is_what_the_agent_expects(self):
        text = self.made['a'].conf.read_text()
        a, b = self.made['a'].http_port, self.made['b'].http_port
        self.assertIn(f'supvisors_list=<a>127.0.0.1:{a},<b>127.0.0.1:{b}\n', text)
        self.assertIn('tick_period=0.5\n', text)
        self.assertIn('events=PROCESS_STATE,PROCESS_GROUP,SUPERVISOR_STATE_CHANGE,TICK_5\n', text)
        for line in ('buffer_size=65536', 'stdout_logfile=NONE', 'stderr_logfile=NONE',
                     f'port=127.0.0.1:{a}', 'identifier=a', 'files=%(here)s/conf.d/*.conf'):
            self.assertIn(line + '\n', text)


if __name__ == '__main__':
    unittest.main()
