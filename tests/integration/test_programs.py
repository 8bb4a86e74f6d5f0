"""Programs that users disable, or of which they change the number of processes, on real supervisords."""

import json
import subprocess
import unittest
import xmlrpc.client

from integration.harness import Federation, InstanceOptions, wait_until
from integration.harness.configuration import programs_folder
from integration.harness.waiting import NotYet

# A child that has not become its program yet loses the signal that stops it: it is killed soon.
SLEEP = 'command=/bin/sleep 10000\nstartsecs=0\nstopwaitsecs=2\n'
# Two groups hold `tool`, which starts by itself; `still` does not; `stubborn` takes long to stop.
PROGRAMS = f'''
[program:tool]
{SLEEP}process_name=tool_%(process_num)d
numprocs=2
[program:mate]
{SLEEP}
[group:first]
programs=tool,mate
[group:second]
programs=tool
[program:still]
{SLEEP}process_name=still_%(process_num)d
numprocs=2
autostart=false
[program:single]
{SLEEP}
[program:stubborn]
command=/bin/sh -c "trap 'sleep 1; exit 0' TERM; while :; do sleep 0.1; done"
process_name=stubborn_%(process_num)d
numprocs=3
startsecs=0
[eventlistener:ears]
command=/bin/sh -c "while :; do echo READY; read header; head -c $(echo $header | sed 's/.*len://') >/dev/null; printf 'RESULT 2\\nOK'; done"
events=TICK_3600
process_name=ears_%(process_num)d
numprocs=2
startsecs=0
'''


class Base(unittest.TestCase):
    deadline = 60
    maxDiff = None
    names = ('a', 'b')
    options = {'overlay_dir': '%(here)s/conf.d', 'event_link': 'ZMQ'}

    def setUp(self):
        self.made = Federation({nick: InstanceOptions(programs=PROGRAMS, options=self.options)
                                for nick in self.names})
        self.addCleanup(self.made.close)
        self.made.start()
        self.made.wait_operation()
        self.a = self.made['a']
        self.wait_states('first:*', RUNNING=3)

    def supvisors(self, nick='a'):
        return self.made[nick].agent(timeout=30).supvisors

    def assert_fault(self, code, text, method, *parameters):
        with self.assertRaises(xmlrpc.client.Fault) as caught:
            method(*parameters)
        self.assertEqual(caught.exception.faultCode, code)
        self.assertRegex(caught.exception.faultString, text)

    def local(self, nick='a'):
        """What the agent tells of its processes, by namespec."""
        return {f"{info['group']}:{info['name']}": info
                for info in self.supvisors(nick).get_all_local_process_info()}

    def states(self, namespec, nick='a'):
        """What supervisord tells."""
        group, name = namespec.split(':')
        return {info['name']: info['statename']
                for info in self.made[nick].supervisor().supervisor.getAllProcessInfo()
                if info['group'] == group and name in ('*', info['name'])}

    def wait_states(self, namespec, nick='a', **counts):
        def reached():
            seen = list(self.states(namespec, nick).values())
            return {state: seen.count(state) for state in seen} == counts or NotYet(seen)
        wait_until(reached, 10, f'{namespec} on {nick}: {counts}')

    def pids(self, *namespecs):
        return [self.a.pid_of(namespec) for namespec in namespecs]

    def wait_local(self, namespec, nick='a', **fields):
        def reached():
            info = self.local(nick).get(namespec)
            seen = info and {name: info[name] for name in fields}
            return seen == fields or NotYet(seen)
        wait_until(reached, 10, f'{namespec} on {nick}: {fields}')


