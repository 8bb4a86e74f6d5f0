"""Starts with extra arguments, by real supervisords: what the process gets is read from /proc."""

import os
import shutil
import subprocess
import tempfile
import unittest
import xmlrpc.client
from pathlib import Path

from integration.harness import FederationTestCase, InstanceOptions, wait_until
from integration.harness.configuration import programs_folder
from integration.harness.processes import command_of
from integration.harness.waiting import NotYet

EXEC = programs_folder() / 'supvisors-exec'

# `web` and `free` run through supvisors-exec, `plain` does not. Whatever they get, they sleep.
PROGRAMS = f'''
[program:web]
command={EXEC} -d %(here)s/.supvisors /bin/sh %(here)s/../sleeper.sh -p 1
autostart=false
startsecs=0
[program:plain]
command=/bin/sh %(here)s/../sleeper.sh
autostart=false
startsecs=0
[program:absent]
command=/nowhere/supvisors-exec -d %(here)s/.supvisors /bin/true
autostart=false
startsecs=0
[group:shop]
programs=web,plain,absent
'''
RULES = '''<root>
  <application name="shop">
    <start_sequence>1</start_sequence>
    <programs>
      <program name="web">
        <start_sequence>1</start_sequence>
        <running_failure_strategy>RESTART_PROCESS</running_failure_strategy>
      </program>
    </programs>
  </application>
</root>'''
SLEEPER = '#!/bin/sh\nwhile :; do sleep 0.1; done\n'


