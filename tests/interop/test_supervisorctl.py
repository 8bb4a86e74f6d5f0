"""Debian's own supervisorctl against the agent: every command says what it says to supervisord."""

import os
import re
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from integration.harness import Agent, FederationTestCase, InstanceOptions, wait_until
from integration.harness.waiting import NotYet
from interop.one_instance import CREDENTIALS, PROGRAMS, OneInstance

SUPERVISORCTL = ('/usr/bin/python3', '-u', '/usr/bin/supervisorctl')
CONFIGURATION = Path(__file__).parent / 'supervisorctl.conf'
EXTRA = '''
[program:extra]
command=/bin/sleep 10000
autostart=false
startsecs=0
'''


def command_line(port, *words, credentials=CREDENTIALS):
    user = ('-u', credentials[0], '-p', credentials[1]) if credentials else ()
    return [*SUPERVISORCTL, '-c', str(CONFIGURATION), '-s', f'http://127.0.0.1:{port}', *user, *words]


def environment():
    return {**os.environ, 'PYTHONIOENCODING': 'utf-8', 'COLUMNS': '80'}


def run(port, *words, stdin='', **options):
    """(exit status, output) of one command, without what depends on the moment."""
    done = subprocess.run(command_line(port, *words, **options), capture_output=True, text=True,
                          input=stdin, timeout=30, env=environment())
    text = re.sub(r'pid \d+, uptime [\d:]+', 'pid N, uptime T', done.stdout + done.stderr)
    text = re.sub(r'(?m)(STOPPED|EXITED)( +)\w{3} \d\d \d\d:\d\d [AP]M', r'\1\2DATE', text)
    return done.returncode, text.replace(f'127.0.0.1:{port}', 'SERVER')


class Following:
    """A command that goes on until it is interrupted, and what it has said so far."""

    def __init__(self, port, *words):
        self._output = tempfile.TemporaryFile()
        # Tests that run in the background of a shell ignore SIGINT, and what they start inherits it.
        self.child = subprocess.Popen(command_line(port, *words), stdin=subprocess.PIPE,
                                      stdout=self._output, stderr=self._output, env=environment(),
                                      preexec_fn=lambda: signal.signal(signal.SIGINT,
                                                                       signal.SIG_DFL))

    def text(self):
        self._output.seek(0)
        return self._output.read().decode()

    def text_but_interrupt(self):
        """The client says where an interrupt met it if that was in the middle of a read."""
        return ''.join(line for line in self.text().splitlines(keepends=True)
                       if "<class 'KeyboardInterrupt'>" not in line).rstrip('\n')

    def wait_for(self, text):
        wait_until(lambda: text in self.text() or NotYet(self.text()), 10, repr(text))

    def type(self, text):
        self.child.stdin.write(text.encode())
        self.child.stdin.flush()

    def end(self):
        """Its exit status; an end by force is -9."""
        try:
            return self.child.wait(10)
        finally:
            self.child.kill()
            self.child.wait()
            self.child.stdin.close()

    def interrupt(self):
        self.child.send_signal(signal.SIGINT)
        return self.end()


