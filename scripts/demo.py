"""The demonstration behind scripts/demo: three supervisords, three agents, two applications."""

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / 'tests'))
sys.dont_write_bytecode = True

from integration.harness import Federation, InstanceOptions, NotReached, wait_until  # noqa: E402
from integration.harness.waiting import TRANSIENT  # noqa: E402

DEMO = ROOT / 'packaging' / 'demo'
NICKS = ['north', 'south', 'west']


class Demo:
    """The federation, and what it looks like from outside."""

    def __init__(self):
        programs = (DEMO / 'programs.conf').read_text()
        self.federation = Federation(NICKS, {'event_link': 'ZMQ'}, (DEMO / 'rules.xml').read_text(),
                                     InstanceOptions(programs=programs))
        self.shown = {}
        self.begin = time.monotonic()

    def processes(self, nick):
        infos = self.federation[nick].agent().supvisors.get_all_process_info()
        return {f"{info['application_name']}:{info['process_name']}":
                (info['statename'], [self.federation.nick_of(i) for i in info['identifiers']])
                for info in infos}

    def show_changes(self, nick):
        """One line per change since the last call."""
        try:
            state = self.federation[nick].agent().supvisors.get_supvisors_state()
            seen = {f'seen by {nick}': (state['fsm_statename'], [])}
            if state['fsm_statename'] in ('DISTRIBUTION', 'OPERATION'):
                seen.update(self.processes(nick))
        except TRANSIENT:
            return
        for name, (what, where) in seen.items():
            if self.shown.get(name) != (what, where):
                self.shown[name] = (what, where)
                place = f"  on {', '.join(where)}" if where else ''
                if what != 'STOPPED':
                    print(f'{time.monotonic() - self.begin:7.2f} s  {name:<20} {what}{place}',
                          flush=True)

    def is_whole(self, nicks):
        """Every process RUNNING, exactly once, on one of these instances."""
        self.show_changes(nicks[0])
        processes = self.processes(nicks[0])
        return len(processes) == 9 and all(
            what == 'RUNNING' and len(where) == 1 and where[0] in nicks
            for what, where in processes.values())

    def wait_whole(self, nicks, deadline, what):
        """How long it took until the applications were whole and the instances in OPERATION."""
        begin = time.monotonic()
        wait_until(lambda: self.is_whole(nicks), deadline, what)
        master = self.federation.wait_operation(nicks=nicks, deadline=deadline)
        return time.monotonic() - begin, master

    def start(self):
        print('three stock supervisords and their agents start in', self.federation.folder)
        begin = time.monotonic()
        self.federation.start()
        _, master = self.wait_whole(NICKS, 30, 'the start sequence')
        print(f'started: OPERATION and every process RUNNING after '
              f'{time.monotonic() - begin:.2f} s, the Master is {master}')
        return master

    def lose(self, victim, rest):
        """SIGKILL of a supervisord; the time until nothing of it is missed."""
        print(f'kill -9 of the supervisord of {victim} (pid '
              f"{self.federation[victim].pid('supervisord')})")
        self.federation[victim].kill('supervisord')
        return self.wait_whole(rest, 30, f'everything of {victim} elsewhere')


def smoke(demo):
    master = demo.start()
    slave = [nick for nick in NICKS if nick != master][-1]
    rest = [nick for nick in NICKS if nick != slave]
    lasted, _ = demo.lose(slave, rest)
    print(f'smoke: {slave} lost, its processes run elsewhere after {lasted:.2f} s')
    demo.federation[slave].start_supervisord()
    demo.federation.wait_operation(deadline=30)
    rest = [nick for nick in NICKS if nick != master]
    lasted, new_master = demo.lose(master, rest)
    print(f'smoke: {master} lost, {new_master} is Master and everything runs after {lasted:.2f} s')


def attended(demo):
    master = demo.start()
    print('\nWhat to try, from another terminal:')
    for instance in demo.federation:
        print(f"  {instance.nick:<6} supervisord pid {instance.pid('supervisord')}, "
              f'API http://127.0.0.1:{instance.http_port + 4}/RPC2, '
              f'events tcp://127.0.0.1:{instance.http_port + 1}')
    ctl = f"build/bin/supvisorsctl -s http://127.0.0.1:{demo.federation['south'].http_port + 4}"
    print(f"""
  {ctl} instance_status
  {ctl} sstatus
  {ctl} stop_application shop
  {ctl} start_application LESS_LOADED shop
  kill -9 {demo.federation[master].pid('supervisord')}      the Master's supervisord: see who takes over

Ctrl-C ends everything that was started here.
""")
    while True:
        for nick in NICKS:
            if demo.federation[nick].pid('supervisord'):
                demo.show_changes(nick)
                break
        time.sleep(0.1)


def main():
    parser = argparse.ArgumentParser(prog='scripts/demo', description=__doc__)
    parser.add_argument('--smoke', action='store_true', help='unattended, with two kills')
    options = parser.parse_args()
    demo = Demo()
    try:
        (smoke if options.smoke else attended)(demo)
        print('smoke: passed')
        return 0
    except KeyboardInterrupt:
        return 0
    except NotReached as failure:
        print(demo.federation.tails(), file=sys.stderr)
        print(f'scripts/demo: {failure}', file=sys.stderr)
        return 1
    finally:
        print('everything is stopped')
        demo.federation.close()


if __name__ == '__main__':
    sys.exit(main())
