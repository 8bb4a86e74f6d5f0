"""Start and stop of the acceptance platform, read from the events (sections 5.3 to 5.5)."""

import time

from integration.harness import wait_until
from interop.platform_of_three import FIRST, SECOND, THIRD, PlatformTestCase

# What the start sequence makes of each process, in order: the states, and where.
EXPECTED = {
    'import_database:mount_disk_00': (['STARTING', 'RUNNING', 'STOPPING', 'STOPPED'], THIRD),
    'import_database:mount_disk_01': (['STARTING', 'RUNNING', 'STOPPING', 'STOPPED'], SECOND),
    'import_database:copy_error': (['STARTING', 'BACKOFF', 'FATAL'], FIRST),
    'database:movie_server_01': (['STARTING', 'RUNNING'], FIRST),
    'database:movie_server_02': (['STARTING', 'RUNNING'], THIRD),
    'database:movie_server_03': (['STARTING', 'RUNNING'], SECOND),
    'database:register_movies_01': (['STARTING', 'RUNNING', 'EXITED'], FIRST),
    'database:register_movies_02': (['STARTING', 'RUNNING', 'EXITED'], SECOND),
    'database:register_movies_03': (['STARTING', 'RUNNING', 'EXITED'], FIRST),
    'my_movies:manager': (['STARTING', 'RUNNING'], FIRST),
    'my_movies:web_server': (['FATAL'], None),
    'my_movies:hmi': (['STARTING', 'RUNNING'], THIRD),
    'player:test_reader': (['STARTING', 'RUNNING', 'EXITED'], FIRST),
    'web_movies:web_browser': (['STARTING', 'RUNNING'], SECOND),
}
# Each step begins when all of the one before have reached that state.
STEPS = [(['import_database:mount_disk_00', 'import_database:mount_disk_01'], 'RUNNING'),
         (['import_database:copy_error'], 'FATAL'),
         ([f'database:movie_server_0{number}' for number in (1, 2, 3)], 'RUNNING'),
         ([f'database:register_movies_0{number}' for number in (1, 2, 3)], 'EXITED'),
         (['my_movies:manager'], 'RUNNING'), (['my_movies:web_server'], 'FATAL'),
         (['my_movies:hmi'], 'RUNNING'), (['player:test_reader'], 'EXITED'),
         (['web_movies:web_browser'], 'RUNNING')]
UP = ('STARTING', 'BACKOFF', 'RUNNING', 'STOPPING')


def namespec(payload):
    return f"{payload['application_name']}:{payload['process_name']}"


def state_of_application(states):
    """Of the states of its processes, as the checks of the platform compute it."""
    if 'STARTING' in states or 'BACKOFF' in states:
        return 'STARTING'
    if 'STOPPING' in states:
        return 'STOPPING'
    return 'RUNNING' if 'RUNNING' in states else 'STOPPED'


class StartAndStop(PlatformTestCase):
    def history(self, events, first=0):
        """namespec -> states as published, and (time, namespec, state) in order."""
        states, dates = {}, []
        for date, header, payload in events.received[first:]:
            if header == 'process':
                name, state = namespec(payload), payload['statename']
                if states.setdefault(name, [])[-1:] != [state]:
                    states[name].append(state)
                    dates.append((date, name, state))
        return states, dates

    def check_pairs(self, events, first=0):
        """After each status of a process comes one of its application, which fits (section 5.3)."""
        known = {}
        waiting = []   # statuses of processes whose application has not been told yet
        for _, header, payload in events.received[first:]:
            if header == 'process':
                application = known.setdefault(payload['application_name'], {})
                application[payload['process_name']] = payload['statename']
                if payload['application_name'] != 'service':
                    waiting.append((payload['application_name'],
                                    state_of_application(application.values())))
            elif header == 'application' and waiting:
                name, state = waiting.pop(0)
                self.assertEqual((payload['application_name'], payload['statename']),
                                 (name, state), f'after {known[name]}')
        self.assertEqual(waiting, [])

    def test_start_sequence(self):
        made = self.platform()
        with made[FIRST].events('process', 'application') as events:
            made.start()
            made.wait_operation(deadline=40)
            wait_until(lambda: self.history(events)[0].get('web_movies:web_browser', [])[-1:] ==
                       ['RUNNING'], 5, 'the last event')
            time.sleep(0.5)   # nothing comes after it
            states, dates = self.history(events)
            self.check_pairs(events)
        self.assertEqual(states, {name: wanted for name, (wanted, _) in EXPECTED.items()})
        when = {(name, state): date for date, name, state in dates}
        begins = {name: min(date for date, other, _ in dates if other == name) for name in states}
        for (before, state), (after, _) in zip(STEPS, STEPS[1:]):
            self.assertLessEqual(max(when[name, state] for name in before),
                                 min(begins[name] for name in after), f'{after} before {before}')
        for name, (_, where) in EXPECTED.items():
            places = {made.nick_of(identifier) for _, header, payload in events.received
                      if header == 'process' and namespec(payload) == name
                      for identifier in payload['identifiers'] if payload['statename'] in UP}
            self.assertEqual(places, {where} - {None}, name)
        self.assertEqual(made.application('player')['statename'], 'STOPPED')

    def test_stop_sequence(self):
        made = self.started()
        self.supvisors.start_process('CONFIG', 'my_movies:converter_05')
        made[THIRD].supervisor().supervisor.startProcess('service:disk_writer')
        with made[FIRST].events('process', 'application') as events:
            time.sleep(0.5)   # the subscription reaches the publisher
            first = len(events.received)
            self.supvisors.restart()
            stopped = ['my_movies:manager', 'my_movies:hmi', 'my_movies:converter_05',
                       'database:movie_server_01', 'database:movie_server_02',
                       'database:movie_server_03', 'web_movies:web_browser',
                       'service:disk_writer']
            wait_until(lambda: all(self.history(events, first)[0].get(name, [])[-1:] == ['STOPPED']
                                   for name in stopped), 20, 'all stopped')
            states, dates = self.history(events, first)
        self.assertEqual({name: states[name][:2] for name in stopped},
                         dict.fromkeys(stopped, ['STOPPING', 'STOPPED']))
        when = {(name, state): date for date, name, state in reversed(dates)}
        for before, after in (('my_movies:manager', 'my_movies:hmi'),
                              ('my_movies:hmi', 'my_movies:converter_05'),
                              ('my_movies:converter_05', 'database:movie_server_01'),
                              ('database:movie_server_03', 'web_movies:web_browser'),
                              ('web_movies:web_browser', 'service:disk_writer')):
            self.assertLessEqual(when[before, 'STOPPED'], when[after, 'STOPPING'],
                                 f'{after} before {before}')
        made.wait_operation(deadline=40)
