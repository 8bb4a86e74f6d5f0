"""What follows a crash, a loss, a conflict or the loss of the majority, by the strategy chosen."""

import os
import signal
import time
import unittest

from integration.harness import FederationTestCase, InstanceOptions, wait_until
from integration.harness.processes import is_alive
from integration.harness.waiting import NotYet

NICKS = ('a', 'b', 'c')


def application(name, strategy, where=''):
    """Two programs; what befalls `one` befalls the application."""
    return f'''
  <application name="{name}">
    <start_sequence>1</start_sequence>
    <programs>
      <program name="{name}_one"><start_sequence>1</start_sequence>{where}
        <running_failure_strategy>{strategy}</running_failure_strategy></program>
      <program name="{name}_two"><start_sequence>2</start_sequence>
        <running_failure_strategy>CONTINUE</running_failure_strategy></program>
    </programs>
  </application>'''


def rules(*applications):
    return '<root>' + ''.join(applications) + '</root>'


# As in most configurations, supervisord restarts by itself what exits unexpectedly.
def programs(name):
    return ''.join(f'''
[program:{name}_{which}]
command=/bin/sleep 10000
autostart=false
autorestart=unexpected
startsecs=0
''' for which in ('one', 'two')) + f'''
[group:{name}]
programs={name}_one,{name}_two
'''


class StrategiesTestCase(FederationTestCase):

    deadline = 90

    def started(self, text, names, **options):
        configured = InstanceOptions(programs=''.join(programs(name) for name in names))
        federation = self.federation(dict.fromkeys(NICKS, configured), rules=text,
                                     options=options)
        federation.start()
        federation.wait_operation()
        return federation

    def assert_stays(self, condition, seconds, what):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.assertTrue(condition(), what)
            time.sleep(0.1)

    @staticmethod
    def pids(federation, name):
        """Of both programs, wherever they run: namespec -> pids."""
        return {f'{name}:{name}_{which}':
                [one.pid_of(f'{name}:{name}_{which}') for one in federation
                 if one.holds(f'{name}:{name}_{which}')] for which in ('one', 'two')}

    def crash(self, federation, name):
        """Kills the first program. Returns what ran before."""
        before = self.pids(federation, name)
        (pid,) = before[f'{name}:{name}_one']
        os.kill(pid, signal.SIGKILL)
        return before


class Crashes(StrategiesTestCase):
    """The application is dealt with although supervisord would restart the process (E-172)."""

    def test_stop_application(self):
        federation = self.started(rules(application('halt', 'STOP_APPLICATION'),
                                        application('other', 'CONTINUE')), ['halt', 'other'])
        others = self.pids(federation, 'other')
        self.crash(federation, 'halt')

        def is_down():
            held = self.pids(federation, 'halt')
            return not any(held.values()) or NotYet(held)
        wait_until(is_down, 10, 'halt is stopped')
        federation.wait_application('halt', 'STOPPED')
        self.assert_stays(is_down, 2.5, 'halt stays down')
        self.assertEqual(self.pids(federation, 'other'), others)
        self.assertIn('halt_one crashed: STOP_APPLICATION', federation['a'].log())

    def test_restart_application(self):
        federation = self.started(rules(application('again', 'RESTART_APPLICATION')), ['again'])
        before = self.crash(federation, 'again')

        def is_anew():
            held = self.pids(federation, 'again')
            return all(len(pids) == 1 and pids != before[name]
                       for name, pids in held.items()) or NotYet(held)
        wait_until(is_anew, 10, 'again is restarted as a whole')
        federation.wait_operation()
        federation.wait_application('again', 'RUNNING')
        self.assert_stays(is_anew, 1.5, 'each of again runs once')

    def test_continue_leaves_it_to_supervisord(self):
        federation = self.started(rules(application('calm', 'CONTINUE')), ['calm'])
        before = self.crash(federation, 'calm')

        def is_back():
            held = self.pids(federation, 'calm')
            return (len(held['calm:calm_one']) == 1 and
                    held['calm:calm_one'] != before['calm:calm_one']) or NotYet(held)
        wait_until(is_back, 10, 'supervisord restarted it')
        self.assertEqual(self.pids(federation, 'calm')['calm:calm_two'],
                         before['calm:calm_two'])

    def test_shutdown(self):
        federation = self.started(rules(application('fatal', 'SHUTDOWN')), ['fatal'])
        self.crash(federation, 'fatal')
        wait_until(lambda: all(one.pid('supervisord') is None for one in federation), 20,
                   'all supervisords have ended')

    def test_restart(self):
        federation = self.started(rules(application('reset', 'RESTART')), ['reset'])
        before = self.crash(federation, 'reset')
        old = [pid for pids in before.values() for pid in pids]
        wait_until(lambda: not any(is_alive(pid) for pid in old), 15, 'the end of the processes')
        federation.wait_operation(deadline=30)

        def runs():
            held = self.pids(federation, 'reset')
            return all(len(pids) == 1 for pids in held.values()) or NotYet(held)
        wait_until(runs, 15, 'all of it runs again, once')


    def test_attempts_are_limited(self):
        """What crashes at each start is restarted later and later, then no more; a user's start
        begins anew (D-30, E-168).
        """
        crashing = '''
[program:brief_one]
command=/bin/sh -c "sleep 0.3; exit 1"
autostart=false
autorestart=false
startsecs=0

[program:brief_two]
command=/bin/sleep 10000
autostart=false

[group:brief]
programs=brief_one,brief_two
'''
        federation = self.federation(
            {nick: crashing for nick in NICKS},
            rules=rules(application('brief', 'RESTART_APPLICATION',
                                    '<identifiers>a</identifiers>')))
        federation.start()
        log = federation['a'].log
        given_up = 'brief is not restarted any more'
        wait_until(lambda: given_up in log(), 60, 'it is given up')
        crashes = [line for line in log().splitlines()
                   if 'brief_one crashed: RESTART_APPLICATION' in line]
        self.assertEqual(len(crashes), 5)
        api = federation['a'].agent(timeout=20).supvisors
        self.assertTrue(api.stop_application('brief'))
        self.assertTrue(api.start_application('CONFIG', 'brief'))
        wait_until(lambda: log().count('brief_one crashed: RESTART_APPLICATION') > 5, 10,
                   'it is restarted again')


