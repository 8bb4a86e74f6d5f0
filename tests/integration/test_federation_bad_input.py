"""What must not harm: garbage, ports that are taken, names and files that are wrong."""

import os
import random
import signal
import socket
import subprocess
import textwrap
import unittest

from integration.federation_programs import ApplicationsTestCase, applications, ONCE, RULES
from integration.harness import FederationTestCase, InstanceOptions, wait_until
from integration.harness.configuration import programs_folder

AGENT = str(programs_folder() / 'supvisors-agent')
# The greeting of ZeroMQ's protocol: version 3.1, mechanism NULL.
GREETING = (b'\xff' + b'\0' * 8 + b'\x7f' + b'\x03\x01' + b'NULL'.ljust(20, b'\0') + b'\0' * 32)


def send_and_forget(address, data, family=socket.AF_INET):
    """Sends what can be sent within half a second; who refuses more is right."""
    with socket.socket(family) as client:
        client.settimeout(0.5)
        try:
            client.connect(address)
            client.sendall(data)
            client.recv(1024)
        except OSError:
            pass


class Garbage(ApplicationsTestCase):

    def test_on_every_socket(self):
        """Federation, API, event socket, relay: the agent goes on, nothing changes (B-7, E-20, E-27, E-196)."""
        federation = self.three()
        before, agents = self.pids(federation), [one.pid('agent') for one in federation]
        chance = random.Random(7)
        samples = [b'\0', b'\n' * 1000, chance.randbytes(65536), GREETING + chance.randbytes(4096),
                   GREETING + b'\x04\x26\x05READY' + b'\xff' * 64,
                   GREETING + b'\x02\x7f\xff\xff\xff\xff\xff\xff\xff',
                   b'GET / HTTP/1.1\r\n' + b'X: ' + b'y' * 200000,
                   b'POST /RPC2 HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n',
                   b'POST /RPC2 HTTP/1.1\r\nContent-Length: 18\r\n\r\n<methodCall></meth',
                   b'ver:3.0 server:x serial:0 pool:x poolserial:0 eventname:TICK_5 len:9999999\n',
                   b'ver:3.0 len:-1\n' * 100]
        target = federation['a']
        for port in (target.federation_port, target.api_port, target.event_port):
            for sample in samples:
                send_and_forget(('127.0.0.1', port), sample)
        for sample in samples:
            send_and_forget(str(target.folder / '.supvisors' / 'listener.sock'), sample,
                            socket.AF_UNIX)
        self.assertEqual(federation.wait_operation(), 'a')
        self.wait_whole(federation, ['a', 'b', 'c'])
        self.assertEqual(self.pids(federation), before)
        self.assertEqual([one.pid('agent') for one in federation], agents)
        # Still the true relay is heard.
        api = federation['b'].agent(timeout=20).supvisors
        self.assertTrue(api.restart_process('CONFIG', 'web:front_00'))


class Ports(FederationTestCase):
    deadline = 60

    def test_second_agent_waits_for_the_first(self):
        """It says what it waits for, and takes over when the first one leaves (architecture 3)."""
        federation = self.federation({'a': InstanceOptions(programs=applications())})
        instance = federation['a']
        federation.start()
        instance.wait_agent()
        second, log = self.another_agent(instance)
        wait_until(lambda: 'tried again for up to' in log.read_text(), 5, 'the second agent waits')
        self.assertIn('listener.sock', log.read_text())
        self.assertIsNone(second.poll())
        federation.wait_operation()
        instance.terminate('agent')
        wait_until(lambda: 'serves 127.0.0.1' in log.read_text(), 5, 'the second agent serves')
        wait_until(lambda: instance.agent().supvisors.get_supvisors_state()['fsm_statename'] ==
                   'OPERATION', 10, 'OPERATION')
        self.assertIsNone(second.poll())

    def another_agent(self, instance):
        """Started by hand, with the same configuration; it ends with the test."""
        path = instance.folder / 'second.log'
        environment = {**os.environ, 'SUPVISORS_TEST_FOLDER': str(instance.folder)}
        with open(path, 'wb') as output:
            child = subprocess.Popen([AGENT, '-c', str(instance.conf)], stdout=output,
                                     stderr=output, env=environment, stdin=subprocess.DEVNULL)
        self.addCleanup(self.end, child)
        return child, path

    @staticmethod
    def end(child):
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
        try:
            child.wait(6)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait(5)

    def test_event_port_in_use(self):
        """Only the events depend on it: served without it, and had as soon as it is free (E-199)."""
        federation = self.federation({'a': InstanceOptions(options={'event_link': 'ZMQ'})})
        instance = federation['a']
        with socket.socket() as holder:
            holder.bind(('127.0.0.1', instance.event_port))
            holder.listen()
            federation.start()
            federation.wait_operation()
        with instance.events('supvisors') as events:
            wait_until(lambda: self.hears(federation, events), 10, 'events on the freed port')

    def hears(self, federation, events):
        federation['a'].restart('relay')   # the instance leaves and comes: that is published
        return events.received


