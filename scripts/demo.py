"""The demonstration behind scripts/demo: three supervisords, three agents, two applications."""

import argparse
import signal
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / 'tests'))
sys.dont_write_bytecode = True

from integration.harness import Federation, InstanceOptions, wait_until  # noqa: E402
from integration.harness.processes import command_of  # noqa: E402
from integration.harness.waiting import TRANSIENT, NotYet  # noqa: E402

DEMO = ROOT / 'packaging' / 'demo'
NICKS = ['north', 'south', 'west']
PROCESSES = 9
# Generous: a machine that compiles something else meanwhile must not fail the demonstration.
PATIENCE = 60


class Demo:
    """The federation, and what its users see of it by XML-RPC."""

    def __init__(self):
        programs = (DEMO / 'programs.conf').read_text()
        self.federation = Federation(
            NICKS, {'event_link': 'ZMQ', 'loglevel': 'info'}, (DEMO / 'rules.xml').read_text(),
            InstanceOptions(programs=programs, supervisord={'loglevel': 'info'}))
        self._shown = {}
        self._begin = time.monotonic()

    def say(self, text):
        print(f'{time.monotonic() - self._begin:7.2f} s  {text}', flush=True)

    def look(self, nick):
        """What one agent says: name -> (state, where). Raises when it does not answer."""
        api = self.federation[nick].agent(2).supvisors
        state = api.get_supvisors_state()
        seen = {'federation': (state['fsm_statename'], self.nicks([state['master_identifier']]))}
        for identifier, statename in state['instance_states'].items():
            seen[f'instance {self.federation.nick_of(identifier)}'] = (statename, [])
        if state['fsm_statename'] in ('DISTRIBUTION', 'OPERATION', 'CONCILIATION'):
            for info in api.get_all_process_info():
                seen[f"{info['application_name']}:{info['process_name']}"] = (
                    info['statename'], self.nicks(info['identifiers']))
        return seen

    def nicks(self, identifiers):
        return sorted(self.federation.nick_of(one) for one in identifiers if one)

    def show_changes(self, nick):
        """One line per change since the last call; returns what is seen."""
        seen = self.look(nick)
        for name, (state, where) in seen.items():
            known = self._shown.get(name)
            # What has never run is no news.
            if known == (state, where) or (known is None and state in ('STOPPED', 'OFF')):
                continue
            self._shown[name] = (state, where)
            link = ' under ' if name == 'federation' else ' on '
            self.say(f'{name:<20} {state}{link if where else ""}{", ".join(where)}')
        return seen

    def whole(self, nicks, not_master=None):
        """The Master, once all is well on `nicks` and runs there; else what is seen (falsy)."""
        seen = self.show_changes(nicks[0])
        state, master = seen['federation']
        processes = {name: one for name, one in seen.items() if ':' in name}
        well = state == 'OPERATION' and master and master[0] in nicks and \
            master[0] != not_master and len(processes) == PROCESSES and \
            all(seen[f'instance {nick}'][0] == 'RUNNING' for nick in nicks) and \
            all(what == 'RUNNING' and len(where) == 1 and where[0] in nicks
                for what, where in processes.values())
        return master[0] if well else NotYet(seen)

    def wait_whole(self, nicks, what, not_master=None):
        """Waits for that; returns how long it took, and the Master on whom they all agree."""
        begin = time.monotonic()
        wait_until(lambda: self.whole(nicks, not_master), PATIENCE, what)
        lasted = time.monotonic() - begin
        return lasted, self.federation.wait_operation(nicks=nicks, deadline=PATIENCE)

    def start(self):
        print('three stock supervisords, and an agent beside each, start in',
              self.federation.folder, flush=True)
        begin = time.monotonic()
        self.federation.start(deadline=PATIENCE)
        _, master = self.wait_whole(NICKS, 'the start sequence done')
        self.say(f'-- started: everything RUNNING {time.monotonic() - begin:.2f} s after launch, '
                 f'the Master is {master}')
        return master

    def lose(self, victim, was_master):
        """SIGKILL of a supervisord: how long until all it ran runs elsewhere, and the Master."""
        rest = [nick for nick in NICKS if nick != victim]
        instance = self.federation[victim]
        orphans = [pid for pid in instance.pids() if command_of(pid)[:1] == ['/bin/sleep']]
        self.say(f"-- kill -9 {instance.pid('supervisord')}: the supervisord of {victim}, "
                 f'which runs {len(orphans)} processes')
        instance.kill('supervisord')
        lasted, master = self.wait_whole(rest, f'everything of {victim} RUNNING elsewhere',
                                         victim if was_master else None)
        left = [pid for pid in orphans if pid in instance.pids()]
        if left:
            raise AssertionError(f'processes of {victim} outlived it: {left}')
        return lasted, master

    def bring_back(self, nick):
        self.say(f'-- the supervisord of {nick} is started again')
        self.federation[nick].start_supervisord()
        self.wait_whole(NICKS, f'{nick} back')


