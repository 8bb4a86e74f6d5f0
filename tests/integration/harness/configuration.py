"""What an instance is made of, and the supervisord.conf that supervisord and its agent read."""

import enum
import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from .network import Host

ROOT = Path(__file__).resolve().parents[3]


def programs_folder():
    """Where our programs are: $SUPVISORS_BIN (a debug build, a package), else build/bin."""
    return Path(os.environ.get('SUPVISORS_BIN', ROOT / 'build' / 'bin'))


class Agent(enum.Enum):
    """How the agent of an instance is run."""
    NONE = 'none'               # stock supervisord alone, not even the relay
    STANDALONE = 'standalone'   # by us, as systemd would
    PROGRAM = 'program'         # as a [program:] of the supervisord it stands beside


@dataclass(frozen=True)
class InstanceOptions:
    """What a test chooses for one instance; `options` are those of the section [supvisors]."""
    programs: str = ''                            # sections as text
    options: dict = field(default_factory=dict)
    agent: Agent = Agent.STANDALONE
    credentials: tuple = None                     # user and password of the inet server
    supervisord: dict = field(default_factory=dict)
    overlay: str = ''                             # an included file, read after the main one
    environment: dict = field(default_factory=dict)
    host: Host = None                             # of a Network; this one, on loopback, else
    # Placeholders: {bin} the folder of our programs, {folder} that of the instance.
    listener_command: str = '{bin}/supvisors-listener %(here)s/.supvisors/listener.sock'
    agent_command: tuple = ('{bin}/supvisors-agent', '-c', '{folder}/supervisord.conf')

    def changed(self, **changes):
        return replace(self, **changes)


def expand(text, folder):
    return text.replace('{bin}', str(programs_folder())).replace('{folder}', str(folder))


def _section(name, options):
    lines = [f'[{name}]', *(f'{key}={value}' for key, value in options.items())]
    return '\n'.join(lines) + '\n'


def configuration_text(instance, peers):
    """The configuration of one instance; `peers` is the whole list, itself included."""
    chosen = instance.options
    server = {'port': instance.identifier}
    if chosen.credentials:
        server.update(username=chosen.credentials[0], password=chosen.credentials[1])
    daemon = {'nodaemon': 'true', 'logfile': '%(here)s/supervisord.log', 'loglevel': 'debug',
              'pidfile': '%(here)s/supervisord.pid', 'identifier': instance.nick,
              'childlogdir': '%(here)s/logs', 'minfds': 256, 'minprocs': 50, **chosen.supervisord}
    sections = [
        _section('unix_http_server', {'file': '%(here)s/supervisor.sock', 'chmod': '0600'}),
        _section('inet_http_server', server),
        _section('supervisord', daemon),
        _section('rpcinterface:supervisor', {
            'supervisor.rpcinterface_factory':
                'supervisor.rpcinterface:make_main_rpcinterface'}),
        _section('supervisorctl', {**server, 'serverurl': f'http://{instance.identifier}'}),
    ]
    if chosen.agent is not Agent.NONE:
        sections.append(_section('supvisors', supvisors_options(instance, peers)))
        sections.append(_section('eventlistener:supvisors', {
            'command': expand(chosen.listener_command, instance.folder),
            'events': 'PROCESS_STATE,PROCESS_GROUP,SUPERVISOR_STATE_CHANGE,TICK_5',
            'buffer_size': 65536, 'stdout_logfile': 'NONE', 'stderr_logfile': 'NONE',
            'startsecs': 0, 'autorestart': 'true'}))
    if chosen.agent is Agent.PROGRAM:
        sections.append(_section('program:supvisors-agent', {
            'command': ' '.join(expand(word, instance.folder) for word in chosen.agent_command),
            'priority': -2, 'autorestart': 'true', 'startsecs': 0, 'startretries': 10,
            'stdout_logfile': '%(here)s/agent.log', 'redirect_stderr': 'true'}))
    sections.append(chosen.programs)
    sections.append(_section('include', {'files': '%(here)s/conf.d/*.conf'}))
    return '\n'.join(sections)


def supvisors_options(instance, peers):
    defaults = {
        'supvisors_list': ','.join(f'<{peer.nick}>{peer.identifier}' for peer in peers),
        'state_dir': '%(here)s/.supvisors',
        'loglevel': 'debug',
    }
    return {**defaults, **instance.options.options}