class Losses(StrategiesTestCase):

    def test_stop_application(self):
        """What is left of an application is stopped when an instance with a part of it is lost."""
        federation = self.started(
            rules(application('halt', 'STOP_APPLICATION', '<identifiers>c</identifiers>')),
            ['halt'])
        self.assertEqual(federation.where_really_is('halt:halt_one'), ['c'])
        self.assertEqual(federation.where_really_is('halt:halt_two'), ['a'])
        federation['c'].kill_all()
        wait_until(lambda: not federation['a'].holds('halt:halt_two'), 20, 'the rest is stopped')
        federation.wait_application('halt', 'STOPPED')


class Conflicts(StrategiesTestCase):

    def conflict(self, federation):
        """A second copy on b, started behind our back, younger than the one on a."""
        self.assertEqual(federation.where_really_is('shop:shop_one'), ['a'])
        federation['b'].supervisor().supervisor.startProcess('shop:shop_one')

    def test_one_by_one(self):
        """USER, and a user who chooses each of the other strategies (B-176, B-177, B-180)."""
        federation = self.started(rules(application('shop', 'RESTART_PROCESS')), ['shop'])
        api = federation['c'].agent(timeout=20).supvisors
        for strategy, wanted in (('SENICIDE', ['b']), ('INFANTICIDE', ['a']), ('STOP', []),
                                 ('RESTART', ['a']), ('RUNNING_FAILURE', ['a'])):
            with self.subTest(strategy=strategy):
                time.sleep(1.1)  # uptimes that differ by supervisord's own resolution
                self.conflict(federation)
                federation.wait_state('CONCILIATION')
                self.assertEqual(sorted(federation.nick_of(one) for info in api.get_conflicts()
                                        for one in info['identifiers']), ['a', 'b'])
                self.assert_stays(
                    lambda: federation.where_really_is('shop:shop_one') == ['a', 'b'], 0.5,
                    'nobody touches it under USER')
                self.assertTrue(api.conciliate(strategy))
                federation.wait_operation()
                self.assertEqual(federation.where_really_is('shop:shop_one'), wanted)
                log = federation[federation.master()].log()
                self.assertRegex(log, rf'shop_one runs on .*: {strategy}, ')
                if wanted != ['a']:
                    if wanted:
                        self.assertTrue(api.stop_process('shop:shop_one'))
                    self.assertTrue(api.start_process('CONFIG', 'shop:shop_one'))

    def test_a_master_lost_meanwhile(self):
        """The next Master finds the conflict, and leaves it to the user as well."""
        federation = self.started(rules(application('shop', 'CONTINUE',
                                                    '<identifiers>b, c</identifiers>')), ['shop'])
        self.assertEqual(federation.where_really_is('shop:shop_one'), ['b'])
        time.sleep(1.1)
        federation['c'].supervisor().supervisor.startProcess('shop:shop_one')
        federation.wait_state('CONCILIATION')
        federation['a'].kill_all()
        wait_until(lambda: federation.master('c') == 'b', 20, 'another Master')
        federation.wait_state('CONCILIATION', nicks=['b', 'c'])
        self.assertEqual(federation.where_really_is('shop:shop_one'), ['b', 'c'])
        self.assertTrue(federation['c'].agent(timeout=20).supvisors.conciliate('SENICIDE'))
        self.assertEqual(federation.wait_operation(nicks=['b', 'c']), 'b')
        self.assertEqual(federation.where_really_is('shop:shop_one'), ['c'])

    def test_by_option(self):
        federation = self.started(rules(application('shop', 'CONTINUE')), ['shop'],
                                  conciliation_strategy='INFANTICIDE')
        time.sleep(1.1)
        self.conflict(federation)
        wait_until(lambda: not federation['b'].holds('shop:shop_one'), 10, 'the copy of b is gone')
        federation.wait_operation()
        self.assertEqual(federation.where_really_is('shop:shop_one'), ['a'])