class ExtraArguments(FederationTestCase):
    """Three instances that know shop; the Master is a."""

    deadline = 60

    def three(self, options=None):
        made = self.federation(['a', 'b', 'c'], options, RULES, InstanceOptions(programs=PROGRAMS))
        (made.folder / 'sleeper.sh').write_text(SLEEPER)
        made.start()
        self.assertEqual(made.wait_operation(), 'a')
        self.arguments(made['a'])   # a child that is not its program yet would lose a signal
        return made

    def arguments(self, instance, namespec='shop:web'):
        """What the process has after its script, by the kernel's word."""
        def seen():
            words = command_of(instance.pid_of(namespec))
            # Between fork and exec it is supervisord, then supvisors-exec.
            return words if words[:1] == ['/bin/sh'] else NotYet(words)
        return wait_until(seen, 10, f'{namespec} in {instance}')[2:]

    def wait_file(self, instance, is_there, namespec='shop:web'):
        path = instance.folder / '.supvisors' / 'args' / namespec
        wait_until(lambda: path.exists() == is_there, 10, f'{path}: {is_there}')
        return path

    def assert_fault(self, code, text, method, *parameters):
        with self.assertRaises(xmlrpc.client.Fault) as caught:
            method(*parameters)
        self.assertEqual(caught.exception.faultCode, code, caught.exception.faultString)
        self.assertRegex(caught.exception.faultString, text)

    def test_quoted_arguments_reach_the_process_wherever_it_is_started(self):
        """Quotes are obeyed, nothing is expanded; every instance knows them afterwards."""
        made = self.three()
        supvisors = made['b'].agent(20).supvisors
        self.assertTrue(supvisors.restart_process(
            0, 'shop:web', "-x 'a  b' \"it's\" $HOME * ; \\'"))
        want = ['-p', '1', '-x', 'a  b', "it's",
                '$HOME', '*', ';', "'"]
        self.assertEqual(self.arguments(made['a']), want)
        for one in made:
            self.wait_file(one, True)
            shown = one.agent().supvisors.get_process_info('shop:web')[0]
            self.assertEqual(shown['extra_args'], "-x 'a  b' \"it's\" $HOME * ; \\'")
        # supervisord itself, elsewhere, starts it with them too.
        self.assertTrue(supvisors.stop_process('shop:web'))
        made['c'].supervisor().supervisor.startProcess('shop:web')
        self.assertEqual(self.arguments(made['c']), want)
        made['c'].supervisor().supervisor.stopProcess('shop:web')
        # A restart of the process takes those given: none.
        made.wait_process('shop:web', 'STOPPED')
        self.assertTrue(supvisors.restart_process(0, 'shop:web'))
        self.assertEqual(self.arguments(made['a']), ['-p', '1'])
        for one in made:
            self.wait_file(one, False)
            self.assertEqual(
                one.agent().supvisors.get_process_info('shop:web')[0]['extra_args'], '')

    def test_pid_signals_and_exit_code_are_those_of_the_program(self):
        """Between supervisord and the program nothing stays: no process, no descriptor."""
        made = self.three()
        a = made['a']
        self.assertTrue(a.agent(20).supvisors.restart_process(0, 'shop:web', '-x'))
        self.assertEqual(self.arguments(a)[2:], ['-x'])
        pid = a.pid_of('shop:web')
        parent = int(Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[1])
        self.assertEqual(parent, a.pid('supervisord'))
        self.assertEqual(a.agent().supvisors.get_local_process_info('shop:web')['pid'], pid)
        # Killed, it is started again by supervisord itself, with the same arguments.
        os.kill(pid, 9)
        wait_until(lambda: a.pid_of('shop:web') not in (0, pid), 10, 'another web')
        self.assertEqual(self.arguments(a)[2:], ['-x'])

    def test_a_new_master_starts_it_elsewhere_with_the_same(self):
        """The node of the Master, and of the process, is lost (D-28, E-161)."""
        made = self.three()
        self.assertTrue(made['b'].agent(20).supvisors.restart_process(0, 'shop:web', '-x 2'))
        self.assertEqual(self.arguments(made['a'])[2:], ['-x', '2'])
        made['a'].kill_all()
        wait_until(lambda: made.master('b') == 'b', 30, 'another Master')
        made.wait_operation(nicks=['b', 'c'])
        self.assertEqual(made.wait_process('shop:web', 'RUNNING', 20, 'b'), ['b'])
        self.assertEqual(self.arguments(made['b'])[2:], ['-x', '2'])
        # The restart of the application keeps them as well (E-152).
        self.assertTrue(made['c'].agent(20).supvisors.restart_application(0, 'shop'))
        self.assertEqual(self.arguments(made['b'])[2:], ['-x', '2'])

    def test_without_an_agent_it_starts_with_the_last_known_arguments(self):
        """What a new agent shows, it has from the disk. A damaged file costs the arguments only."""
        made = self.three()
        a = made['a']
        self.assertTrue(a.agent(20).supvisors.restart_process(0, 'shop:web', '-x'))
        for one in made:
            self.wait_file(one, True)   # who lacks them makes all forget them (E-87)
        for one in made:
            one.kill('agent')
        path = self.wait_file(a, True)
        stock = a.supervisor().supervisor
        stock.stopProcess('shop:web')
        stock.startProcess('shop:web')
        self.assertEqual(self.arguments(a)[2:], ['-x'])
        for one in made:
            one.start_agent()
        made.wait_operation()
        self.assertEqual(a.agent().supvisors.get_local_process_info('shop:web')['extra_args'], '-x')
        a.kill('agent')
        path.write_text(path.read_text().replace('-x', '-y'))
        stock.stopProcess('shop:web')
        stock.startProcess('shop:web')
        self.assertEqual(self.arguments(a)[2:], [])
        said = wait_until(lambda: stock.readProcessStderrLog('shop:web', 0, 0), 5, 'a complaint')
        self.assertIn('supvisors-exec: started without extra arguments: ' + str(path), said)
        a.start_agent()
        made.wait_operation()
        self.assertIn(f'{path}: its size or hash', a.log())

    def test_faults(self):
        """Each names what is to be changed, and nothing was started."""
        made = self.three()
        supvisors = made['b'].agent(20).supvisors
        # Where files are included, supervisord fixes %(here)s when it reads them.
        line = 1 + made['b'].conf.read_text().splitlines().index(
            'command=/bin/sh %(here)s/../sleeper.sh')
        need = (rf'{made["b"].conf}:{line}: program .plain. needs command=supvisors-exec '
                rf'-d {made["b"].folder}/.supvisors /bin/sh {made["b"].folder}/../sleeper.sh')
        for waits in (True, False):
            self.assert_fault(104, '^NOT_APPLICABLE: shop:plain takes no extra arguments: .*' + need,
                              supvisors.start_process, 0, 'shop:plain', '-x', waits)
        self.assert_fault(104, '^NOT_APPLICABLE: ' + need, supvisors.start_args, 'shop:plain', '-x')
        self.assert_fault(3, "^BAD_ARGUMENTS: extra_args: the quote ' at position 4 is not closed$",
                          supvisors.restart_process, 0, 'shop:web', "-x 'a")
        self.assert_fault(60, '^ALREADY_STARTED: shop:web$', made['a'].agent(20).supvisors.start_args,
                          'shop:web', '-x')
        self.assert_fault(10, 'namespec=shop:\\* unknown to Supervisor', supvisors.start_args,
                          'shop:*', '')
        # A missing executable is shown as FATAL besides.
        self.assert_fault(20, '^NO_FILE', supvisors.start_args, 'shop:absent', '')
        self.assertEqual(made.wait_process('shop:absent', 'FATAL', seen_by='a'), [])
        self.assertEqual(made.where_really_is('shop:plain'), [])
        self.assertTrue(supvisors.start_process(0, 'shop:plain'))

    def test_an_error_of_the_disk_is_heard(self):
        """What cannot be written is not started."""
        made = self.three()
        self.assertTrue(made['b'].agent(20).supvisors.stop_application('shop'))
        for one in made:
            folder = one.folder / '.supvisors' / 'args'
            folder.write_text('in the way of the folder')
        self.assert_fault(104, '^NOT_APPLICABLE: extra arguments cannot be written: .*/args',
                          made['b'].agent(20).supvisors.start_process, 0, 'shop:web', '-x')
        self.assertEqual(made.where_really_is('shop:web'), [])
        for one in made:
            (one.folder / '.supvisors' / 'args').unlink()
        self.assertTrue(made['b'].agent(20).supvisors.start_process(0, 'shop:web', '-x'))
        self.assertEqual(self.arguments(made['a'])[2:], ['-x'])

    def test_start_args_is_the_instance_s_own_affair(self):
        """On a slave, whoever is Master; the Master keeps these arguments from then on."""
        made = self.three()
        self.assertTrue(made['a'].agent(20).supvisors.stop_application('shop'))
        self.assertTrue(made['b'].agent(20).supvisors.start_args('shop:web', '-z', False))
        self.assertEqual(made.wait_process('shop:web', 'RUNNING'), ['b'])
        self.assertEqual(self.arguments(made['b'])[2:], ['-z'])
        self.assertTrue(made['c'].agent(20).supvisors.restart_application(0, 'shop'))
        self.assertEqual(made.wait_process('shop:web', 'RUNNING'), ['a'])
        self.assertEqual(self.arguments(made['a'])[2:], ['-z'])
        # Through another instance, it is that of the instance that the path names.
        through = xmlrpc.client.ServerProxy(f'http://127.0.0.1:{made["a"].api_port}/RPC2/c')
        self.assertTrue(through.supvisors.stop_process('shop:web'))
        self.assertTrue(through.supvisors.start_args('shop:web', "'of c'"))
        self.assertEqual(made.wait_process('shop:web', 'RUNNING'), ['c'])
        self.assertEqual(self.arguments(made['c'])[2:], ['of c'])

    def test_any_process_that_matches(self):
        made = self.three()
        supvisors = made['c'].agent(20).supvisors
        self.assert_fault(30, '^FAILED: no candidate process matching "web"$',
                          supvisors.start_any_process, 0, 'web')
        self.assert_fault(2, '^INCORRECT_PARAMETERS: regex: ', supvisors.start_any_process, 0, '(')
        self.assertEqual(supvisors.start_any_process('CONFIG', '^shop:.l'), 'shop:plain')
        self.assertEqual(made.where_really_is('shop:plain'), ['a'])
        self.assertTrue(supvisors.stop_process('shop:web'))
        self.assertEqual(supvisors.start_any_process(0, 'we', '-x', False), 'shop:web')
        made.wait_process('shop:web', 'RUNNING')
        self.assertEqual(self.arguments(made['a'])[2:], ['-x'])

    def test_supvisorsctl_has_the_four_commands(self):
        made = self.three()

        def say(*words):
            done = subprocess.run(
                [programs_folder() / 'supvisorsctl', '-s',
                 f'http://127.0.0.1:{made["b"].api_port}', *words],
                capture_output=True, text=True, timeout=30, check=False)
            return done.returncode, done.stdout
        self.assertEqual(say('stop_application', 'shop')[0], 0)
        self.assertEqual(say('start_process_args', 'CONFIG', 'shop:web', '-x', '5'),
                         (0, 'shop:web started: True\n'))
        self.assertEqual(self.arguments(made['a'])[2:], ['-x', '5'])
        self.assertEqual(say('stop_process', 'shop:web'), (0, 'shop:web stopped\n'))
        self.assertEqual(say('start_any_process_args', 'CONFIG', 'web$', '-y'),
                         (0, 'shop:web started\n'))
        self.assertEqual(self.arguments(made['a'])[2:], ['-y'])
        self.assertEqual(say('stop_process', 'shop:web'), (0, 'shop:web stopped\n'))
        self.assertEqual(say('start_args', 'shop:web', '-z'), (0, 'shop:web started: True\n'))
        self.assertEqual(self.arguments(made['b'])[2:], ['-z'])
        self.assertEqual(say('start_any_process', 'CONFIG', 'plain', 'web'),
                         (1, 'shop:plain started\n"web": ERROR (FAILED: no candidate process '
                             'matching "web")\n'))


