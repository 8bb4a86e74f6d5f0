"""Several instances that know each other, and the questions that tests ask them.

    with Federation({'a': PROGRAMS, 'b': PROGRAMS}, rules=RULES) as federation:
        federation.start()
        federation.wait_operation()
        assert federation.where_is('shop:db') == ['a']

Leaving the block ends everything and demands that nothing is left.
"""

import os
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .configuration import Agent, InstanceOptions
from .instance import Instance
from .ports import take_blocks
from .processes import end_all, marked_pids
from .waiting import TRANSIENT, NotYet, wait_until

TERM_BOUND = 5.0


def ours_of(stubborn):
    """The commands of our own programs; another one that ignores TERM is its test's affair."""
    return [command for command in stubborn.values()
            if any('supvisors-' in word for word in command[:2])]


class Federation:
    """`instances`: nicks, or nick -> programs as text or InstanceOptions.

    `common` is what an instance given by its nick or programs only is made of; `options` go to the
    [supvisors] of all, each instance's own above them; `rules` is the text of a rules file for all.
    """

    def __init__(self, instances, options=None, rules=None, common=InstanceOptions()):
        self.folder = Path(tempfile.mkdtemp(prefix='federation-')).resolve()
        shared = dict(options or {})
        if rules is not None:
            (self.folder / 'rules.xml').write_text(rules)
            shared['rules_files'] = str(self.folder / 'rules.xml')
        if not isinstance(instances, dict):
            instances = dict.fromkeys(instances, common)
        self._instances = {}
        for (nick, chosen), ports in zip(instances.items(), take_blocks(len(instances))):
            if isinstance(chosen, str):
                chosen = common.changed(programs=common.programs + chosen)
            chosen = chosen.changed(options={**shared, **chosen.options})
            self._instances[nick] = Instance(nick, self.folder / nick, ports, chosen)
        for instance in self:
            instance.write_configuration(list(self))

    def __getitem__(self, nick):
        return self._instances[nick]

    def __iter__(self):
        return iter(self._instances.values())

    def __len__(self):
        return len(self._instances)

    @property
    def nicks(self):
        return list(self._instances)

    def nick_of(self, identifier):
        """The nick of the instance with this identifier; the identifier itself if not ours."""
        return next((one.nick for one in self if one.identifier == identifier), identifier)

    # --- life ---

    def start(self, *nicks, deadline=15):
        """Starts these instances (all by default); returns when their supervisords answer."""
        chosen = [self[nick] for nick in nicks or self.nicks]
        for instance in chosen:
            instance.start_supervisord()
        for instance in chosen:
            if instance.options.agent is Agent.STANDALONE:
                instance.start_agent()
        for instance in chosen:
            instance.wait_supervisord(deadline)

    def pids(self):
        """Every living process of the federation, orphans included."""
        self.reap()
        return marked_pids(str(self.folder))

    def reap(self):
        for instance in self:
            instance.reap()

    def close(self):
        """Ends everything; raises if that is impossible. Returns what TERM did not end, by pid; if
        programs of ours are among that, all logs are shown.
        """
        try:
            stubborn = end_all(self.pids, TERM_BOUND, self.reap)
            if ours_of(stubborn):
                print(self.tails(), file=sys.stderr)
        finally:
            for instance in self:
                instance.release_ports()
        if os.environ.get('SUPVISORS_KEEP') is None:
            shutil.rmtree(self.folder, ignore_errors=True)
        return stubborn

    def __enter__(self):
        return self

    def __exit__(self, kind, _value, _trace):
        if kind is not None and issubclass(kind, (AssertionError, *TRANSIENT)):
            print(self.tails())
        self.close()

    def tails(self, lines=40):
        """The ends of all logs of all instances."""
        return '\n'.join(instance.tails(lines) for instance in self)

    # --- what agents say ---

    def _witness(self, seen_by):
        """The instance to ask: the one named, else the first whose agent lives."""
        if seen_by is not None:
            return self[seen_by]
        for instance in self:
            if instance.pid('agent') is not None:
                return instance
        raise AssertionError('no agent is alive to be asked')

    def _ask(self, function, nicks=None):
        """nick -> function(instance), None where the agent does not answer; asked side by side."""
        def ask(instance):
            try:
                return function(instance)
            except TRANSIENT:
                return None
        chosen = [self[nick] for nick in nicks or self.nicks]
        with ThreadPoolExecutor(min(16, len(chosen))) as pool:
            return dict(zip([one.nick for one in chosen], pool.map(ask, chosen)))

    def supvisors_states(self, nicks=None):
        """nick -> get_supvisors_state of that agent (S1), None where it does not answer."""
        return self._ask(lambda one: one.agent(2).supvisors.get_supvisors_state(), nicks)

    def states(self, nicks=None):
        """nick -> name of the state of the machine on that agent, None where it does not answer."""
        return {nick: state and state['fsm_statename']
                for nick, state in self.supvisors_states(nicks).items()}

    def instance_states(self, seen_by=None):
        """nick -> state name of each instance, as one agent sees them (get_all_instances_info)."""
        infos = self._witness(seen_by).agent().supvisors.get_all_instances_info()
        return {self.nick_of(info['identifier']): info['statename'] for info in infos}

    def master(self, seen_by=None):
        """The nick of the Master as one agent knows it, None when there is none."""
        state = self._witness(seen_by).agent().supvisors.get_supvisors_state()
        return self.nick_of(state['master_identifier']) if state['master_identifier'] else None

    def wait_state(self, name, deadline=15, nicks=None):
        """Waits until the machine is in this state on all these agents."""
        def reached():
            states = self.states(nicks)
            return all(state == name for state in states.values()) or NotYet(states)
        wait_until(reached, deadline, f'state {name} on {nicks or self.nicks}')

    def wait_operation(self, deadline=20, nicks=None, idle=True):
        """Waits until these agents (all by default) are in OPERATION under one of them as Master and
        see each other RUNNING and, if `idle`, no starting or stopping job. Returns the Master's
        nick. A Master that is not among them is one whose loss they have not seen yet.
        """
        nicks = nicks or self.nicks
        found = wait_until(lambda: self._in_operation(nicks, idle), deadline,
                           f'OPERATION on {nicks}')
        return self.nick_of(found)

    def _in_operation(self, nicks, idle):
        """The identifier of their common Master once all is settled, else what is not (falsy)."""
        states = self.supvisors_states(nicks)
        if None in states.values():
            return NotYet({nick: 'no answer' for nick, state in states.items() if state is None})
        identifiers = [self[nick].identifier for nick in nicks]
        for state in states.values():
            seen = state['instance_states']
            settled = state['fsm_statename'] == 'OPERATION' and \
                state['master_identifier'] in identifiers and \
                all(seen.get(identifier) == 'RUNNING' for identifier in identifiers) and \
                not (idle and (state['starting_jobs'] or state['stopping_jobs']))
            if not settled:
                return NotYet(state)
        masters = {state['master_identifier'] for state in states.values()}
        return masters.pop() if len(masters) == 1 else NotYet(masters)

    def process_info(self, namespec, seen_by=None):
        """The synthesis of one process (S10) as one agent gives it."""
        infos = self._witness(seen_by).agent().supvisors.get_process_info(namespec)
        if len(infos) != 1:
            raise AssertionError(f'{namespec}: one process was expected, not {len(infos)}')
        return infos[0]

    def where_is(self, namespec, seen_by=None):
        """The nicks of the instances where it runs, as one agent says, sorted."""
        return sorted(self.nick_of(identifier)
                      for identifier in self.process_info(namespec, seen_by)['identifiers'])

    def where_really_is(self, namespec):
        """The same from the supervisords themselves; those that do not answer hold nothing."""
        return sorted(instance.nick for instance in self if instance.holds(namespec))

    def wait_process(self, namespec, state, deadline=10, seen_by=None):
        """Waits for the state (a name) of a process, and returns where it runs."""
        def reached():
            info = self.process_info(namespec, seen_by)
            return info['statename'] == state or NotYet(info)
        wait_until(reached, deadline, f'{namespec} in state {state}')
        return self.where_is(namespec, seen_by)

    def application(self, name, seen_by=None):
        """S8 of one application."""
        return self._witness(seen_by).agent().supvisors.get_application_info(name)

    def wait_application(self, name, state, deadline=10, seen_by=None):
        def reached():
            info = self.application(name, seen_by)
            return info['statename'] == state or NotYet(info)
        wait_until(reached, deadline, f'application {name} in state {state}')
