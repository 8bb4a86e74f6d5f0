"""One instance with a password, for the tests of clients: what it runs, and who is asked."""

import base64
import http.client
import re
import unittest
from pathlib import Path

from integration.harness import Federation, InstanceOptions, wait_until
from integration.harness.processes import command_of

CREDENTIALS = ('user', 'pa:ss')

# `talker` says on both its outputs what it reads, `binary` is any bytes; `broken` and `absent`
# never run; `slow` needs a second to be RUNNING and one to stop. None is managed: the agent leaves
# them all alone.
PROGRAMS = '''
[program:single]
command=/bin/sleep 10000
autostart=false
autorestart=false
startsecs=0
[program:one]
command=/bin/sleep 10000
autostart=false
startsecs=0
[program:two]
command=/bin/sleep 10000
autostart=false
startsecs=0
[group:pair]
programs=one,two
[program:talker]
command=/bin/sh -c "echo begin; echo trouble >&2; while read x; do echo $x; echo e$x >&2; done"
autostart=true
startsecs=0
[program:binary]
command=/bin/sh -c "cat %(here)s/bytes; exec sleep 10000"
autostart=false
startsecs=0
[program:slow]
command=/bin/sh -c "trap 'sleep 1; exit 0' TERM; while :; do sleep 0.1; done"
autostart=false
startsecs=1
[program:broken]
command=/bin/false
autostart=false
startsecs=1
startretries=0
[program:absent]
command=/nowhere/absent
autostart=false
'''


def authorization(credentials=CREDENTIALS):
    return 'Basic ' + base64.b64encode(':'.join(credentials).encode()).decode()


class OneInstance(unittest.TestCase):
    """One federation of one instance for all the tests of a class; `stock` and `agent` are new
    proxies to the supervisord itself and to the agent.
    """

    deadline = 60
    maxDiff = None
    options = {}
    credentials = CREDENTIALS

    @classmethod
    def setUpClass(cls):
        cls.made = Federation({'a': InstanceOptions(programs=PROGRAMS, options=cls.options,
                                                    credentials=cls.credentials)})
        cls.addClassCleanup(cls.made.close)
        cls.instance = cls.made['a']
        cls.made.start()
        cls.made.wait_operation()
        cls.both_ports = (cls.instance.http_port, cls.instance.api_port)

    def stock(self, timeout=10):
        return self.instance.supervisor(timeout)

    def agent(self, timeout=10):
        return self.instance.agent(timeout)

    def wait_programs(self):
        """A child that has not become its program yet would lose the signal that stops it."""
        wait_until(lambda: not any('supervisord' in word for info in
                                   self.stock().supervisor.getAllProcessInfo() if info['pid']
                                   for word in command_of(info['pid'])), 5, 'programs')

    def post(self, port, body, timeout=10):
        """(status, body) of one request as bytes."""
        connection = http.client.HTTPConnection('127.0.0.1', port, timeout=timeout)
        try:
            connection.request('POST', '/RPC2', body, {'Authorization': authorization(),
                                                       'Content-Type': 'text/xml'})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def resident_kib(self):
        """The memory of the agent, in KiB: (now, at most so far)."""
        text = Path(f'/proc/{self.instance.pid("agent")}/status').read_text()
        return tuple(int(re.search(rf'{name}:\s+(\d+)', text)[1]) for name in ('VmRSS', 'VmHWM'))
