"""The agent's calls to supervisord (agent/shell/supervisor_client) against a real one.

What the client understands is compared with what xmlrpc.client of Python's library understands.
"""

import json
import subprocess
import time
from pathlib import Path

from integration.harness import Agent, FederationTestCase, InstanceOptions, wait_until
from integration.harness.configuration import programs_folder

PROGRAMS = '''
[program:sleeper]
command=/bin/sleep 1000
process_name=%(program_name)s_%(process_num)02d
numprocs=3
autostart=false
startsecs=2
stopwaitsecs=7
stderr_logfile=NONE

[program:missing]
command=/nowhere/at/all
autostart=false

[program:false]
command=/bin/false
startsecs=0
autorestart=false
autostart=false

[program:été]
command=/bin/sleep 1000
autostart=false
'''
CREDENTIALS = ('user', 'pa:ss & <word>')
STOCK = InstanceOptions(agent=Agent.NONE, credentials=CREDENTIALS)


class SupervisorClientTest(FederationTestCase):

    def setUp(self):
        federation = self.federation({'a': PROGRAMS}, common=STOCK)
        federation.start()
        self.instance = federation['a']
        self.stock = self.instance.supervisor().supervisor

    def ask(self, *words, credentials=CREDENTIALS):
        done = subprocess.run([programs_folder() / 'call_supervisor', str(self.instance.http_port),
                               *credentials, *words],
                              capture_output=True, text=True, timeout=30, check=True)
        return json.loads(done.stdout)

    def test_everything_is_what_supervisord_tells(self):
        self.ask('start', 'sleeper:sleeper_01')
        told = self.ask('everything')
        self.assertEqual(told['pid'], self.stock.getPID())
        stat = Path(f'/proc/{told["pid"]}/stat').read_text()
        self.assertEqual(told['start_ticks'], int(stat.rsplit(')', 1)[1].split()[19]))
        processes = {process['name']: process for process in told['processes']}
        expected = self.stock.getAllProcessInfo()
        self.assertEqual(sorted(processes), sorted(process['name'] for process in expected))
        for process in expected:
            mine = processes[process['name']]
            for key in ('group', 'start', 'stop', 'spawnerr', 'exitstatus', 'pid', 'statename'):
                self.assertEqual(mine[key], process[key], (process['name'], key))
        programs = {program['name']: program for program in told['programs']}
        for program in self.stock.getAllConfigInfo():
            mine = programs[program['name']]
            for key in ('group', 'autostart', 'startsecs', 'stopwaitsecs'):
                self.assertEqual(mine[key], program[key], (program['name'], key))
            self.assertEqual(mine['has_stderr'], program['stderr_logfile'] != 'none')
        self.assertFalse(programs['sleeper_01']['has_stderr'])
        self.assertTrue(programs['sleeper_01']['has_stdout'])

    def test_each_of_a_batch_has_its_verdict(self):
        before = time.monotonic()
        verdicts = self.ask('start', 'sleeper:sleeper_00', 'sleeper:sleeper_00', 'missing:missing',
                            'nobody:nobody', 'false:false', 'été:été')['verdicts']
        # startsecs is 2: nobody waited for it
        self.assertLess(time.monotonic() - before, 1.9)
        self.assertEqual(verdicts[0], '')
        self.assertEqual(verdicts[1], 'ALREADY_STARTED: sleeper:sleeper_00')
        self.assertTrue(verdicts[2].startswith('NO_FILE'), verdicts[2])
        self.assertEqual(verdicts[3], 'BAD_NAME: nobody:nobody')
        self.assertEqual(verdicts[4:], ['', ''])
        self.assertEqual(self.stock.getProcessInfo('sleeper:sleeper_00')['statename'], 'STARTING')
        told = self.ask('read', 'été:été', 'nobody:nobody')['processes']
        self.assertEqual([process['name'] for process in told], ['été'])

    def test_stops_do_not_wait_and_say_what_was_not_running(self):
        self.ask('start', 'sleeper:sleeper_00')
        verdicts = self.ask('stop', 'sleeper:sleeper_00', 'sleeper:sleeper_02')['verdicts']
        self.assertEqual(verdicts, ['', 'NOT_RUNNING: sleeper:sleeper_02'])
        wait_until(lambda: self.stock.getProcessInfo('sleeper:sleeper_00')['statename']
                   == 'STOPPED', 5, 'sleeper_00 STOPPED')

    def test_a_group_is_replaced_by_what_the_files_say(self):
        self.assertEqual(self.ask('reload'), {'changed': []})
        overlay = self.instance.folder / 'conf.d' / 'zz.conf'
        overlay.parent.mkdir(exist_ok=True)
        overlay.write_text('[program:sleeper]\nnumprocs=4\n')
        self.assertEqual(self.ask('reload'), {'changed': ['sleeper']})
        self.ask('start', 'sleeper:sleeper_00')
        self.assertEqual(self.ask('remove', 'sleeper')['verdicts'], ['STILL_RUNNING: sleeper'])
        self.ask('stop', 'sleeper:sleeper_00')
        wait_until(lambda: self.ask('remove', 'sleeper')['verdicts'] == [''], 5, 'its removal')
        self.assertEqual(self.ask('add', 'sleeper')['verdicts'], [''])
        self.assertEqual(self.ask('add', 'sleeper')['verdicts'], ['ALREADY_ADDED: sleeper'])
        names = {info['name'] for info in self.stock.getAllProcessInfo()
                 if info['group'] == 'sleeper'}
        self.assertEqual(len(names), 4)
        overlay.write_text('[program:sleeper]\nnumprocs=no\n')
        self.assertTrue(self.ask('reload')['verdicts'][0].startswith('CANT_REREAD'))

    def test_wrong_credentials_are_named_and_not_shown(self):
        told = self.ask('everything', credentials=('user', 'secret'))
        self.assertIn('user or password', told['reason'])
        self.assertNotIn('secret', told['reason'])
        hashed = self.ask('everything', credentials=('user', '{SHA}0123'))
        self.assertIn('plain text is needed', hashed['reason'])

    def test_a_restart_changes_nothing_but_the_processes(self):
        pid = self.stock.getPID()
        self.assertEqual(self.ask('restart')['verdicts'], [''])
        self.instance.wait_supervisord()
        self.assertEqual(self.ask('everything')['pid'], pid)

    def test_a_dead_supervisord_cannot_be_reached(self):
        self.instance.terminate('supervisord')
        self.assertIn('connect', self.ask('everything')['reason'].lower())
