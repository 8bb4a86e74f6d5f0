"""The simulated supervisord is kept honest: the same stories, told by it and by a real supervisord.

One supervisord runs all stories at the same time, one program each. The model plays them as a transcript.
What must agree is the sequence of states of each process.
"""

import os
import signal
import subprocess
import tempfile
import textwrap
import time
import xmlrpc.client
from dataclasses import dataclass
from pathlib import Path

from integration.harness import Agent, FederationTestCase, InstanceOptions, wait_until
from integration.harness.configuration import programs_folder
from integration.harness.waiting import NotYet


@dataclass(frozen=True)
class Story:
    """`deeds`: (second, start | stop | kill | exit), the last one with code 7; in the order of time."""
    expected: str                 # states after STOPPED, as supervisord 4.2 goes through them
    deeds: tuple = ()
    startsecs: int = 1
    retries: int = 3
    autostart: bool = False
    autorestart: str = 'never'    # never, unexpected, always
    stopwaitsecs: int = 10
    ends: float = 0               # by itself, after so many seconds; 0: never
    code: int = 0
    ignores_term: bool = False
    missing: bool = False         # there is no such executable


START = (0.2, 'start')
STORIES = {
    'startsecs': Story('STARTING RUNNING', (START,)),
    'no_startsecs': Story('STARTING RUNNING', (START,), startsecs=0),
    'autostart': Story('STARTING RUNNING', autostart=True),
    'stopped': Story('STARTING RUNNING STOPPING STOPPED', (START, (2, 'stop'))),
    'stopped_while_starting': Story('STARTING STOPPING STOPPED', (START, (1, 'stop')), startsecs=5),
    'needs_sigkill': Story('STARTING RUNNING STOPPING STOPPED', (START, (2, 'stop')), stopwaitsecs=1,
                           ignores_term=True),
    'killed': Story('STARTING RUNNING EXITED', (START, (2, 'kill'))),
    'killed_and_restarted': Story('STARTING RUNNING EXITED STARTING RUNNING', (START, (2, 'kill')),
                                  autorestart='unexpected'),
    'killed_while_starting': Story('STARTING BACKOFF STARTING RUNNING', (START, (0.7, 'kill'))),
    'good_exit': Story('STARTING RUNNING EXITED', (START,), ends=2, autorestart='unexpected'),
    'good_exit_and_restarted': Story('STARTING RUNNING EXITED STARTING RUNNING', (START,), ends=3.5,
                                     autorestart='always'),
    'bad_exit': Story('STARTING RUNNING EXITED', (START, (2, 'exit'))),
    'bad_exit_and_restarted': Story('STARTING RUNNING EXITED STARTING RUNNING', (START, (2, 'exit')),
                                    autorestart='unexpected'),
    'too_early_to_fatal': Story('STARTING BACKOFF STARTING BACKOFF FATAL', (START,), retries=1, ends=0.3,
                                code=1),
    'too_early_with_a_good_code': Story('STARTING BACKOFF FATAL', (START,), retries=0, ends=0.3),
    'missing': Story('STARTING BACKOFF FATAL', autostart=True, retries=0, missing=True),
    'stopped_in_backoff': Story('STARTING BACKOFF STOPPED', (START, (1.0, 'stop')), ends=0.3, code=1),
    'started_again': Story('STARTING RUNNING STOPPING STOPPED STARTING RUNNING',
                           (START, (2.4, 'stop'), (3.4, 'start'))),
}
LASTS = 6.9  # seconds: its loop has had time to turn, and no second end by itself was due yet
LISTENER = '''\
import sys
sys.stdout.write('READY\\n'); sys.stdout.flush()
while True:
    header = dict(word.split(':') for word in sys.stdin.readline().split())
    body = dict(word.split(':') for word in sys.stdin.read(int(header['len'])).split())
    with open(sys.argv[1], 'a') as log:
        log.write(body['processname'] + ' ' + header['eventname'].removeprefix('PROCESS_STATE_') + '\\n')
    sys.stdout.write('RESULT 2\\nOKREADY\\n'); sys.stdout.flush()
'''
# behave ENDS CODE [ignore]: ends after ENDS seconds with CODE, never when 0; with 7 at SIGUSR1.
BEHAVE = '''\
#!/bin/sh
[ "$3" = ignore ] && trap '' TERM
trap 'exit 7' USR1
if [ "$1" != 0 ]; then sleep "$1"; exit "$2"; fi
while :; do sleep 0.05; done
'''
AUTORESTART = {'never': 'false', 'unexpected': 'unexpected', 'always': 'true'}


