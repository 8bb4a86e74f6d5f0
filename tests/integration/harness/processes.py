"""Processes found by the marker in their environment, so that none escapes: children inherit it.

A supervisord that is killed leaves its children to init; the marker still tells whose they were.
"""

import os
import signal
import time
from pathlib import Path

MARKER = 'SUPVISORS_TEST_FOLDER'


def _marker_of(pid):
    try:
        environment = Path(f'/proc/{pid}/environ').read_bytes()
    except OSError:
        return None   # gone, or not ours
    for entry in environment.split(b'\0'):
        name, _, value = entry.partition(b'=')
        if name == MARKER.encode():
            return os.fsdecode(value)
    return None


def is_alive(pid):
    """Whether the process runs: a zombie does not, even if nobody has waited for it."""
    return state_of(pid) not in (None, 'Z', 'X')


def state_of(pid):
    """The letter of /proc (R running, S sleeping, T stopped, Z zombie...), None without process."""
    try:
        # The command may contain anything; the state follows its closing bracket.
        return Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[0]
    except (OSError, IndexError):
        return None


def command_of(pid):
    """The command line as a list, empty for a process that is gone."""
    try:
        line = Path(f'/proc/{pid}/cmdline').read_bytes()
    except OSError:
        return []
    return [os.fsdecode(word) for word in line.split(b'\0')[:-1]]


def marked_pids(folder):
    """The living processes whose marker is `folder` or a folder below it."""
    found = []
    for entry in os.listdir('/proc'):
        if entry.isdigit() and int(entry) != os.getpid():
            marker = _marker_of(int(entry))
            if marker and (marker == folder or marker.startswith(folder + '/')) and \
                    is_alive(int(entry)):
                found.append(int(entry))
    return sorted(found)


def send(pids, number):
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def end_all(find, bound, reap=lambda: None):
    """Ends what `find()` lists: TERM, then KILL after `bound` seconds. Returns those killed.

    Killing goes on until nothing is left: a dying parent may still have started a child, and one that
    is dying has no environment any more, by which it is found, before it is dead.
    """
    found = set()

    def living():
        found.update(find())
        return [pid for pid in found if is_alive(pid)]

    told = living()
    send(told, signal.SIGTERM)
    send(told, signal.SIGCONT)   # a stopped process would not see the TERM
    end = time.monotonic() + bound
    while living() and time.monotonic() < end:
        # supervisord may hear of the end of a child before it takes its own TERM, and start another
        # one, which loses what it is sent before it has become its program.
        send(set(living()).difference(told), signal.SIGTERM)
        reap()
        time.sleep(0.02)
    reap()
    stubborn = {pid: command_of(pid) for pid in living()}
    end = time.monotonic() + 10
    while pids := living():
        send(pids, signal.SIGKILL)
        if time.monotonic() >= end:
            raise AssertionError(f'these processes cannot be ended: {pids}')
        reap()
        time.sleep(0.02)
    return stubborn