class Disabled(Base):
    names = ('a', 'b')

    def remembered(self):
        return json.loads((self.a.folder / '.supvisors' / 'disabilities.json').read_text())

    def overlay(self):
        return (self.a.folder / 'conf.d' / 'zz-supvisors.conf').read_text()

    def test_disable_and_enable(self):
        """B-200, E-190, E-191: stopped, refused, remembered, told to peers, configured."""
        self.assertEqual(set(self.remembered().values()), {False})
        mates = self.pids('first:mate')
        with self.made['b'].events('event', 'instance') as events:
            events.wait('instance', 10)   # the subscription is there
            self.assertIs(self.supvisors().disable('tool'), True)
            self.assertEqual(self.states('second:*'), {'tool_0': 'STOPPED', 'tool_1': 'STOPPED'})
            events.wait('event', group='second', name='tool_0', disabled=True,
                        identifier=self.a.identifier)
        self.assertEqual(self.pids('first:mate'), mates)
        self.assertTrue(self.remembered()['tool'])
        self.assertIn('[program:tool]\nautostart=false', self.overlay())
        self.assertTrue(self.local()['first:tool_0']['disabled'])
        self.assertFalse(self.local()['first:mate']['disabled'])
        for info in self.supvisors('b').get_inner_process_info('a', 'second:*'):
            self.assertTrue(info['disabled'])
        # by Supvisors: on the other instance only
        self.supvisors('b').stop_process('second:tool_0')
        self.assertIs(self.supvisors().start_process('CONFIG', 'second:tool_0'), True)
        self.assertEqual(self.states('second:tool_0', 'b'), {'tool_0': 'RUNNING'})
        self.assertEqual(self.states('second:tool_0'), {'tool_0': 'STOPPED'})
        # by supervisord's own methods through the agent
        through = self.a.agent(timeout=30).supervisor
        self.assert_fault(103, '^DISABLED: first:tool_0$', through.startProcess, 'first:tool_0')
        through.stopProcess('first:mate')
        self.assertEqual(
            sorted((one['name'], one['status'], one['description'])
                   for one in through.startProcessGroup('first')),
            [('mate', 80, 'OK'), ('tool_0', 103, 'DISABLED: first:tool_0'),
             ('tool_1', 103, 'DISABLED: first:tool_1')])
        every = through.startAllProcesses()
        self.assertEqual({one['status'] for one in every if one['name'].startswith('tool')}, {103})
        self.assertEqual(self.states('first:*'),
                         {'mate': 'RUNNING', 'tool_0': 'STOPPED', 'tool_1': 'STOPPED'})
        # a multicall, as clients make it
        raw = self.a.agent(timeout=30).system.multicall(
            [{'methodName': 'supervisor.startProcess', 'params': ['first:tool_1']},
             {'methodName': 'supervisor.getPID'}])
        self.assertEqual(raw[0], {'faultCode': 103, 'faultString': 'DISABLED: first:tool_1'})
        self.assertEqual(raw[1], self.a.supervisor().supervisor.getPID())

        # enabled again: what starts by itself is started
        self.assertIs(self.supvisors().enable('tool'), True)
        self.wait_states('first:*', RUNNING=3)
        self.assertFalse(self.remembered()['tool'])
        self.assertNotIn('tool', self.overlay())
        self.assertIs(self.supvisors().enable('tool'), True)
        self.assertIs(self.supvisors().disable('still', False), True)
        self.assertIs(self.supvisors().enable('still', False), True)
        self.assertEqual(set(self.states('still:*').values()), {'STOPPED'})

    def test_behind_our_back(self):
        """Whoever starts it, it is stopped at once, and the log says so; also after restarts (E-190)."""
        self.supvisors().disable('tool')
        self.a.supervisor().supervisor.startProcess('first:tool_0')
        self.wait_states('first:tool_0', STOPPED=1)
        wait_until(lambda: 'first:tool_0 is RUNNING though program tool is disabled here' in
                   self.a.log() or 'first:tool_0 is STARTING though program tool is disabled here' in
                   self.a.log(), 5, 'a line in the log')
        self.a.kill('agent')
        self.a.supervisor().supervisor.startProcess('first:tool_1')
        self.a.start_agent()
        self.wait_states('first:tool_1', STOPPED=1)
        # at the next boot nothing of it starts: the overlay says so
        self.a.kill('agent')
        self.a.terminate('supervisord')
        self.a.start_supervisord()
        self.a.wait_supervisord()
        self.wait_states('first:*', RUNNING=1, STOPPED=2)
        self.a.start_agent()
        self.made.wait_operation()
        self.assertTrue(self.local()['first:tool_0']['disabled'])

    def test_faults(self):
        for method in (self.supvisors().disable, self.supvisors().enable):
            self.assert_fault(10, '^BAD_NAME: program=nothing unknown to Supvisors$', method,
                              'nothing')
            self.assert_fault(2, '^INCORRECT_PARAMETERS$', method)
        self.assert_fault(10, 'BAD_NAME', self.supvisors().disable, 'supvisors')