def smoke(demo):
    """Unattended: raises AssertionError with the reason when something does not come."""
    master = demo.start()
    slave = [nick for nick in NICKS if nick != master][-1]
    moved, _ = demo.lose(slave, was_master=False)
    demo.bring_back(slave)
    recovered, successor = demo.lose(master, was_master=True)
    demo.say('-- smoke passed')
    print(f'supervisord of {slave} killed: its processes RUNNING elsewhere after {moved:.2f} s\n'
          f'supervisord of the Master {master} killed: {successor} is Master, everything RUNNING '
          f'after {recovered:.2f} s\n(each process needs 1 s to count as RUNNING: startsecs)')


def attended(demo):
    """Shows every change until Ctrl-C."""
    master = demo.start()
    print('\nTo try, from another terminal (there is no dashboard yet):\n')
    for instance in demo.federation:
        print(f"  {instance.nick:<6} API http://127.0.0.1:{instance.api_port}/RPC2   events "
              f"tcp://127.0.0.1:{instance.event_port}   pid of supervisord "
              f"{instance.pid('supervisord')}")
    other = demo.federation[next(nick for nick in NICKS if nick != master)]
    ctl = f'build/bin/supvisorsctl -s http://127.0.0.1:{other.api_port}'
    print(f"""
  {ctl} sstate
  {ctl} instance_status
  {ctl} sstatus
  {ctl} stop_application shop
  {ctl} start_application LESS_LOADED shop
  kill -9 {demo.federation[master].pid('supervisord')}    # the supervisord of the Master

Any agent answers for the whole federation. Ctrl-C ends everything that was started here.
""", flush=True)
    while True:
        for nick in NICKS:
            try:
                if demo.federation[nick].pid('supervisord'):
                    demo.show_changes(nick)
                    break
            except TRANSIENT:
                continue   # that agent is being tried out: the next one is asked
        time.sleep(0.1)


def run(demo, is_unattended):
    """The exit status; whatever happens, nothing is left running."""
    try:
        (smoke if is_unattended else attended)(demo)
        return 0
    except KeyboardInterrupt:
        return 130 if is_unattended else 0
    except (AssertionError, *TRANSIENT) as failure:
        print(demo.federation.tails(), file=sys.stderr)
        print(f'scripts/demo: {failure}', file=sys.stderr)
        return 1
    finally:
        # From here on a second Ctrl-C must not leave half of it behind.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        print('\nending everything that was started', flush=True)
        demo.federation.close()


def on_terminate(_number, _frame):
    raise KeyboardInterrupt


def main():
    parser = argparse.ArgumentParser(prog='scripts/demo', description=__doc__)
    parser.add_argument('--smoke', action='store_true',
                        help='unattended: two kills, measured; exit status 0 if all came back')
    options = parser.parse_args()
    # Before anything is started; a shell that runs this in the background ignores SIGINT.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_terminate)
    return run(Demo(), options.smoke)


if __name__ == '__main__':
    sys.exit(main())