class Majority(StrategiesTestCase):

    def test_stop_without_quorum(self):
        """A minority stops what it manages, and starts it when the majority is back (D-16)."""
        federation = self.started(
            rules(application('shop', 'RESTART_PROCESS', '<identifiers>a</identifiers>')),
            ['shop'], no_quorum_policy='STOP')
        federation['b'].kill_all()
        federation['c'].kill_all()

        def is_down():
            held = self.pids(federation, 'shop')
            return not any(held.values()) or NotYet(held)
        wait_until(is_down, 20, 'a stops its processes')
        self.assertIn('no majority of supvisors_list: STOP', federation['a'].log())
        federation.start('b', 'c')
        wait_until(lambda: federation['a'].holds('shop:shop_one'), 20, 'they run again')
        federation.wait_operation()


class Synchronisation(StrategiesTestCase):

    def lose_one(self, strategy):
        """An instance that STRICT asks for dies, under that supvisors_failure_strategy."""
        federation = self.started(
            rules(application('shop', 'RESTART_PROCESS', '<identifiers>a</identifiers>')),
            ['shop'], synchro_options='STRICT', supvisors_failure_strategy=strategy)
        federation['c'].kill_all()
        return federation

    def test_resync(self):
        """Back to SYNCHRONIZATION, until it is there again; what runs goes on (B-68, D-15)."""
        federation = self.lose_one('RESYNC')
        federation.wait_state('SYNCHRONIZATION', 20, nicks=['a', 'b'])
        self.assertIn(f'OPERATION -> SYNCHRONIZATION: {federation["c"].identifier} is lost: RESYNC',
                      federation['a'].log())
        self.assertTrue(federation['a'].holds('shop:shop_one'))
        federation.start('c')
        self.assertEqual(federation.wait_operation(), 'a')
        self.assertEqual(federation.where_really_is('shop:shop_one'), ['a'])

    def test_shutdown(self):
        """Everything is stopped in order, then every supervisord (D-14)."""
        federation = self.lose_one('SHUTDOWN')
        wait_until(lambda: all(one.pid('supervisord') is None for one in federation), 30,
                   'all supervisords have ended')
        log = federation['a'].log()
        self.assertIn(f'OPERATION -> SHUTTING_DOWN: {federation["c"].identifier} is lost: SHUTDOWN',
                      log)
        self.assertIn('everything is stopped: the supervisords are told', log)

    def test_ended_by_a_user(self):
        """Under USER nothing begins before somebody asks for it, with the Master of his choice."""
        federation = self.federation(
            dict.fromkeys(NICKS, InstanceOptions(programs=programs('shop'))),
            rules=rules(application('shop', 'CONTINUE')), options={'synchro_options': 'USER'})
        federation.start()

        def met():
            states = federation.instance_states('b')
            return states == dict.fromkeys(NICKS, 'RUNNING') or NotYet(states)
        wait_until(met, 15, 'all have met')
        self.assert_stays(
            lambda: set(federation.states().values()) == {'SYNCHRONIZATION'}, 2, 'nothing begins')
        self.assertTrue(federation['b'].agent().supvisors.end_sync(federation['c'].identifier))
        self.assertEqual(federation.wait_operation(), 'c')
        self.assertEqual(len(federation.where_really_is('shop:shop_one')), 1)


class Fence(StrategiesTestCase):

    def test_isolated_for_good(self):
        """With auto_fence, who was silent is not taken back when it wakes up (B-18, B-32)."""
        federation = self.started(rules(application('shop', 'CONTINUE')), ['shop'],
                                  auto_fence='true')
        federation['c'].freeze('agent')

        def seen(state):
            return lambda: all(federation.instance_states(nick)['c'] == state for nick in 'ab')
        wait_until(seen('ISOLATED'), 20, 'c is isolated')
        federation['c'].thaw('agent')
        self.assert_stays(seen('ISOLATED'), 3, 'c stays isolated')
        self.assertEqual(federation.wait_operation(nicks=['a', 'b']), 'a')


class Stereotypes(FederationTestCase):

    def test_a_rule_names_a_stereotype(self):
        """Only those that say that they are of it get the process (O-80)."""
        server = InstanceOptions(programs=programs('shop'), options={'stereotypes': 'server'})
        federation = self.federation(
            {'a': programs('shop'), 'b': server, 'c': server},
            rules=rules(application('shop', 'RESTART_PROCESS',
                                    '<identifiers>server</identifiers>')))
        federation.start()
        federation.wait_operation()
        self.assertEqual(federation.where_really_is('shop:shop_one'), ['b'])
        federation['b'].kill_all()
        wait_until(lambda: federation['c'].holds('shop:shop_one'), 20, 'the other server has it')


if __name__ == '__main__':
    unittest.main()
