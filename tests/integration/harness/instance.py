"""One instance: a supervisord in a folder of its own, its relay and its agent."""

import os
import signal
import subprocess

from .configuration import Agent, configuration_text, expand
from .events import EventSubscriber
from .processes import MARKER, command_of, is_alive, marked_pids, send, state_of
from .rpc import proxy
from .waiting import TRANSIENT, wait_until

SUPERVISORD = ('/usr/bin/python3', '/usr/bin/supervisord')
# States in which supervisord holds, or is about to hold, a process.
RUNNING_LIKE = ('STARTING', 'RUNNING', 'BACKOFF', 'STOPPING')


class Instance:
    """Starts, signals and asks one instance. `who` is 'supervisord', 'agent' or 'relay'."""

    def __init__(self, nick, folder, ports, options):
        self.nick, self.folder, self.options = nick, folder, options
        self.http_port = ports.first
        self.event_port = self.http_port + 1
        self.federation_port = self.http_port + 3
        self.api_port = self.http_port + 4
        self.address = options.host.address if options.host else '127.0.0.1'
        self.identifier = f'{self.address}:{self.http_port}'
        self._ports = ports
        self._children = {}   # who -> Popen, of those that we started ourselves
        for name in ('', 'logs', 'conf.d'):
            (folder / name).mkdir(exist_ok=True)

    def __repr__(self):
        return f'<{self.nick}>{self.identifier}'

    @property
    def conf(self):
        return self.folder / 'supervisord.conf'

    def write_configuration(self, peers):
        self.conf.write_text(configuration_text(self, peers))
        if self.options.overlay:
            (self.folder / 'conf.d' / 'overlay.conf').write_text(self.options.overlay)

    # --- starting ---

    def start(self, deadline=10):
        """supervisord and, where we run it, the agent; returns when supervisord answers."""
        self.start_supervisord()
        if self.options.agent is Agent.STANDALONE:
            self.start_agent()
        self.wait_supervisord(deadline)

    def start_supervisord(self):
        return self._start('supervisord', [*SUPERVISORD, '-n', '-c', str(self.conf)])

    def start_agent(self):
        """Starts the agent as systemd would; its output goes to agent.log."""
        return self._start('agent', [expand(word, self.folder)
                                     for word in self.options.agent_command])

    def _start(self, who, command):
        self.reap()
        if who in self._children:
            raise AssertionError(f'{self}: {who} runs already (pid {self._children[who].pid})')
        if self.options.host:
            command = [*self.options.host.prefix, *command]
        environment = {**os.environ, MARKER: str(self.folder), **self.options.environment}
        with open(self.folder / f'{who}.log' if who == 'agent' else self.folder / 'console.log',
                  'ab') as output:
            child = subprocess.Popen(command, cwd=self.folder, env=environment,
                                     stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                     start_new_session=True)
        self._children[who] = child
        return child.pid

    def wait_supervisord(self, deadline=10):
        def answers():
            self._demand_alive('supervisord')
            return self.supervisor().supervisor.getState()['statename'] == 'RUNNING'
        wait_until(answers, deadline, f'{self}: supervisord in state RUNNING')

    def wait_agent(self, deadline=10):
        """Waits until the agent answers, and returns the version of its API."""
        def answers():
            self._demand_alive('agent')
            return self.agent().supvisors.get_api_version()
        return wait_until(answers, deadline, f'{self}: an agent that answers')

    def _demand_alive(self, who):
        child = self._children.get(who)
        if child and child.poll() is not None:
            raise AssertionError(f'{self}: {who} ended with status {child.returncode}\n'
                                 f'{self.tails(30)}')

    # --- asking ---

    def supervisor(self, timeout=5.0):
        """Proxy to the stock supervisord: the truth about this instance."""
        return proxy(f'{self.address}:{self.http_port}', timeout, self.options.credentials)

    def agent(self, timeout=5.0):
        """Proxy to the agent (`supvisors.*`, `supervisor.*` and `system.*`)."""
        return proxy(f'{self.address}:{self.api_port}', timeout, self.options.credentials)

    def events(self, *headers):
        """A subscription to the event socket (option event_link=ZMQ); all headers by default."""
        return EventSubscriber(f'{self.address}:{self.event_port}', headers)

    def process(self, namespec):
        """What supervisord says of a process (getProcessInfo)."""
        return self.supervisor().supervisor.getProcessInfo(namespec)

    def process_state(self, namespec):
        """Its state name, None when supervisord does not answer or does not know it."""
        try:
            return self.process(namespec)['statename']
        except TRANSIENT:
            return None

    def holds(self, namespec):
        return self.process_state(namespec) in RUNNING_LIKE

    def pid_of(self, namespec):
        """The pid of a process of supervisord, 0 when it does not run."""
        return self.process(namespec)['pid']

    # --- pids and signals ---

    def pids(self):
        """Every living process of this instance, orphans included."""
        self.reap()
        return marked_pids(str(self.folder))

    def pid(self, who):
        """The pid of supervisord, the agent or the relay; None when it does not live."""
        child = self._children.get(who)
        if child is not None:
            return child.pid if is_alive(child.pid) else None
        name = {'supervisord': 'supervisord', 'relay': 'supvisors-listener',
                'agent': 'supvisors-agent'}[who]
        for pid in self.pids():
            # A script shows its interpreter first.
            if name in [os.path.basename(word) for word in command_of(pid)[:2]]:
                return pid
        return None

    def signal(self, who, number):
        pid = self.pid(who)
        if pid is None:
            raise AssertionError(f'{self}: there is no {who} to send signal {number} to')
        os.kill(pid, number)
        return pid

    def kill(self, who, deadline=5):
        """SIGKILL; returns when it is dead."""
        pid = self.signal(who, signal.SIGKILL)
        self._wait_end(who, pid, deadline)

    def terminate(self, who, deadline=20):
        """SIGTERM; returns when it has ended."""
        pid = self.signal(who, signal.SIGTERM)
        self._wait_end(who, pid, deadline)

    def kill_all(self):
        """The crash of a node: supervisord, agent, relay and every process at once; frozen first, so
        that none of them sees another one go.
        """
        self.freeze()
        send(self.pids(), signal.SIGKILL)

        def all_gone():
            self.reap()   # one that is dying has no environment any more, and is not yet dead
            return not self.pids() and not self._children
        wait_until(all_gone, 5, f'{self}: no process after SIGKILL')

    def freeze(self, who=None):
        """SIGSTOP to one of them, or to every process of the instance; returns when stopped."""
        pids = [self.pid(who)] if who else self.pids()
        send(pids, signal.SIGSTOP)
        wait_until(lambda: all(state_of(pid) in ('T', 'Z', None) for pid in pids), 5,
                   f'{self}: {who or "everything"} stopped by SIGSTOP')

    def thaw(self, who=None):
        send([self.pid(who)] if who else self.pids(), signal.SIGCONT)

    def restart(self, who, deadline=20):
        """Ends it by SIGTERM and starts it again; the relay is started again by supervisord."""
        before = self.pid(who)
        if before is not None:
            self.terminate(who, deadline)
        if who == 'supervisord':
            self.start_supervisord()
            self.wait_supervisord(deadline)
        elif who == 'agent' and self.options.agent is Agent.STANDALONE:
            self.start_agent()
            self.wait_agent(deadline)
        else:
            wait_until(lambda: self.pid(who) not in (None, before), deadline,
                       f'{self}: a new {who}')

    def _wait_end(self, who, pid, deadline):
        def ended():
            self.reap()
            # The first thread may be a zombie already while others still end: not waited for yet.
            child = self._children.get(who)
            return not is_alive(pid) and (child is None or child.pid != pid)
        wait_until(ended, deadline, f'{self}: the end of {who} (pid {pid})')

    def reap(self):
        """Takes note of the children that have ended."""
        self._children = {who: child for who, child in self._children.items()
                          if child.poll() is None}

    def release_ports(self):
        self._ports.release()

    # --- logs ---

    def log(self, name='agent.log'):
        path = self.folder / name
        return path.read_text(errors='replace') if path.is_file() else ''

    def tails(self, lines=40):
        """The ends of all logs, for a person who looks at a failure."""
        text = []
        for path in sorted([*self.folder.glob('*.log'), *self.folder.glob('logs/*')]):
            content = path.read_text(errors='replace').splitlines()
            # Once it has its log, supervisord only repeats it on the console.
            if content and not (path.name == 'console.log' and self.log('supervisord.log')):
                name = path.relative_to(self.folder)
                text += [f'--- {self.nick}: {name} ({len(content)} lines)', *content[-lines:]]
        return '\n'.join(text)
