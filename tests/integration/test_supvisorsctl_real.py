"""The commands of supvisorsctl, one after the other, on real supervisords."""

import subprocess
import unittest

from integration.federation_programs import NICKS, ApplicationsTestCase
from integration.harness import wait_until
from integration.harness.configuration import programs_folder


class Commands(ApplicationsTestCase):

    def ask(self, instance, *words):
        """What the command prints; it succeeds."""
        done = subprocess.run(
            [programs_folder() / 'supvisorsctl', '-s', f'http://127.0.0.1:{instance.api_port}',
             *words], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ''), (words, done.stdout))
        return done.stdout

    def test_from_a_view_to_the_end(self):
        federation = self.three()
        slave = federation['b']
        self.assertIn(' OPERATION ', self.ask(slave, 'sstate'))
        self.assertEqual(self.ask(slave, 'instance_status').count(' RUNNING '), 3)
        self.assertRegex(self.ask(slave, 'application_info', 'web'), r'web +RUNNING +False +False')
        self.assertEqual(self.ask(slave, 'sstatus', 'web:*').count(' RUNNING '), 6)
        self.assertEqual(self.ask(slave, 'stop_process', 'web:front_01'), 'web:front_01 stopped\n')
        self.assertFalse(federation.where_really_is('web:front_01'))
        self.assertEqual(self.ask(slave, 'start_process', 'CONFIG', 'web:front_01'),
                         'web:front_01 started: True\n')
        self.assertEqual(self.ask(slave, 'stop_application', 'web'), 'web stopped: True\n')
        self.assertRegex(self.ask(slave, 'application_info', 'web'), r'web +STOPPED')
        self.assertEqual(self.ask(slave, 'start_application', 'LESS_LOADED', 'web'),
                         'web started: True\n')
        self.assertEqual(self.ask(slave, 'restart_application', 'CONFIG', 'web'),
                         'web restarted: True\n')
        self.wait_whole(federation, NICKS)
        before = self.pids(federation)
        self.assertEqual(self.ask(slave, 'sreload'), 'Restarted: True\n')
        wait_until(lambda: not set(self.pids(federation).values()) & set(before.values()), 20,
                   'nothing of before')
        self.wait_whole(federation, NICKS, 30)
        self.assertEqual(len(self.pids(federation)), len(before))
        self.assertEqual(self.ask(slave, 'sshutdown'), 'Shut down: True\n')
        wait_until(lambda: not any(one.pid('supervisord') for one in federation), 30,
                   'no supervisord any more')


if __name__ == '__main__':
    unittest.main()
