"""What supervisord itself makes of a configuration, for test_config_reader: its parser, and a daemon."""

import http.client
import os
import subprocess
import time
import xmlrpc.client

from supervisor import options as stock

ENVIRONMENT = {'HOME': '/tmp', 'PATH': '/usr/bin:/bin', 'LANG': 'C.UTF-8', 'COLOUR': 'blue',
               'COUNT': '3', 'SPACED': ' 4 ', 'PERCENT': '100%', 'FANCY': 'é;x #y'}


class Recorder(stock.ServerOptions):
    """supervisord's own parser, which also remembers program and index of each process."""

    def usage(self, msg):
        raise ValueError(msg)

    def processes_from_section(self, parser, section, group_name, klass=None):
        made = []

        class Recorded(klass or stock.ProcessConfig):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.program, self.index = section.split(':', 1)[1].strip(), len(made)
                made.append(self)
        return super().processes_from_section(parser, section, group_name, Recorded)


AUTORESTART = {stock.auto_restart('true'): 'true', stock.auto_restart('unexpected'): 'unexpected',
               False: 'false'}


def stock_processes(path, environment):
    """(group, name) -> facts, of what supervisord would run; ValueError when it refuses the file."""
    saved, saved_folder = dict(os.environ), os.getcwd()
    os.environ.clear()
    os.environ.update(environment)
    try:
        parsed = Recorder()
        parsed.realize(['-c', path], doc='', progname='supervisord')
    finally:
        os.environ.clear()
        os.environ.update(saved)
        os.chdir(saved_folder)
    found = {}
    seen = set()
    for group in parsed.process_group_configs:
        if group.name in seen:  # supervisord keeps the first of two groups
            continue
        seen.add(group.name)
        for process in group.process_configs:  # and the last of two processes
            found[group.name, process.name] = {
                'program': process.program, 'index': process.index,
                'autorestart': AUTORESTART[process.autorestart], 'autostart': process.autostart,
                'startsecs': process.startsecs, 'stopwaitsecs': process.stopwaitsecs,
                'has_stdout': process.stdout_logfile not in (None, ''),
                'has_stderr': process.stderr_logfile not in (None, '')}
    return found, parsed.identifier


class Daemon:
    """A real supervisord in the foreground."""

    def __init__(self, path, port, folder):
        self.process = subprocess.Popen(
            ['/usr/bin/python3', '/usr/bin/supervisord', '-n', '-c', path], env=ENVIRONMENT, cwd=folder,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.proxy = xmlrpc.client.ServerProxy(f'http://127.0.0.1:{port}')

    def __enter__(self):
        for _ in range(200):
            if self.process.poll() is not None:
                said = self.process.stdout.read().decode()
                self.__exit__()
                raise AssertionError(said)
            try:
                self.proxy.supervisor.getState()
                return self.proxy.supervisor
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
        self.__exit__()
        raise AssertionError('supervisord does not answer')

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.proxy('close')()


def live_facts(info):
    return {'autostart': info['autostart'], 'startsecs': info['startsecs'],
            'stopwaitsecs': info['stopwaitsecs'],
            'has_stdout': info['stdout_logfile'] not in ('none', ''),
            'has_stderr': info['stderr_logfile'] not in ('none', '')}