class Commands(OneInstance):
    """The same command to both, from the same state: the same words and the same exit status."""

    deadline = 120

    def setUp(self):
        self.wait_programs()
        self.before = self.running()

    def tearDown(self):
        self.restore()

    def running(self):
        return {f"{info['group']}:{info['name']}": info['statename'] == 'RUNNING'
                for info in self.stock().supervisor.getAllProcessInfo()}

    def restore(self):
        """The state at the beginning of the test, so that a command may be given again."""
        api = self.stock().supervisor
        self.wait_programs()
        for namespec, runs in self.running().items():
            if runs and not self.before.get(namespec):
                api.stopProcess(namespec)
            elif not runs and self.before.get(namespec):
                api.startProcess(namespec)
        self.wait_programs()

    def assert_same(self, *commands, is_ordered=True, **options):
        for words in commands:
            with self.subTest(command=words):
                direct, through = (run(port, *words.split(), **options) for port in self.both_ports)
                if not is_ordered:   # several processes come in the order of their ends
                    direct, through = ((code, sorted(text.splitlines()))
                                       for code, text in (direct, through))
                self.assertEqual(through, direct)

    def assert_same_change(self, *commands):
        """For commands that change what runs."""
        for words in commands:
            self.restore()
            direct = run(self.both_ports[0], *words.split())
            self.restore()
            through = run(self.both_ports[1], *words.split())
            with self.subTest(command=words):
                self.assertEqual((through[0], sorted(through[1].splitlines())),
                                 (direct[0], sorted(direct[1].splitlines())))

    def test_that_ask(self):
        self.assert_same('status', 'status single', 'status pair:*', 'status single pair:one',
                         'status talker', 'status nowhere', 'status nowhere:*', 'status all',
                         'avail', 'pid', 'pid all', 'pid talker', 'pid single', 'pid nowhere',
                         'version', 'help', 'help tail', 'nonsense', 'open http://127.0.0.1:1')

    def test_that_start_and_stop(self):
        self.assert_same_change(
            'start single', 'start talker', 'start pair:*', 'start pair:one single', 'start nowhere',
            'start nowhere:*', 'start absent', 'start broken', 'start', 'stop talker', 'stop single',
            'stop nowhere', 'stop nowhere:*', 'stop talker single', 'stop', 'restart talker',
            'restart single', 'restart pair:*', 'restart nowhere')

    def test_that_start_and_stop_all(self):
        """The relay is stopped and started with the rest; the agent bears it."""
        self.assert_same_change('start all', 'stop all', 'restart all')
        self.restore()
        self.made.wait_operation()

    def test_that_signal(self):
        self.assert_same('signal CONT talker', 'signal 18 talker', 'signal CONT pair:*',
                         'signal CONT nowhere', 'signal CONT nowhere:*', 'signal NOPE talker',
                         'signal CONT single', 'signal CONT', 'signal')
        self.assert_same('signal CONT all', is_ordered=False)

    def test_that_read_logs(self):
        self.assert_same('tail talker', 'tail talker stderr', 'tail talker stdout', 'tail -3 talker',
                         'tail -3 talker stderr', 'tail talker nowhere', 'tail nowhere',
                         'tail -x talker', 'tail', 'tail slow', 'maintail -x', 'maintail 1 2')
        api = self.stock().supervisor
        for words in ('maintail', 'maintail -200'):
            with self.subTest(command=words):
                def is_same():   # the log may grow meanwhile
                    before = run(self.both_ports[0], *words.split())
                    through = run(self.both_ports[1], *words.split())
                    return through == before or NotYet((before, through))
                wait_until(is_same, 15, 'the same main log')
        self.assertGreater(len(api.readLog(0, 0)), 1000)

    def test_that_clear_logs(self):
        self.assert_same('clear talker', 'clear single', 'clear nowhere', 'clear talker single',
                         'clear')
        self.assertEqual(self.stock().supervisor.readProcessStdoutLog('talker', 0, 0), '')

    def test_clear_all(self):
        """supervisord takes half a second for each process."""
        code, text = run(self.both_ports[1], 'clear', 'all')
        self.assertEqual(code, 0)
        names = {line.partition(': cleared')[0] for line in text.splitlines()}
        self.assertLessEqual({'single', 'pair:one', 'pair:two', 'talker'}, names)

    def test_tail_f(self):
        """What is there, then what comes, from both outputs; an interrupt ends it."""
        api = self.stock().supervisor
        for words, begin, more in (('tail -f talker', 'begin', 'first'),
                                   ('tail -f talker stdout', 'begin', 'second'),
                                   ('tail -f talker stderr', 'trouble', 'third'),
                                   ('maintail -f', '', 'fourth')):
            with self.subTest(command=words):
                api.stopProcess('talker')
                api.startProcess('talker')
                both = [Following(port, *words.split()) for port in self.both_ports]
                try:
                    for one in both:
                        one.wait_for('==> Press Ctrl-C to exit <==\n')
                        one.wait_for(begin)
                    api.sendProcessStdin('talker', f'{more}-1\n')
                    for one in both:
                        one.wait_for(f'{more}-1\n')
                    api.sendProcessStdin('talker', f'{more}-2\n')
                    for one in both:
                        one.wait_for(f'{more}-2\n')
                finally:
                    codes = [one.interrupt() for one in both]
                self.assertEqual(codes, [0, 0])
                if words != 'maintail -f':
                    self.assertEqual(*(one.text_but_interrupt() for one in both))
        self.wait_streams_closed()

    def wait_streams_closed(self):
        """No connection of the agent to supervisord's port is left."""
        def closed():
            listing = subprocess.run(
                ['ss', '-Htnp', 'state', 'established', f'dport = :{self.instance.http_port}'],
                capture_output=True, text=True, check=True).stdout
            mine = [line for line in listing.splitlines()
                    if f'pid={self.instance.pid("agent")},' in line]
            return not mine or NotYet(mine)
        wait_until(closed, 5, 'the streams are closed')

    def test_tail_f_of_nothing(self):
        for words in ('tail -f nowhere', 'tail -f single:x', 'tail -f talker nowhere'):
            self.assert_same(words)

    def test_log_that_is_cleared(self):
        follower = Following(self.both_ports[1], 'tail', '-f', 'talker')
        try:
            follower.wait_for('==> Press')
            api = self.stock().supervisor
            api.sendProcessStdin('talker', 'x' * 100 + '\n')
            follower.wait_for('x' * 100)
            api.clearProcessLogs('talker')
            api.sendProcessStdin('talker', 'after\n')
            follower.wait_for('after\n')
        finally:
            self.assertEqual(follower.interrupt(), 0)

    def test_fg(self):
        """Both outputs are seen, what is typed reaches the process, end of file ends it."""
        api = self.stock().supervisor
        for port in self.both_ports:
            with self.subTest(port=port):
                api.stopProcess('talker')
                api.startProcess('talker')
                front = Following(port, 'fg', 'talker')
                try:
                    front.wait_for('begin\n')
                    front.wait_for('trouble\n')
                    front.type(f'typed-{port}\n')
                    front.wait_for(f'\ntyped-{port}\n')
                    front.wait_for(f'etyped-{port}\n')
                    front.child.send_signal(signal.SIGINT)
                    front.wait_for('Exiting foreground\n')
                    # Its thread looks up when something comes.
                    api.sendProcessStdin('talker', 'wake\n')
                finally:
                    code = front.end()
                self.assertEqual(code, 0)
        self.assert_same('fg single', 'fg nowhere', 'fg', 'fg a b')
        self.wait_streams_closed()

    def test_that_change_the_configuration(self):
        """reread, add, remove, update: of a file that comes, changes and goes."""
        extra = self.instance.folder / 'conf.d' / 'extra.conf'
        want = [
            ('', 'reread', 'No config updates to processes\n'),
            (EXTRA, 'reread', 'extra: available\n'),
            (EXTRA, 'add extra', 'extra: added process group\n'),
            (EXTRA, 'add extra', 'ERROR: process group already active\n'),
            (EXTRA, 'add nowhere', 'ERROR: no such process/group: nowhere\n'),
            (EXTRA, 'start extra', 'extra: started\n'),
            (EXTRA, 'remove extra', 'ERROR: process/group still running: extra\n'),
            (EXTRA, 'stop extra', 'extra: stopped\n'),
            (EXTRA, 'remove extra', 'extra: removed process group\n'),
            (EXTRA, 'remove nowhere', 'ERROR: no such process/group: nowhere\n'),
            (EXTRA, 'update', 'extra: added process group\n'),
            (EXTRA.replace('10000', '20000'), 'reread', 'extra: changed\n'),
            (EXTRA.replace('10000', '20000'), 'update extra',
             'extra: stopped\nextra: updated process group\n'),
            ('', 'update all', 'extra: stopped\nextra: removed process group\n'),
            ('', 'update nowhere', 'ERROR: no such group: nowhere\n'),
            ('[program:', 'reread', None),
        ]
        for port in self.both_ports:
            codes = []
            for content, words, text in want:
                extra.write_text(content)
                if words == 'stop extra':
                    self.wait_programs()
                with self.subTest(port=port, command=words):
                    code, got = run(port, *words.split())
                    codes.append(code)
                    if text is None:
                        self.assertIn('ERROR: CANT_REREAD', got)
                    else:
                        self.assertEqual(got, text)
            extra.unlink()
            if port == self.both_ports[0]:
                first = codes
        self.assertEqual(codes, first)

    def test_shell(self):
        """Without a command it is a shell over one kept connection."""
        self.assert_same('', stdin='status single\npid single\ntail -3 talker\nversion\nquit\n')

    def test_passwords(self):
        for credentials in (None, ('user', 'wrong'), ('other', 'pa:ss')):
            self.assert_same('status', 'start single', 'tail -f talker', 'maintail -f',
                             credentials=credentials)


