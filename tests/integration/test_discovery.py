"""Instances without supvisors_list that find each other by multicast, on loopback."""

import os
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

from integration.harness import FederationTestCase, wait_until
from integration.harness.configuration import programs_folder
from integration.harness.waiting import NotYet

RULES = '''<root>
  <application name="shop">
    <start_sequence>1</start_sequence>
    <programs>
      <program pattern="">
        <start_sequence>1</start_sequence>
        <running_failure_strategy>RESTART_PROCESS</running_failure_strategy>
      </program>
    </programs>
  </application>
</root>'''

PROGRAM = '''
[program:{name}]
command=/bin/sleep 10000
autostart=false
startsecs=0
[group:shop]
programs={name}
'''


def program(name):
    return PROGRAM.format(name=name)


class DiscoveryTest(FederationTestCase):

    deadline = 90

    def discovering(self, instances, **more):
        """A federation whose instances know nothing of each other but their group."""
        federation = self.federation(instances, rules=RULES)
        port = next(iter(federation)).http_port + 2   # ours, and UDP uses nothing of it
        self.group = ('239.255.77.2', port)
        self.key = self.write_key(federation.folder / 'group.key', 'a secret for this test only')
        for one in federation:
            one.options = one.options.changed(options={
                **one.options.options, 'supvisors_list': '', 'federation_key': 'NONE',
                'multicast_group': '%s:%d' % self.group, 'multicast_interface': '127.0.0.1',
                'multicast_key': self.key, 'synchro_options': 'TIMEOUT', 'synchro_timeout': 3,
                'event_link': 'ZMQ', **more})
            # Without a list, an instance is named after its host (O-56).
            one.identifier = f'{socket.gethostname()}:{one.http_port}'
            one.write_configuration([one])
        return federation

    @staticmethod
    def write_key(path, text):
        path.write_text(text)
        os.chmod(path, 0o600)
        return str(path)

    def wait_known(self, federation, seen_by, wanted):
        def known():
            states = federation.instance_states(seen_by)
            return states == wanted or NotYet(states)
        wait_until(known, 20, f'{wanted} seen by {seen_by}')

    def test_alone_then_three(self):
        """The first starts alone (E-33 but by TIMEOUT), the others join while it works (O-73)."""
        federation = self.discovering({'a': '', 'b': program('web'), 'c': program('db')})
        federation.start('a')
        federation.wait_operation(nicks=['a'])
        self.assertEqual(federation.instance_states('a'), {'a': 'RUNNING'})
        self.assertTrue(federation['a'].agent().supvisors.get_supvisors_state()['discovery_mode'])
        with federation['a'].events() as events:
            wait_until(lambda: events.received, 15, 'a subscription that works')
            federation.start('b', 'c')
            master = federation.wait_operation()
            self.assertEqual(master, 'a')
            for name, nick in (('web', 'b'), ('db', 'c')):
                self.assertEqual(federation.wait_process(f'shop:{name}', 'RUNNING', seen_by='b'),
                                 [nick])
                self.assertEqual(federation.where_really_is(f'shop:{name}'), [nick])
                events.wait('process', process_name=name, statename='RUNNING')
            for nick in ('b', 'c'):
                events.wait('instance', identifier=federation[nick].identifier,
                            statename='RUNNING')
        for nick in federation.nicks:
            self.assertEqual(federation.instance_states(nick), dict.fromkeys('abc', 'RUNNING'))
        self.assert_columns(federation)

    def assert_columns(self, federation):
        """supvisorsctl sstate shows the mode of all three."""
        done = subprocess.run(
            [programs_folder() / 'supvisorsctl', '-s',
             f'http://127.0.0.1:{federation["b"].api_port}', 'sstate', *federation.nicks],
            stdout=subprocess.PIPE, text=True, check=True, timeout=20)
        head, *lines = done.stdout.splitlines()
        column = head.index('Discovery')
        self.assertEqual([line[column:].split()[0] for line in lines], ['True'] * 3, done.stdout)

    def test_lost_and_back(self):
        """One that dies is lost as a listed one is, and is met again once it is back."""
        federation = self.discovering({'a': '', 'b': program('web'), 'c': program('web')})
        federation.start()
        federation.wait_operation()
        (nick,) = federation.wait_process('shop:web', 'RUNNING', seen_by='a')
        (other,) = set('bc') - {nick}
        federation[nick].kill_all()
        wait_until(lambda: federation.where_really_is('shop:web') == [other], 20,
                   'web on the other instance')
        self.wait_known(federation, 'a', {**dict.fromkeys('abc', 'RUNNING'), nick: 'STOPPED'})
        federation.start(nick)
        federation.wait_operation()
        self.wait_known(federation, nick, dict.fromkeys('abc', 'RUNNING'))
        self.assertEqual(federation.where_really_is('shop:web'), [other])

    def test_forgotten(self):
        """One that is gone for good is forgotten everywhere, and met again should it be back (O-74)."""
        federation = self.discovering({'a': '', 'b': '', 'c': program('web')})
        federation.start()
        federation.wait_operation()
        gone = federation['c'].identifier
        refused = self.ask_to_forget(federation, gone)
        self.assertIn('NOT_APPLICABLE', refused)
        self.assertIn('is RUNNING', refused)
        federation['c'].kill_all()
        self.wait_known(federation, 'a', {'a': 'RUNNING', 'b': 'RUNNING', 'c': 'STOPPED'})
        self.wait_known(federation, 'b', {'a': 'RUNNING', 'b': 'RUNNING', 'c': 'STOPPED'})
        wait_until(lambda: f'{gone} forgotten: True' in self.ask_to_forget(federation, gone), 20,
                   'c forgotten')
        for nick in 'ab':
            self.wait_known(federation, nick, {'a': 'RUNNING', 'b': 'RUNNING'})
        self.assertIn('BAD_NAME', self.ask_to_forget(federation, gone))
        federation.start('c')
        federation.wait_operation()
        self.wait_known(federation, 'a', dict.fromkeys('abc', 'RUNNING'))
        self.assertEqual(federation.where_really_is('shop:web'), ['c'])

    def test_expiry(self):
        """With discovery_expiry nobody has to be asked (O-74)."""
        federation = self.discovering({'a': '', 'b': ''}, discovery_expiry=8)
        federation.start()
        federation.wait_operation()
        federation['b'].kill_all()
        self.wait_known(federation, 'a', {'a': 'RUNNING', 'b': 'STOPPED'})
        self.wait_known(federation, 'a', {'a': 'RUNNING'})

    @staticmethod
    def ask_to_forget(federation, identifier):
        done = subprocess.run(
            [programs_folder() / 'supvisorsctl', '-s',
             f'http://127.0.0.1:{federation["a"].api_port}', 'forget', identifier],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20)
        return done.stdout

    def test_strangers(self):
        """Neither garbage, nor another key, nor none, brings anybody in (O-75, D-44)."""
        federation = self.discovering({'a': '', 'b': '', 'c': '', 'd': ''})
        wrong = self.write_key(federation.folder / 'other.key', 'another secret of some length')
        for nick, key in (('c', wrong), ('d', 'NONE')):
            one = federation[nick]
            one.options = one.options.changed(
                options={**one.options.options, 'multicast_key': key})
            one.write_configuration([one])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                                socket.inet_aton('127.0.0.1'))
            federation.start()
            for content in (b'', b'SUPD', b'x' * 1400, b'y' * 20000, b'SUPD\x01O' + b'z' * 64):
                stranger.sendto(content, self.group)
            federation.wait_operation(nicks=['a', 'b'])
            federation.wait_operation(nicks=['c'])
            federation.wait_operation(nicks=['d'])
            log = federation['a'].log()
            lines = [line for line in log.splitlines() if 'announcement: ' in line]
            self.assertTrue(lines, log)
            # One line at once, then one each ten seconds, however many arrive.
            for _ in range(500):
                stranger.sendto(b'flood', self.group)
            self.assertEqual(federation.master('b'), 'a')
        for nick, wanted in (('a', 'ab'), ('b', 'ab'), ('c', 'c'), ('d', 'd')):
            self.assertEqual(federation.instance_states(nick), dict.fromkeys(wanted, 'RUNNING'))
        written = [line for line in federation['a'].log().splitlines() if 'announcement: ' in line]
        self.assertLess(len(written), 20, written)

    def test_two_of_one_nick(self):
        """The second of a nick is refused with a warning, and goes on alone (E-21)."""
        federation = self.discovering({'a': '', 'b': ''})
        twin = federation['b']
        twin.options = twin.options.changed(supervisord={'identifier': 'a'})
        twin.write_configuration([twin])
        federation.start('a')
        federation.wait_operation(nicks=['a'])
        federation.start('b')
        federation.wait_operation(nicks=['b'])
        for one in federation:
            wait_until(lambda: 'is not taken in: the nick a is that of' in one.log(), 10,
                       f'a warning of {one}')
            self.assertEqual(federation.instance_states(one.nick), {one.nick: 'RUNNING'})


class CheckTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def check(self, options):
        conf = self.folder / 'supervisord.conf'
        conf.write_text('[inet_http_server]\nport=127.0.0.1:61000\n[supervisord]\n'
                        f'[supvisors]\n{options}\n')
        return subprocess.run([programs_folder() / 'supvisors-agent', '--check', '-c', conf],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=20)

    def test_values(self):
        good = 'multicast_group=239.0.0.1:61001\nfederation_key=NONE\n'
        self.assertEqual(self.check('multicast_group=239.0.0.1:61001').returncode, 0)
        self.assertEqual(self.check(good + 'multicast_key=NONE').stderr, '')
        for options, wanted in (('multicast_group=1.2.3.4:5', 'discovery is off'),
                                (good + 'multicast_interface=lo', 'any interface is taken'),
                                (good + 'multicast_ttl=256', '1 is taken'),
                                (good + 'discovery_expiry=-1', 'nobody is forgotten'),
                                (good + 'multicast_key=/nowhere', '/nowhere: cannot be read')):
            with self.subTest(options=options):
                done = self.check(options)
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stderr, 'supervisord.conf:.*(multicast|discovery)_')
                self.assertIn(wanted, done.stderr)


if __name__ == '__main__':
    unittest.main()