class TheProgramItself(unittest.TestCase):
    """supvisors-exec alone, as supervisord would run it."""

    deadline = 20

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp()).resolve()
        self.addCleanup(shutil.rmtree, self.folder)

    def leave(self, text):
        """As the agent does: FNV-1a of the text and of a closing byte 0xff."""
        value = 14695981039346656037
        for byte in text.encode() + b'\xff':
            value = (value ^ byte) * 1099511628211 % 2**64
        (self.folder / 'args').mkdir(exist_ok=True)
        path = self.folder / 'args' / 'shop:web'
        path.write_text(f'supvisors-exec 1 {len(text.encode())} {value:016x}\n{text}\n')
        return path

    def run_it(self, *words, environment=None):
        names = {'SUPERVISOR_GROUP_NAME': 'shop', 'SUPERVISOR_PROCESS_NAME': 'web'}
        done = subprocess.run([EXEC, *words], capture_output=True, text=True, timeout=10,
                              env=names if environment is None else environment, check=False,
                              input='what it reads\n')
        return done.returncode, done.stdout, done.stderr

    def test_arguments_are_added_and_the_rest_is_untouched(self):
        self.leave("-x 'a b'")
        self.assertEqual(self.run_it('-d', str(self.folder), '/usr/bin/printf', '<%s>', '1'),
                         (0, '<1><-x><a b>', ''))
        self.leave('')
        self.assertEqual(self.run_it('-d', str(self.folder), '/bin/cat'),
                         (0, 'what it reads\n', ''))
        self.assertEqual(self.run_it('-d', str(self.folder), '/bin/sh', '-c', 'exit 7')[0], 7)
        self.assertEqual(self.run_it('-d', str(self.folder), '/bin/sh', '-c', 'kill -9 $$')[0], -9)
        names = {'SUPERVISOR_GROUP_NAME': 'shop', 'SUPERVISOR_PROCESS_NAME': 'web', 'A': 'b'}
        said = self.run_it('-d', str(self.folder), '/usr/bin/env', environment=names)[1]
        self.assertEqual(said, ''.join(f'{name}={value}\n' for name, value in names.items()))
        said = self.run_it('-d', str(self.folder), '/bin/ls', '/proc/self/fd')[1]
        self.assertEqual(said.split(), ['0', '1', '2', '3'])   # the last one is of ls itself

    def test_the_environment_says_where_when_the_command_does_not(self):
        self.leave('-x')
        names = {'SUPERVISOR_GROUP_NAME': 'shop', 'SUPERVISOR_PROCESS_NAME': 'web',
                 'SUPVISORS_STATE_DIR': str(self.folder)}
        self.assertEqual(self.run_it('/bin/echo', environment=names), (0, '-x\n', ''))

    def test_no_file_is_no_arguments_and_no_word(self):
        self.assertEqual(self.run_it('-d', str(self.folder), '/bin/echo', '1'), (0, '1\n', ''))

    def test_what_is_wrong_is_said_and_the_program_starts_without(self):
        begin = 'supvisors-exec: started without extra arguments: '
        path = self.leave("-x 'a")
        cases = [(lambda: None, "the quote ' at position 4 is not closed: -x 'a"),
                 (lambda: path.write_text('rubbish'), f'{path}: it does not begin with '),
                 (lambda: path.write_text(''), f'{path}: it does not begin with '),
                 (lambda: (path.unlink(), path.mkdir()), f'{path}: Is a directory'),
                 (lambda: shutil.rmtree(self.folder / 'args'), None),
                 (lambda: (self.folder / 'args').write_text(''), f'{path}: Not a directory')]
        for break_it, want in cases:
            break_it()
            status, out, err = self.run_it('-d', str(self.folder), '/bin/echo', '1')
            with self.subTest(want):
                self.assertEqual((status, out), (0, '1\n'))
                self.assertTrue(err.startswith(begin + want) if want else err == '', err)
        self.assertEqual(self.run_it('-d', '/nowhere', '/bin/echo', '1')[1:],
                         ('1\n', begin + 'the state directory /nowhere is not there\n'))
        self.assertIn('supervisord did not start it',
                      self.run_it('-d', str(self.folder), '/bin/echo', environment={})[2])

    def test_statuses(self):
        for words, status in ((('-d', '/s', '/nowhere/x'), 127), (('-d', '/s', '/etc/passwd'), 126),
                              ((), 2), (('-d', '/s'), 2), (('-z', '/bin/echo'), 2)):
            with self.subTest(words):
                self.assertEqual(self.run_it(*words)[0], status)


if __name__ == '__main__':
    unittest.main()