class Peers(FederationTestCase):
    deadline = 60

    def test_a_name_that_does_not_resolve(self):
        """It is a STOPPED instance like another; TIMEOUT ends the wait for it (B-62)."""
        options = {'synchro_options': 'TIMEOUT', 'synchro_timeout': '2'}
        federation = self.federation(['a', 'b'], options, RULES,
                                     InstanceOptions(programs=applications()))
        (federation.folder / 'once.sh').write_text(ONCE)
        for instance in federation:
            text = instance.conf.read_text()
            instance.conf.write_text(text.replace(
                'supvisors_list=', 'supvisors_list=<ghost>ghost.localhost:23456,', 1))
        federation.start()
        self.assertEqual(federation.wait_operation(), 'a')
        federation.wait_application('web', 'RUNNING')
        states = federation.supvisors_states()
        for nick in ('a', 'b'):
            self.assertEqual(states[nick]['instance_states']['ghost.localhost:23456'], 'STOPPED')
        # Said, but not once per attempt.
        def said():
            return [line for line in federation['a'].log().splitlines()
                    if 'ghost.localhost' in line and 'is not reached' in line]
        wait_until(said, 30, 'a line of the log about the name')
        self.assertLess(len(said()), 6, said())

    def test_options_that_differ(self):
        """Both sides isolate each other, and each names the option and both values (E-5)."""
        for name, values in (('conciliation_strategy', ('STOP', 'USER')),
                             ('starting_strategy', ('CONFIG', 'LOCAL'))):
            with self.subTest(option=name):
                federation = self.federation({
                    nick: InstanceOptions(options={name: value})
                    for nick, value in zip('ab', values)})
                federation.start()
                for here, there in (('a', 'b'), ('b', 'a')):
                    wait_until(lambda: federation.instance_states(here)[there] == 'ISOLATED', 10,
                               f'{there} isolated by {here}')
                    lines = [line for line in federation[here].log().splitlines() if name in line]
                    self.assertTrue(lines, f'{name} in the log of {here}')
                    for value in values:
                        self.assertIn(value, lines[0])


class Check(FederationTestCase):
    """`supvisors-agent --check`: every problem with its place, status 1; nothing is started."""

    def check(self, options=None, rules=None):
        federation = self.federation({'a': InstanceOptions(options=options or {})}, rules=rules)
        outcome = subprocess.run([AGENT, '--check', '-c', str(federation['a'].conf)], timeout=10,
                                 capture_output=True, text=True)
        return federation, outcome

    def test_all_is_well(self):
        federation, outcome = self.check(rules=RULES)
        self.assertEqual(outcome.returncode, 0, outcome.stderr)
        self.assertIn(f"OK rules {federation.folder / 'rules.xml'}", outcome.stdout)

    def test_rules(self):
        rules = textwrap.dedent('''\
            <root>
              <application name="db">
                <start_seqence>1</start_seqence>
                <stop_sequence>last</stop_sequence>
              </application>
            </root>
            ''')
        federation, outcome = self.check(rules=rules)
        self.assertEqual(outcome.returncode, 1)
        path = federation.folder / 'rules.xml'
        self.assertIn(f"{path}:3: element 'start_seqence'", outcome.stderr)
        self.assertIn("('start_sequence'?)", outcome.stderr)
        self.assertIn(f"{path}:4: application 'db', stop_sequence: 'last' is not", outcome.stderr)

    def test_rules_that_are_no_xml(self):
        federation, outcome = self.check(rules='<root>\n<application name="db">\n</root>\n')
        self.assertEqual(outcome.returncode, 1)
        self.assertIn(f"{federation.folder / 'rules.xml'}:3: ", outcome.stderr)

    def test_options(self):
        """File, line, value, what was expected, the nearest name (architecture 8)."""
        federation, outcome = self.check({'tick_period': 'often', 'auto_fense': 'true'})
        self.assertEqual(outcome.returncode, 1)
        lines = federation['a'].conf.read_text().splitlines()
        for option in ('tick_period=often', 'auto_fense=true'):
            place = f"{federation['a'].conf}:{lines.index(option) + 1}: "
            self.assertIn(place, outcome.stderr)
        self.assertIn("'often'", outcome.stderr)
        self.assertIn('auto_fence', outcome.stderr)


if __name__ == '__main__':
    unittest.main()
