"""Applications for tests of federations: programs that notice a second copy of themselves.

Application `db` (disk, then engine) starts before `web` (six fronts, spread).
"""

from pathlib import Path

from integration.harness import FederationTestCase, InstanceOptions, NotReached, wait_until
from integration.harness.processes import is_alive
from integration.harness.waiting import NotYet

RULES = '''<root>
  <model name="kept">
    <start_sequence>1</start_sequence>
    <required>true</required>
    <running_failure_strategy>RESTART_PROCESS</running_failure_strategy>
  </model>
  <application name="db">
    <start_sequence>1</start_sequence>
    <programs>
      <program name="disk"><reference>kept</reference></program>
      <program name="engine">
        <reference>kept</reference><start_sequence>2</start_sequence>
      </program>
    </programs>
  </application>
  <application name="web">
    <start_sequence>2</start_sequence>
    <starting_strategy>LESS_LOADED</starting_strategy>
    <programs>
      <program pattern="^front_">
        <reference>kept</reference><expected_loading>10</expected_loading>
      </program>
    </programs>
  </application>
</root>'''

# The lock is held until the last moment of the process, however it ends.
ONCE = '''#!/bin/sh
folder=${0%/*}
name=$SUPERVISOR_GROUP_NAME.$SUPERVISOR_PROCESS_NAME
exec 9>>"$folder/$name.lock"
/usr/bin/flock -n 9 || echo "$name" >>"$folder/duplicates"
[ -z "$STUBBORN" ] || trap '' TERM
exec /bin/sleep 10000
'''

_PROGRAM = '''
[program:{name}]
command=/bin/sh %(here)s/../once.sh
process_name={process_name}
numprocs={numprocs}
autostart=false
startsecs={startsecs}
{more}
'''


def program(name, numprocs=1, startsecs=0, more=''):
    """A section whose processes report a second copy; `name_00`... when there are several."""
    process_name = '%(program_name)s' if numprocs == 1 else '%(program_name)s_%(process_num)02d'
    return _PROGRAM.format(name=name, process_name=process_name, numprocs=numprocs,
                           startsecs=startsecs, more=more)


def applications(more=''):
    """The programs of db and web; `more` goes to each section."""
    return (program('disk', more=more) + program('engine', more=more) +
            '[group:db]\nprograms=disk,engine\n' + program('front', 6, more=more) +
            '[group:web]\nprograms=front\n')


PROCESSES = ['db:disk', 'db:engine'] + [f'web:front_{index:02d}' for index in range(6)]
NICKS = ['a', 'b', 'c']


class ApplicationsTestCase(FederationTestCase):
    """A federation of a, b and c with db and web, and what tests ask about it."""

    deadline = 60

    def three(self, options=None, more='', **common):
        """Starts it; returns it when everything runs. The Master is a (B-83: smallest nick)."""
        made = self.federation(NICKS, {'event_link': 'ZMQ', **(options or {})}, RULES,
                               InstanceOptions(programs=applications(more), **common))
        (made.folder / 'once.sh').write_text(ONCE)
        made.start()
        self.assertEqual(made.wait_operation(), 'a')
        self.wait_whole(made, NICKS)
        return made

    def places(self, federation, nicks):
        """namespec -> the instances among `nicks` whose supervisords hold it."""
        held = {namespec: [] for namespec in PROCESSES}
        for nick in nicks:
            for info in federation[nick].supervisor().supervisor.getAllProcessInfo():
                namespec = f"{info['group']}:{info['name']}"
                if namespec in held and info['statename'] in ('STARTING', 'RUNNING', 'BACKOFF',
                                                              'STOPPING'):
                    held[namespec].append(nick)
        return held

    def wait_whole(self, federation, nicks, deadline=15):
        """Every process once on these instances, by their supervisords and by all their agents."""
        def seen_whole():
            held = self.places(federation, nicks)
            if any(len(places) != 1 for places in held.values()):
                return NotYet(held)
            for nick in nicks:
                infos = federation[nick].agent().supvisors.get_all_process_info()
                seen = {f"{info['application_name']}:{info['process_name']}": (
                    info['statename'], [federation.nick_of(one) for one in info['identifiers']])
                    for info in infos}
                if any(seen[name] != ('RUNNING', held[name]) for name in PROCESSES):
                    return NotYet({nick: seen})
            return held
        return wait_until(seen_whole, deadline, f'every process once on {nicks}')

    def pids(self, federation, nicks=NICKS):
        """(nick, namespec) -> pid, as the supervisords say."""
        held = {}
        for nick in nicks:
            for info in federation[nick].supervisor().supervisor.getAllProcessInfo():
                namespec = f"{info['group']}:{info['name']}"
                if info['pid'] and namespec in PROCESSES:
                    held[nick, namespec] = info['pid']
        return held

    def pids_on(self, federation, nick):
        return list(self.pids(federation, [nick]).values())

    def assert_gone(self, pids):
        self.assertEqual([pid for pid in pids if is_alive(pid)], [])

    def twice(self, federation):
        """`group.name` of each process that met a copy of itself."""
        path = Path(federation.folder) / 'duplicates'
        return path.read_text().split() if path.exists() else []

    def assert_never_twice(self, federation):
        """No process ever met a copy of itself."""
        self.assertEqual(self.twice(federation), [])

    def assert_stays(self, condition, seconds, what):
        """`condition()` holds, without a break, for so long."""
        try:
            wait_until(lambda: not condition(), seconds, what)
        except NotReached:
            return
        self.fail(f'{what}: it did not stay so for {seconds} s')

    def fault(self, code, text):
        """A context in which a fault of this code with exactly this text is expected."""
        return _Fault(self, code, text)


class _Fault:
    def __init__(self, test, code, text):
        self._test, self._code, self._text = test, code, text

    def __enter__(self):
        return self

    def __exit__(self, _kind, error, _trace):
        if error is None:
            self._test.fail(f'fault {self._code} {self._text!r} was expected, none came')
        code = getattr(error, 'faultCode', None)
        if code is None:
            return False
        self._test.assertEqual((code, error.faultString), (self._code, self._text))
        return True