def section(name, story):
    command = '/nowhere/at/all' if story.missing else \
        f'/bin/sh %(here)s/behave {story.ends} {story.code} {"ignore" if story.ignores_term else ""}'
    return textwrap.dedent(f'''
        [program:{name}]
        command={command}
        startsecs={story.startsecs}
        startretries={story.retries}
        autostart={'true' if story.autostart else 'false'}
        autorestart={AUTORESTART[story.autorestart]}
        stopwaitsecs={story.stopwaitsecs}
        ''')


def deeds():
    """All deeds of all stories: (second, verb, program), in order."""
    return sorted((when, verb, name) for name, story in STORIES.items() for when, verb in story.deeds)


class Real(FederationTestCase):
    """What a real supervisord tells is what the table says."""

    def states(self, log):
        told = {name: [] for name in STORIES}
        for line in log.read_text().splitlines():
            name, state = line.split()
            if name in told:
                told[name].append(state)
        return {name: ' '.join(states) for name, states in told.items()}

    def do(self, instance, verb, name):
        supervisor = instance.supervisor().supervisor
        if verb in ('start', 'stop'):
            call = supervisor.startProcess if verb == 'start' else supervisor.stopProcess
            call(name, False)
        else:
            os.kill(instance.pid_of(name), signal.SIGKILL if verb == 'kill' else signal.SIGUSR1)

    def test_real(self):
        programs = ''.join(section(name, story) for name, story in STORIES.items())
        programs += textwrap.dedent('''
            [eventlistener:ear]
            command=/usr/bin/python3 %(here)s/listener.py %(here)s/events
            events=PROCESS_STATE
            buffer_size=1000
            startsecs=0
            ''')
        federation = self.federation(['a'], common=InstanceOptions(agent=Agent.NONE, programs=programs))
        instance = federation['a']
        (instance.folder / 'listener.py').write_text(LISTENER)
        (instance.folder / 'behave').write_text(BEHAVE)
        federation.start()
        begin = time.monotonic()
        for when, verb, name in deeds():
            time.sleep(max(0.0, begin + when - time.monotonic()))
            try:
                self.do(instance, verb, name)
            except xmlrpc.client.Fault as fault:
                self.fail(f'{verb} {name} at {when} s: {fault}')
        log = instance.folder / 'events'
        wait_until(lambda: not self.unlike(self.states(log)) or NotYet(self.unlike(self.states(log))),
                   20, 'what the stories tell')

    def unlike(self, told):
        """Where more or less is told than expected; what ends and is restarted goes on for ever."""
        goes_on = {name for name, story in STORIES.items()
                   if story.ends and story.autorestart == 'always'}
        return {name: told[name] for name, story in STORIES.items()
                if told[name] != story.expected and
                not (name in goes_on and told[name].startswith(story.expected))}

    def test_model(self):
        """And so is what the model tells."""
        told = self.play(self.transcript())
        self.assertEqual(told, {name: story.expected for name, story in STORIES.items()})

    def transcript(self):
        lines = ['fleet a  off=a', 'start supervisord a', 'restless no agent']
        for name, story in STORIES.items():
            restart = story.autorestart
            words = [f'program {name}:{name} startsecs={story.startsecs} retries={story.retries}',
                     f'autorestart={restart} stopwaitsecs={story.stopwaitsecs}',
                     f'autostart={"yes" if story.autostart else "no"} code={story.code}']
            if story.ends:
                words.append(f'ends={story.ends}s')
            if story.ignores_term:
                words.append('stop=ignores')
            if story.missing:
                words.append('missing=yes')
            lines.insert(1, ' '.join(words))
        now = 0.0
        for when, verb, name in deeds():
            lines.append(f'run {round((when - now) * 1000)}ms show=truth')
            now = when
            if verb in ('start', 'stop'):
                lines.append(f'supervisorctl a {verb} {name}:{name}')
            else:
                lines.append(f'exit {name}:{name} on a code={-1 if verb == "kill" else 7}')
        lines.append(f'run {round((LASTS - now) * 1000)}ms show=truth')
        return ''.join(f'{line}\n----\n\n' for line in lines)

    def play(self, transcript):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / 'story.txt'
            file.write_text(transcript)
            played = subprocess.run([programs_folder() / 'scenarios', file], capture_output=True,
                                    text=True, env={**os.environ, 'UPDATE_SCENARIOS': '1'}, check=False)
            self.assertEqual(played.returncode, 0, played.stderr)
            told = {name: [] for name in STORIES}
            for line in file.read_text().splitlines():
                words = line.split()
                if len(words) == 5 and words[2] == 'truth':
                    told[words[3]].append(words[4])
            return {name: ' '.join(states) for name, states in told.items()}