class Disabled(FederationTestCase):

    def test_a_program_that_is_disabled(self):
        """supervisorctl of Debian knows no fault 103, and says so; the rest is started."""
        made = self.federation(['a'], common=InstanceOptions(programs=EXTRA + '''
[program:other]
command=/bin/sleep 10000
autostart=false
startsecs=0
'''))
        made.start()
        made.wait_operation()
        port = made['a'].api_port
        self.assertIs(made['a'].agent().supvisors.disable('extra'), True)
        said = run(port, 'start', 'extra', credentials=None)[1]
        self.assertIn('Unknown result code 103 for extra', said)
        self.assertEqual(made['a'].process_state('extra'), 'STOPPED')
        run(port, 'start', 'all', credentials=None)
        self.assertEqual(made['a'].process_state('other'), 'RUNNING')
        self.assertEqual(made['a'].process_state('extra'), 'STOPPED')
        self.assertIs(made['a'].agent().supvisors.enable('extra'), True)
        self.assertEqual(run(port, 'start', 'extra', credentials=None)[1], 'extra: started\n')


class Endings(FederationTestCase):
    """reload and shutdown, which end the server that answers."""

    deadline = 60

    def one(self, **chosen):
        federation = self.federation({'a': InstanceOptions(programs=PROGRAMS, **chosen)})
        federation.start()
        federation.wait_operation()
        return federation, federation['a']

    def command(self, port, words):
        return run(port, *words.split(), credentials=None)

    def test_reload(self):
        federation, instance = self.one()
        for port in (instance.http_port, instance.api_port):
            before = instance.supervisor().supervisor.getProcessInfo('talker')['pid']
            self.assertEqual(self.command(port, 'reload'), (0, 'Restarted supervisord\n'))

            def restarted():
                return instance.supervisor().supervisor.getProcessInfo('talker')['pid'] not in \
                    (0, before)
            wait_until(restarted, 15, 'a new process after the reload')
            federation.wait_operation()

    def test_shutdown(self):
        for agent in (Agent.STANDALONE, Agent.PROGRAM):
            with self.subTest(agent=agent):
                _, instance = self.one(agent=agent)
                heard = instance.folder / 'followed'
                with heard.open('wb') as output:
                    follower = subprocess.Popen(
                        command_line(instance.api_port, 'maintail', '-f', credentials=None),
                        stdin=subprocess.DEVNULL, stdout=output,
                        env={**environment(), 'PYTHONUNBUFFERED': '1'})
                self.addCleanup(follower.wait)
                self.addCleanup(follower.kill)
                wait_until(lambda: heard.read_text().count('\n') > 1, 10, 'the log that is followed')
                self.assertEqual(self.command(instance.api_port, 'shutdown'), (0, 'Shut down\n'))
                wait_until(lambda: instance.pid('supervisord') is None, 15, 'the end of supervisord')
                self.assertEqual(follower.wait(10), 0)
                if agent is Agent.STANDALONE:
                    code, text = self.command(instance.api_port, 'status')
                    self.assertEqual(code, 1)
                    self.assertIn('FAILED: the local supervisord at', text)


if __name__ == '__main__':
    unittest.main()