class Numprocs(Base):
    names = ('a',)

    def test_fewer_and_back(self):
        """Siblings are not touched; what is too many is stopped, then gone (B-201, E-193)."""
        pids = self.pids('first:tool_0', 'second:tool_0', 'first:mate')
        with self.a.events('event', 'process', 'instance') as events:
            events.wait('instance', 10)   # the subscription is there
            self.assertIs(self.supvisors().update_numprocs('tool', 1), True)
            events.wait('event', group='first', name='tool_1', state=0)
            events.wait('event', group='first', name='tool_1', state=-1)
            events.wait('process', application_name='second', process_name='tool_1', statecode=-1)
        self.assertEqual({name for name in self.local() if 'tool' in name},
                         {'first:tool_0', 'second:tool_0'})
        self.assertEqual(self.states('first:tool_1'), {'tool_1': 'STOPPED'})
        self.assert_fault(10, 'BAD_NAME', self.supvisors().start_process, 0, 'first:tool_1')
        through = self.a.agent().supervisor
        self.assert_fault(10, '^BAD_NAME: first:tool_1$', through.startProcess, 'first:tool_1')
        self.assertNotIn('tool_1', {one['name'] for one in through.startProcessGroup('first')})
        self.a.supervisor().supervisor.startProcess('second:tool_1')
        self.wait_states('second:tool_1', STOPPED=1)
        # another run of the agent knows it
        self.a.kill('agent')
        self.a.start_agent()
        self.made.wait_operation()
        self.assertNotIn('first:tool_1', self.local())
        self.assertIs(self.supvisors().update_numprocs('tool', '2'), True)
        self.wait_states('first:*', RUNNING=3)
        self.wait_states('second:*', RUNNING=2)
        self.assertEqual(self.pids('first:tool_0', 'second:tool_0', 'first:mate'), pids)
        # what was stopped remains so
        self.assertIs(self.supvisors().update_numprocs('still', 1), True)
        self.assertIs(self.supvisors().update_numprocs('still', 2.9), True)
        self.assertEqual(self.states('still:*'), {'still_0': 'STOPPED', 'still_1': 'STOPPED'})
        self.wait_local('still:still_1', statename='STOPPED')

    def test_lazily(self):
        """Left running, removed when it ends (E-192)."""
        self.assertIs(self.supvisors().update_numprocs('stubborn', 1, True, True), True)
        self.wait_states('stubborn:*', RUNNING=3)
        self.a.supervisor().supervisor.stopProcess('stubborn:stubborn_2')
        wait_until(lambda: 'stubborn:stubborn_2' not in self.local(), 10, 'its removal')
        self.assertIn('stubborn:stubborn_1', self.local())
        self.assertIs(self.supvisors().update_numprocs('stubborn', 2), True)
        self.assertEqual(self.local()['stubborn:stubborn_1']['statename'], 'RUNNING')
        # without waiting, true at once (14.2, 2)
        self.assertIs(self.supvisors().update_numprocs('stubborn', 1, False), True)
        wait_until(lambda: 'stubborn:stubborn_1' not in self.local(), 10, 'its removal')

    def test_more(self):
        """More than supervisord has: its groups are replaced, if that is allowed (5.9)."""
        self.assert_fault(91, r"^STILL_RUNNING: processes=\['first:mate', 'first:tool_0', .*"
                          'supervisord has - force expected$',
                          self.supvisors().update_numprocs, 'tool', 5)
        self.wait_states('first:*', RUNNING=3)
        self.assertIs(self.supvisors().update_numprocs('tool', 5, True, False, True), True)
        self.wait_states('first:*', RUNNING=6)
        self.wait_states('second:*', RUNNING=5)
        self.wait_local('second:tool_4', statename='RUNNING', program_name='tool', process_index=4)
        self.assertIn('first:mate is interrupted', self.a.log())
        self.assertIs(self.supvisors().update_numprocs('tool', 2), True)
        self.assertEqual(len([name for name in self.local() if 'tool' in name]), 4)
        # nothing of it runs: nothing is interrupted
        self.assertIs(self.supvisors().update_numprocs('still', 4), True)
        self.wait_states('still:*', STOPPED=4)
        self.wait_local('still:still_3', process_index=3)
        self.assertIs(self.supvisors().update_numprocs('still', 2), True)
        # an event listener
        self.assertIs(self.supvisors().update_numprocs('ears', 3, True, False, True), True)
        self.wait_states('ears:*', RUNNING=3)
        self.assertIs(self.supvisors().update_numprocs('ears', 1), True)
        self.wait_states('ears:*', RUNNING=1, STOPPED=2)
        # what was asked last holds in the next run of supervisord, as its number is our doing
        self.a.kill('agent')
        self.a.terminate('supervisord')
        self.a.start_supervisord()
        self.a.wait_supervisord()
        self.a.start_agent()
        self.made.wait_operation()
        self.wait_states('first:*', RUNNING=3, STOPPED=3)
        self.wait_states('ears:*', RUNNING=1, STOPPED=2)
        wanted = {'first:tool_0', 'first:tool_1', 'second:tool_0', 'second:tool_1', 'ears:ears_0'}

        def reached():
            seen = {name for name in self.local() if 'tool' in name or 'ears' in name}
            return seen == wanted or NotYet(seen)
        wait_until(reached, 10, f'{wanted}')

    def test_faults(self):
        update = self.supvisors().update_numprocs
        for value in (0, -1, 'x', ''):
            self.assert_fault(2, f'^INCORRECT_PARAMETERS: program=tool incorrect numprocs={value} - '
                              'integer > 0 expected$', update, 'tool', value)
        self.assert_fault(10, '^BAD_NAME: program=nothing unknown to Supvisors$', update, 'nothing', 0)
        self.assert_fault(104, '^NOT_APPLICABLE: numprocs not applicable to program=single$', update,
                          'single', 2)
        self.assertIs(update('single', 1), True)
        self.assertIs(update('tool', 2), True)

    def test_commands(self):
        """supvisorsctl disable, enable, update_numprocs, lazy_update_numprocs."""
        def run(*words):
            done = subprocess.run([programs_folder() / 'supvisorsctl', '-s',
                                   f'http://127.0.0.1:{self.a.api_port}', *words],
                                  capture_output=True, text=True, timeout=30)
            return done.returncode, done.stdout
        self.assertEqual(run('disable', 'tool'), (0, 'tool disabled: True\n'))
        self.assertEqual(run('enable', 'tool'), (0, 'tool enabled: True\n'))
        self.assertEqual(run('update_numprocs', 'tool', '1'), (0, 'tool numprocs updated: True\n'))
        self.assertEqual(run('update_numprocs', 'tool', '3', 'force'),
                         (0, 'tool numprocs updated: True\n'))
        self.assertEqual(run('lazy_update_numprocs', 'stubborn', '1'),
                         (0, 'stubborn numprocs updated: True\n'))


class NoOverlay(Base):
    names = ('a',)
    options = {}

    def test_refusal_says_what_lacks(self):
        self.assert_fault(104, '^NOT_APPLICABLE: program=tool numprocs=3 is more than the 2 that '
                          r'supervisord has - overlay_dir expected in \[supvisors\]$',
                          self.supvisors().update_numprocs, 'tool', 3, True, False, True)


class OverlayNotIncluded(Base):
    names = ('a',)
    options = {'overlay_dir': '%(here)s/elsewhere'}

    def test_nothing_is_interrupted(self):
        pids = self.pids('first:tool_0', 'first:mate')
        self.assert_fault(104, '^NOT_APPLICABLE: supervisord sees no change of group=first - overlay_dir',
                          self.supvisors().update_numprocs, 'tool', 3, True, False, True)
        self.assertEqual(self.pids('first:tool_0', 'first:mate'), pids)
        overlay = self.a.folder / 'elsewhere' / 'zz-supvisors.conf'
        wait_until(lambda: 'numprocs' not in overlay.read_text(), 5, 'the former overlay')


if __name__ == '__main__':
    unittest.main()
