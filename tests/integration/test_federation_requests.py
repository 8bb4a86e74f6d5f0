"""Requests by XML-RPC on the Master and on a slave: results, faults, waiting or not."""

import time
import unittest
import xmlrpc.client

from integration.federation_programs import (NICKS, ONCE, RULES, applications, program)
from integration.harness import Federation, InstanceOptions, wait_until
from integration.harness.waiting import NotYet

# `slow` takes a second to be RUNNING, `lazy` to stop; `broken` and `absent` never run. `heavy`
# never fits beside anything else. `free:tool` is not managed.
PROGRAMS = applications() + program('slow', startsecs=1) + '''
[program:broken]
command=/bin/sh -c "exit 1"
autostart=false
startsecs=1
startretries=0
[program:absent]
command=/nowhere/absent
autostart=false
[program:heavy]
command=/bin/sleep 10000
autostart=false
startsecs=0
[program:lazy]
command=/bin/sh -c "trap 'sleep 1; exit 0' TERM; while :; do sleep 0.1; done"
autostart=false
startsecs=1
[group:shop]
programs=slow,broken,absent,heavy,lazy
[program:tool]
command=/bin/sleep 10000
process_name=tool_%(process_num)d
numprocs=2
autostart=false
startsecs=0
[group:free]
programs=tool
'''
SHOP = '''
  <application name="shop">
    <starting_failure_strategy>CONTINUE</starting_failure_strategy>
    <programs>
      <program name="slow"><start_sequence>1</start_sequence></program>
      <program name="heavy"><expected_loading>50</expected_loading></program>
      <program name="broken"><required>true</required></program>
    </programs>
  </application>
</root>'''


