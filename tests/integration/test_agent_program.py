"""supvisors-agent as a program: its exit statuses, its signals, its patience, what it leaves behind."""

import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from integration.harness import FederationTestCase, InstanceOptions, wait_until
from integration.harness.configuration import programs_folder

PROGRAMS = '''
[program:web]
command=/bin/sleep 1000
autostart=false
'''
RULES = '''<root>
  <application name="web"><start_sequence>1</start_sequence>
    <programs><program name="web"><start_sequence>1</start_sequence></program></programs>
  </application>
</root>
'''
AGENT = programs_folder() / 'supvisors-agent'


def run_agent(*arguments, **options):
    return subprocess.run([AGENT, *arguments], capture_output=True, text=True, timeout=30,
                          **options)


class CommandLineTest(FederationTestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.conf = self.folder / 'supervisord.conf'

    def write(self, supvisors, rules=RULES):
        (self.folder / 'rules.xml').write_text(rules)
        self.conf.write_text('[inet_http_server]\nport=127.0.0.1:61000\n[supervisord]\n'
                             f'{PROGRAMS}\n[supvisors]\nrules_files=%(here)s/rules.xml\n'
                             f'supvisors_list=127.0.0.1:61000\n{supvisors}')

    def check(self):
        return run_agent('-c', self.conf, '--check')

    def test_usage(self):
        self.assertEqual(run_agent('--help').returncode, 0)
        self.assertRegex(run_agent('--version').stdout, r'^supvisors-agent \d+\.\d+')
        self.assertEqual(run_agent('--nonsense').returncode, 2)
        missing = run_agent('-c', '/nowhere.conf')
        self.assertEqual(missing.returncode, 1)
        self.assertIn('/nowhere.conf', missing.stderr)

    def test_a_good_configuration(self):
        self.write('')
        done = self.check()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f'OK configuration {self.conf}', done.stdout)
        self.assertIn(f'OK rules {self.folder}/rules.xml', done.stdout)

    def test_every_problem_of_the_configuration_is_named_with_its_place(self):
        self.write('auto_fence=perhaps\nevent_prt=5\n')
        done = self.check()
        self.assertEqual(done.returncode, 1)
        lines = done.stderr.splitlines()
        self.assertTrue(any('supervisord.conf:' in line and 'auto_fence' in line
                            for line in lines), lines)
        self.assertTrue(any('event_prt' in line and 'event_port' in line for line in lines), lines)

    def test_bad_rules_are_named_with_their_place(self):
        self.write('', RULES.replace('<start_sequence>1', '<start_seq>1'))
        for done in (self.check(), run_agent('-c', self.conf)):
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr, r'rules\.xml:\d+: ')

    def test_without_a_file_it_looks_where_supervisord_looks(self):
        self.write('')
        done = run_agent('--check', cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)


class RunningTest(FederationTestCase):

    def start(self):
        federation = self.federation({'a': PROGRAMS}, rules=RULES)
        federation.start()
        federation.wait_operation()
        return federation, federation['a']

    def second_agent(self, instance):
        other = subprocess.Popen([AGENT, '-c', instance.conf], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.PIPE, text=True)
        self.addCleanup(other.stderr.close)
        self.addCleanup(other.wait)
        self.addCleanup(other.kill)
        return other

    def test_a_stopped_agent_leaves_soon_and_leaves_nothing(self):
        _, instance = self.start()
        pid = instance.pid('agent')
        web = instance.pid_of('web:web')
        before = time.monotonic()
        instance.terminate('agent')
        self.assertLess(time.monotonic() - before, 2)
        self.assertFalse((instance.folder / '.supvisors' / 'listener.sock').exists())
        self.assertFalse(Path(f'/proc/{pid}').exists())
        self.assertEqual(instance.pid_of('web:web'), web)

    def test_a_second_agent_waits_for_the_first_and_says_so(self):
        _, instance = self.start()
        other = self.second_agent(instance)
        time.sleep(1)
        self.assertIsNone(other.poll())
        instance.terminate('agent')
        wait_until(lambda: instance.agent().supvisors.get_supvisors_state()['fsm_statename']
                   == 'OPERATION', 5, 'OPERATION with the second agent')
        other.send_signal(signal.SIGTERM)
        _, log = other.communicate(timeout=5)
        self.assertEqual(other.returncode, 0)
        self.assertIn('another agent listens on it', log)

    def test_a_waiting_agent_can_be_stopped(self):
        _, instance = self.start()
        other = self.second_agent(instance)
        time.sleep(0.5)
        other.send_signal(signal.SIGTERM)
        self.assertEqual(other.wait(3), 0)

    def test_a_port_in_foreign_hands_is_named_in_the_end(self):
        federation = self.federation({'a': PROGRAMS}, rules=RULES)
        instance = federation['a']
        with socket.socket() as foreign:
            foreign.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            foreign.bind(('127.0.0.1', instance.api_port))
            foreign.listen()
            federation.start()
            log = wait_until(lambda: 'given up' in instance.log() and instance.log(), 25,
                             'the agent gives up')
        self.assertIn(str(instance.api_port), log)
        self.assertIn('api_port', log)

    def test_rules_are_read_again_and_bad_ones_change_nothing(self):
        _, instance = self.start()
        rules = next(instance.folder.parent.rglob('*.xml'))
        good = rules.read_text()
        rules.write_text('<root><application')
        instance.signal('agent', signal.SIGHUP)
        wait_until(lambda: 'the rules in force stay' in instance.log(), 5, 'the refusal')
        self.assertTrue(instance.agent().supvisors.get_application_rules('web')['managed'])
        rules.write_text(good.replace('<start_sequence>1', '<start_sequence>7', 1))
        instance.signal('agent', signal.SIGHUP)
        wait_until(lambda: instance.agent().supvisors.get_application_rules('web')
                   ['start_sequence'] == 7, 5, 'the new rules')

    def test_a_failed_agent_is_forgotten_by_its_sockets(self):
        _, instance = self.start()
        instance.kill('agent')
        self.assertTrue((instance.folder / '.supvisors' / 'listener.sock').exists())
        instance.start_agent()
        instance.wait_agent()
        self.assertNotIn('given up', instance.log())

    def test_the_service_manager_is_told(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, 'notify')
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(path)
            manager.settimeout(5)
            options = InstanceOptions(environment={'NOTIFY_SOCKET': path,
                                                   'WATCHDOG_USEC': '400000'})
            federation = self.federation({'a': PROGRAMS}, rules=RULES, common=options)
            federation.start()
            self.assertEqual(manager.recv(100), b'READY=1')
            for _ in range(3):
                self.assertEqual(manager.recv(100), b'WATCHDOG=1')
            federation['a'].terminate('agent')
            received = b'WATCHDOG=1'
            while received == b'WATCHDOG=1':
                received = manager.recv(100)
            self.assertEqual(received, b'STOPPING=1')
