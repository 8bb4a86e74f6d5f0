"""Hosts on one wire, in network namespaces that end with the test, and what parts them.

The thread that makes a Network is moved to a namespace of its own, at the end of the wire: it, and
the threads that it starts from then on, reach every host, whatever the hosts can reach.
"""

import ctypes
import os
import subprocess
import unittest

from .waiting import wait_until

_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


def _call(function, *arguments):
    if function(*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f'{function.__name__}{arguments}: {os.strerror(code)}')


def _ip(*words, host=None):
    subprocess.run([*(host.prefix if host else ()), '/usr/sbin/ip', *words], check=True,
                   capture_output=True, text=True)


class Host:
    """A namespace with an address; `prefix` is what a command begins with to run there."""

    def __init__(self, number):
        self.address = f'10.77.0.{number}'
        self._holder = subprocess.Popen(['/usr/bin/unshare', '--net', '/bin/sleep', 'infinity'])
        self.prefix = ('/usr/bin/nsenter', f'--net=/proc/{self._holder.pid}/ns/net', '--')
        wait_until(lambda: self._namespace() != os.readlink('/proc/thread-self/ns/net'), 5,
                   'another network namespace')
        self._plug = f'host{number}'
        _ip('link', 'add', self._plug, 'type', 'veth', 'peer', 'name', 'wire', 'netns',
            str(self._holder.pid))
        _ip('link', 'set', self._plug, 'master', 'wire', 'up')
        _ip('addr', 'add', f'{self.address}/24', 'dev', 'wire', host=self)
        for device in ('lo', 'wire'):
            _ip('link', 'set', device, 'up', host=self)

    def _namespace(self):
        return os.readlink(f'/proc/{self._holder.pid}/ns/net')

    def unplug(self):
        """Its interface has no carrier any more: it is alone, also for the test."""
        _ip('link', 'set', self._plug, 'down')

    def plug(self):
        _ip('link', 'set', self._plug, 'up')

    def close(self):
        self._holder.kill()
        self._holder.wait()


class Network:

    def __init__(self, nicks):
        self._home = os.open('/proc/thread-self/ns/net', os.O_RDONLY)
        self._hosts = {}
        self._cuts = set()
        try:
            _call(_libc.unshare, _CLONE_NEWNET)
        except OSError as problem:
            os.close(self._home)
            raise unittest.SkipTest(f'no network namespace may be made here: {problem}') from None
        try:
            _ip('link', 'set', 'lo', 'up')
            _ip('link', 'add', 'name', 'wire', 'type', 'bridge')
            _ip('addr', 'add', '10.77.0.254/24', 'dev', 'wire')
            _ip('link', 'set', 'wire', 'up')
            for number, nick in enumerate(nicks, 1):
                self._hosts[nick] = Host(number)
        except BaseException:
            self.close()
            raise

    def __getitem__(self, nick):
        return self._hosts[nick]

    def cut(self, one, other):
        """Nothing that `one` sends reaches `other` from now on, and nobody is told so: it goes to a
        hardware address that no host has.
        """
        _ip('neigh', 'replace', self[other].address, 'lladdr', '02:00:00:00:00:99', 'dev', 'wire',
            'nud', 'permanent', host=self[one])
        self._cuts.add((one, other))

    def part(self, *groups):
        """No host of a group hears one of another group any more."""
        for group in groups:
            for one in group:
                for other in (nick for rest in groups if rest != group for nick in rest):
                    self.cut(one, other)

    def heal(self):
        for one, other in self._cuts:
            _ip('neigh', 'del', self[other].address, 'dev', 'wire', host=self[one])
        self._cuts.clear()

    def close(self):
        """The thread goes home; the namespaces end with their last processes."""
        for host in self._hosts.values():
            host.close()
        _call(_libc.setns, self._home, _CLONE_NEWNET)
        os.close(self._home)