class Requests(unittest.TestCase):
    """One federation for all: each test leaves db and web RUNNING and shop STOPPED."""

    deadline = 40
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.made = Federation(NICKS, {'event_link': 'ZMQ'}, RULES.replace('</root>', SHOP),
                              InstanceOptions(programs=PROGRAMS))
        cls.addClassCleanup(cls.made.close)
        (cls.made.folder / 'once.sh').write_text(ONCE)
        cls.made.start()
        cls.made.wait_operation()

    def setUp(self):
        # The Master is a, b is a slave: everything must be the same from both.
        self.both = [(nick, self.made[nick].agent(timeout=20).supvisors) for nick in ('a', 'b')]

    def assert_fault(self, code, text, method, *parameters):
        with self.assertRaises(xmlrpc.client.Fault) as caught:
            method(*parameters)
        self.assertEqual((caught.exception.faultCode, caught.exception.faultString), (code, text))

    def states(self, application, seen_by):
        infos = self.made[seen_by].agent().supvisors.get_process_info(f'{application}:*')
        return {info['process_name']: info['statename'] for info in infos}

    def wait_states(self, application, seen_by, **expected):
        def reached():
            states = self.states(application, seen_by)
            return all(states[name] == state for name, state in expected.items()) or NotYet(states)
        wait_until(reached, 8, f'{expected} of {application} on {seen_by}')

    def test_application_with_wait(self):
        """The answer comes when it is done, and the receiver already shows it (D-35)."""
        for nick, api in self.both:
            with self.subTest(nick=nick):
                self.assertIs(api.stop_application('web'), True)
                self.assertEqual(set(self.states('web', nick).values()), {'STOPPED'})
                self.assertEqual(self.made.application('web', nick)['statename'], 'STOPPED')
                self.assertIs(api.start_application('LESS_LOADED', 'web'), True)
                self.assertEqual(set(self.states('web', nick).values()), {'RUNNING'})
                before = self.pids('web')
                self.assertIs(api.restart_application(0, 'web'), True)   # CONFIG as a number
                self.assertEqual(set(self.states('web', nick).values()), {'RUNNING'})
                after = self.pids('web')
                self.assertEqual(len(after), 6)
                self.assertEqual(before & after, set())

    def pids(self, application):
        return {info['pid'] for one in self.made
                for info in one.supervisor().supervisor.getAllProcessInfo()
                if info['group'] == application and info['pid']}

    def test_application_without_wait(self):
        """The answer comes at once, the rest follows."""
        for nick, api in self.both:
            with self.subTest(nick=nick):
                begin = time.monotonic()
                self.assertIs(api.start_application('CONFIG', 'shop', False), True)
                self.assertLess(time.monotonic() - begin, 0.8)   # slow needs a second
                self.wait_states('shop', nick, slow='RUNNING')
                self.assertIs(api.restart_application('CONFIG', 'shop', False), True)
                self.wait_states('shop', nick, slow='STARTING')
                self.wait_states('shop', nick, slow='RUNNING')
                self.assertIs(api.stop_application('shop', False), True)
                self.wait_states('shop', nick, slow='STOPPED')

    def test_faults_of_applications(self):
        """Codes and texts of the API reference, section 5; the order of checks of section 1.8."""
        for nick, api in self.both:
            with self.subTest(nick=nick):
                strategies = ("invalid <enum 'StartingStrategies'> value=NEAR - string expected in "
                              "['CONFIG', 'LESS_LOADED', 'MOST_LOADED', 'LOCAL', "
                              "'LESS_LOADED_NODE', 'MOST_LOADED_NODE']")
                self.assert_fault(2, f'INCORRECT_PARAMETERS: {strategies}',
                                  api.start_application, 'NEAR', 'nowhere')
                self.assert_fault(10, 'BAD_NAME: application=nowhere unknown to Supvisors',
                                  api.start_application, 'CONFIG', 'nowhere')
                self.assert_fault(10, 'BAD_NAME: application=nowhere unknown to Supvisors',
                                  api.stop_application, 'nowhere')
                self.assert_fault(10, 'BAD_NAME: application=nowhere unknown to Supvisors',
                                  api.restart_application, 'CONFIG', 'nowhere')
                self.assert_fault(102, 'NOT_MANAGED: free', api.start_application, 'CONFIG', 'free')
                self.assert_fault(102, 'NOT_MANAGED: free', api.stop_application, 'free')
                self.assert_fault(102, 'NOT_MANAGED: free',   # reference 14.2, 5
                                  api.restart_application, 'CONFIG', 'free')
                self.assert_fault(60, 'ALREADY_STARTED: db', api.start_application, 'CONFIG', 'db')
                self.assert_fault(70, 'NOT_RUNNING: failed to stop shop',
                                  api.stop_application, 'shop')
                self.assert_fault(2, 'INCORRECT_PARAMETERS', api.start_application, 'CONFIG')

    def test_process_with_wait(self):
        """One process, a group, a restart elsewhere; LOCAL is who received the request (B-126)."""
        for nick, api in self.both:
            with self.subTest(nick=nick):
                self.assertIs(api.start_process('LOCAL', 'shop:slow'), True)
                self.assertEqual(self.made.where_really_is('shop:slow'), [nick])
                self.assertEqual(self.states('shop', nick)['slow'], 'RUNNING')
                other = 'a' if nick == 'b' else 'b'
                elsewhere = self.made[other].agent(timeout=20).supvisors
                self.assertIs(elsewhere.restart_process('LOCAL', 'shop:slow'), True)
                self.assertEqual(self.made.where_really_is('shop:slow'), [other])
                self.assertIs(api.stop_process('shop:slow'), True)
                self.assertEqual(self.made.where_really_is('shop:slow'), [])
                self.assertIs(api.start_process('CONFIG', 'free:*'), True)
                self.assertEqual(set(self.states('free', nick).values()), {'RUNNING'})
                self.assertIs(api.stop_process('free:*'), True)
                self.assertEqual(set(self.states('free', nick).values()), {'STOPPED'})

    def test_process_without_wait(self):
        for nick, api in self.both[1:]:
            with self.subTest(nick=nick):
                begin = time.monotonic()
                self.assertIs(api.start_process('CONFIG', 'shop:lazy', '', False), True)
                self.assertLess(time.monotonic() - begin, 0.8)
                self.wait_states('shop', nick, lazy='RUNNING')
                begin = time.monotonic()
                self.assertIs(api.stop_process('shop:lazy', False), True)
                self.assertLess(time.monotonic() - begin, 0.8)   # lazy needs a second
                self.wait_states('shop', nick, lazy='STOPPING')
                # A STOPPING process is waited for, not forgotten (D-27).
                self.assertIs(api.restart_process('CONFIG', 'shop:lazy'), True)
                self.assertEqual(self.states('shop', nick)['lazy'], 'RUNNING')
                self.assertIs(api.stop_process('shop:lazy'), True)
                self.wait_states('shop', nick, lazy='STOPPED')

    def test_faults_of_processes(self):
        """Codes and texts of the API reference, section 6."""
        for nick, api in self.both:
            with self.subTest(nick=nick):
                self.assert_fault(10, 'BAD_NAME: application=nowhere unknown to Supvisors',
                                  api.start_process, 'CONFIG', 'nowhere:disk')
                self.assert_fault(10, 'BAD_NAME: process=tape unknown in application=db',
                                  api.stop_process, 'db:tape')
                self.assert_fault(60, 'ALREADY_STARTED: db:disk',
                                  api.start_process, 'CONFIG', 'db:disk')
                self.assert_fault(70, 'NOT_RUNNING: shop:slow already stopped',
                                  api.stop_process, 'shop:slow')

    def test_processes_that_cannot_run(self):
        """They say at once why; nobody waits for a time-out (D-48)."""
        for nick, api in self.both:
            for name in ('broken', 'absent'):
                with self.subTest(nick=nick, name=name):
                    begin = time.monotonic()
                    self.assert_fault(70, f"NOT_RUNNING: processes=['shop:{name}']",
                                      api.start_process, 'CONFIG', f'shop:{name}')
                    self.assertLess(time.monotonic() - begin, 3)
                    self.assertEqual(self.states('shop', nick)[name], 'FATAL')

    def test_no_room(self):
        """web takes 60 of the node's 100, heavy needs 50 (B-124, B-130)."""
        for nick, api in self.both:
            with self.subTest(nick=nick):
                self.assert_fault(40, 'ABNORMAL_TERMINATION: failed to start shop:heavy',
                                  api.start_process, 'CONFIG', 'shop:heavy')
                self.wait_states('shop', nick, heavy='FATAL')
                self.assertIs(api.stop_process('web:front_05'), True)
                self.assertIs(api.start_process('CONFIG', 'shop:heavy'), True)
                self.assertIs(api.stop_process('shop:heavy'), True)
                self.assertIs(api.start_process('LESS_LOADED', 'web:front_05'), True)

    def test_stock_calls_through_the_agent(self):
        """`supervisor.*` and `system.*` are those of the local supervisord (architecture 6)."""
        agent = self.made['b'].agent()
        stock = self.made['b'].supervisor()
        self.assertEqual(agent.supervisor.getPID(), stock.supervisor.getPID())
        self.assertEqual(agent.supervisor.getIdentification(), 'b')
        methods = agent.system.listMethods()
        for method in ('supervisor.getState', 'supvisors.get_api_version', 'system.multicall'):
            self.assertIn(method, methods)
        self.assertTrue(agent.supervisor.startProcess('free:tool_1'))
        self.assertEqual(self.made.wait_process('free:tool_1', 'RUNNING', seen_by='a'), ['b'])
        self.assertTrue(agent.supervisor.stopProcess('free:tool_1'))
        version, state = agent.system.multicall([
            {'methodName': 'supvisors.get_api_version', 'params': []},
            {'methodName': 'supervisor.getState', 'params': []}])
        self.assertEqual((version, state['statename']), ('0.19', 'RUNNING'))


if __name__ == '__main__':
    unittest.main()
