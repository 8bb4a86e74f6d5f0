"""Running failures and conflicts on the acceptance platform (sections 5.7 and 5.8)."""

import os
import signal
import time

from integration.harness import NotReached, wait_until
from integration.harness.waiting import NotYet
from interop.platform_of_three import FIRST, SECOND, THIRD, PlatformTestCase

SERVERS = {'database:movie_server_01': FIRST, 'database:movie_server_02': THIRD,
           'database:movie_server_03': SECOND}


class RunningFailures(PlatformTestCase):
    def crash(self, namespec):
        nick = self.made.where_is(namespec)[0]
        os.kill(self.made[nick].pid_of(namespec), signal.SIGSEGV)

    def wait_application_is(self, name, state, major, minor):
        def reached():
            info = self.made.application(name)
            found = (info['statename'], info['major_failure'], info['minor_failure'])
            return found == (state, major, minor) or NotYet(found)
        wait_until(reached, 10, f'{name} {state}, major {major}, minor {minor}')

    def test_continue(self):
        made = self.started()
        self.crash('database:movie_server_01')
        made.wait_process('database:movie_server_01', 'EXITED')
        self.assertFalse(made.process_info('database:movie_server_01')['expected_exit'])
        self.wait_application_is('database', 'RUNNING', False, True)
        with self.assertRaises(NotReached):
            wait_until(lambda: made.where_really_is('database:movie_server_01'), 3, 'a restart')

    def test_restart_process(self):
        made = self.started()
        self.assertEqual(made.where_is('web_movies:web_browser'), [SECOND])
        made[SECOND].supervisor().supervisor.restart()
        wait_until(lambda: made.where_is('web_movies:web_browser') in ([FIRST], [THIRD]), 15,
                   'web_browser elsewhere')
        self.wait_application_is('web_movies', 'RUNNING', False, False)
        made.wait_operation(deadline=40)

    def test_stop_application(self):
        made = self.started()
        self.crash('my_movies:hmi')
        made.wait_process('my_movies:hmi', 'EXITED')
        made.wait_process('my_movies:manager', 'STOPPED')
        self.wait_application_is('my_movies', 'STOPPED', True, False)

    def test_restart_application(self):
        made = self.started()
        with made[FIRST].events('process') as events:
            time.sleep(0.5)   # the subscription reaches the publisher
            self.crash('my_movies:manager')

            def told(name):
                states = [payload['statename'] for payload in
                          events.payloads('process', process_name=name)]
                return [state for at, state in enumerate(states) if states[at - 1:at] != [state]]
            wait_until(lambda: told('hmi')[-1:] == ['RUNNING'] and 'STOPPED' in told('hmi'), 15,
                       'hmi started again')
            self.assertEqual(told('manager'), ['EXITED', 'STARTING', 'RUNNING'])
            self.assertEqual(told('hmi'), ['STOPPING', 'STOPPED', 'STARTING', 'RUNNING'])
            self.assertEqual(told('web_server')[-1:], ['FATAL'])
        self.wait_application_is('my_movies', 'RUNNING', True, False)


class Conciliation(PlatformTestCase):
    def conflict(self, namespecs):
        """Each of them runs everywhere, by the doing of somebody else."""
        for nick in (FIRST, SECOND, THIRD):
            for namespec in namespecs:
                if not self.made[nick].holds(namespec):
                    self.made[nick].supervisor(10).supervisor.startProcess(namespec)
        self.made.wait_state('CONCILIATION', 5)
        wait_until(lambda: len(self.supvisors.get_conflicts()) == len(namespecs), 5,
                   f'{len(namespecs)} conflicts')

    def where(self):
        return {name: self.made.where_is(name) for name in SERVERS}

    def test_user(self):
        made = self.started()
        self.conflict(SERVERS)
        for name, kept in SERVERS.items():
            for nick in {FIRST, SECOND, THIRD} - {kept}:
                made[nick].supervisor(10).supervisor.stopProcess(name)
        made.wait_state('OPERATION', 5)
        self.assertEqual(self.where(), {name: [nick] for name, nick in SERVERS.items()})

    def test_asked_for(self):
        made = self.started()
        self.conflict(SERVERS)
        self.supvisors.conciliate('INFANTICIDE')
        made.wait_state('OPERATION', 10)
        self.assertEqual(self.where(), {name: [nick] for name, nick in SERVERS.items()})

        self.conflict(SERVERS)
        self.supvisors.conciliate('SENICIDE')
        made.wait_state('OPERATION', 10)
        for name, nick in SERVERS.items():
            self.assertEqual(len(made.where_is(name)), 1)
            self.assertNotEqual(made.where_is(name), [nick])

        self.conflict(SERVERS)
        self.supvisors.conciliate('RESTART')
        made.wait_state('OPERATION', 10)
        for name, nick in SERVERS.items():
            made.wait_process(name, 'RUNNING')
            self.assertEqual(made.where_is(name), [nick])

        self.conflict(SERVERS)
        self.supvisors.conciliate('STOP')
        made.wait_state('OPERATION', 10)
        self.assertEqual(self.where(), dict.fromkeys(SERVERS, []))

    def test_running_failure(self):
        made = self.started()
        self.conflict(['my_movies:manager'])
        self.supvisors.conciliate('RUNNING_FAILURE')
        made.wait_state('OPERATION', 15)
        made.wait_process('my_movies:hmi', 'RUNNING')
        self.assertEqual((made.where_is('my_movies:manager'), made.where_is('my_movies:hmi')),
                         ([FIRST], [THIRD]))
        self.assertEqual(made.process_info('my_movies:web_server')['statename'], 'FATAL')

    def test_automatic(self):
        made = self.started(conciliation='SENICIDE')
        with made[FIRST].events('supvisors') as events:
            time.sleep(0.5)   # the subscription reaches the publisher
            made[THIRD].supervisor(10).supervisor.startProcess('my_movies:manager')
            events.wait('supvisors', 10, fsm_statename='CONCILIATION')
            wait_until(lambda: made.where_is('my_movies:manager') == [THIRD], 10, 'one copy left')
            made.wait_state('OPERATION', 10)
