"""Methods that concern one instance alone: statistics switches, its host, what it holds of others."""

import unittest
import xmlrpc.client

from integration.harness import Federation, InstanceOptions
from interop.one_instance import PROGRAMS, OneInstance

LOCAL_FIELDS = {
    'name': str, 'group': str, 'state': int, 'statename': str, 'start': int, 'stop': int, 'now': int,
    'pid': int, 'description': str, 'spawnerr': str, 'expected': bool, 'start_monotonic': float,
    'stop_monotonic': float, 'now_monotonic': float, 'extra_args': str, 'startsecs': int,
    'stopwaitsecs': int, 'program_name': str, 'process_index': int, 'disabled': bool,
    'has_stdout': bool, 'has_stderr': bool}
INNER_FIELDS = {**LOCAL_FIELDS, 'local_mtime': float, 'event_time': float, 'uptime': float,
                'has_crashed': bool, 'identifier': str, 'nick_identifier': str}


def types(value):
    return {name: type(one) for name, one in value.items()}


class Faults:
    def assert_fault(self, code, text, method, *parameters):
        with self.assertRaises(xmlrpc.client.Fault) as caught:
            method(*parameters)
        self.assertEqual((caught.exception.faultCode, caught.exception.faultString), (code, text))


class Statistics(Faults, OneInstance):
    options = {'stats_enabled': 'HOST', 'stats_collecting_period': '7'}

    def status(self):
        return self.agent().supvisors.get_statistics_status()

    def test_switches(self):
        """S5 follows the setters; its period is always a double (14.2, 10 and 13)."""
        supvisors = self.agent().supvisors
        self.assertEqual(self.status(), {'host_stats': True, 'process_stats': False,
                                         'collecting_period': 7.0})
        self.assertIs(type(self.status()['collecting_period']), float)
        self.assertIs(supvisors.enable_host_statistics(False), True)
        self.assertIs(supvisors.enable_process_statistics(True), True)
        self.assertIs(supvisors.update_collecting_period(2.5), True)
        self.assertEqual(self.status(), {'host_stats': False, 'process_stats': True,
                                         'collecting_period': 2.5})
        self.assertIs(supvisors.update_collecting_period(10), True)
        self.assertEqual(self.status()['collecting_period'], 10.0)

    def test_faults(self):
        supvisors = self.agent().supvisors
        self.assert_fault(2, 'INCORRECT_PARAMETERS', supvisors.enable_host_statistics)
        self.assert_fault(2, 'INCORRECT_PARAMETERS', supvisors.enable_process_statistics, 1, 2)
        for period in (0.5, 3601, -1):
            self.assert_fault(2, 'INCORRECT_PARAMETERS: invalid collecting_period - seconds from '
                              '1.0 to 3600.0 expected', supvisors.update_collecting_period, period)

    def test_logger_levels(self):
        self.assertEqual(self.agent().supvisors.get_logger_levels(),
                         {'critical': 50, 'error': 40, 'warn': 30, 'info': 20, 'debug': 10,
                          'trace': 5, 'blather': 3})


class Inner(Faults, unittest.TestCase):
    """What one instance tells of itself and of the other."""

    deadline = 60
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.made = Federation({'a': InstanceOptions(programs=PROGRAMS),
                               'b': InstanceOptions(options={'stereotypes': 'console'})})
        cls.addClassCleanup(cls.made.close)
        cls.made.start()
        cls.made.wait_operation()
        cls.supvisors = cls.made['b'].agent().supvisors
        cls.ids = {nick: cls.made[nick].identifier for nick in ('a', 'b')}

    def test_all_of_a_peer(self):
        """By identifier, nick or stereotype; with the clock of its owner (S13)."""
        local = self.made['a'].agent().supvisors.get_all_local_process_info()
        for name in ('a', self.ids['a']):
            infos = self.supvisors.get_all_inner_process_info(name)
            self.assertEqual({info['name'] for info in infos}, {info['name'] for info in local})
            for info in infos:
                self.assertEqual(types(info), INNER_FIELDS)
                self.assertEqual((info['identifier'], info['nick_identifier']), (self.ids['a'], 'a'))
        self.assertEqual(self.supvisors.get_all_inner_process_info('console'), [])
        talker = next(info for info in infos if info['name'] == 'talker')
        seen = next(info for info in local if info['name'] == 'talker')
        self.assertEqual((talker['statename'], talker['pid'], talker['start_monotonic']),
                         ('RUNNING', seen['pid'], seen['start_monotonic']))
        self.assertGreaterEqual(talker['now_monotonic'], talker['event_time'])
        self.assertGreaterEqual(talker['uptime'], 0.0)

    def test_some_of_a_peer(self):
        one = self.supvisors.get_inner_process_info('a', 'pair:one')
        self.assertEqual([(info['group'], info['name']) for info in one], [('pair', 'one')])
        group = self.supvisors.get_inner_process_info('a', 'pair:*')
        self.assertEqual({info['name'] for info in group}, {'one', 'two'})
        self.assertEqual(self.supvisors.get_inner_process_info('b', 'pair:*'), [])

    def test_faults(self):
        unknown = 'BAD_NAME: identifier=nobody is unknown to Supvisors'
        supvisors = self.supvisors
        for method, *more in [(supvisors.get_all_inner_process_info,),
                              (supvisors.get_inner_process_info, 'pair:one'),
                              (supvisors.get_network_info,)]:
            self.assert_fault(10, unknown, method, 'nobody', *more)
        self.assert_fault(10, 'BAD_NAME: application=no unknown to Supvisors',
                          supvisors.get_inner_process_info, 'a', 'no:x')
        self.assert_fault(10, 'BAD_NAME: process=x unknown in application=pair',
                          supvisors.get_inner_process_info, 'a', 'pair:x')
        self.assert_fault(30, f'FAILED: pair:one unknown on {self.ids["b"]}',
                          supvisors.get_inner_process_info, 'b', 'pair:one')

    def test_network(self):
        """S6 of both, by identifier, nick and stereotype (14.2, 1)."""
        for name, nick in (('a', 'a'), ('b', 'b'), (self.ids['a'], 'a'), ('console', 'b')):
            info = self.supvisors.get_network_info(name)
            self.assertEqual(types(info), {'identifier': str, 'nick_identifier': str, 'host_id': str,
                                           'http_port': int, 'stereotypes': list, 'network': dict})
            self.assertEqual(info['identifier'], self.ids[nick])
            self.assertEqual(info['stereotypes'], ['console'] if nick == 'b' else [])
            network = info['network']
            self.assertEqual(types(network), {'machine_id': str, 'fqdn': str, 'addresses': dict})
            for nic, address in network['addresses'].items():
                self.assertEqual(types(address), {'host_name': str, 'aliases': list,
                                                  'ipv4_addresses': list, 'nic_info': dict})
                self.assertEqual(types(address['nic_info']),
                                 {'nic_name': str, 'ipv4_address': str, 'netmask': str})
                self.assertEqual(address['nic_info']['nic_name'], nic)


if __name__ == '__main__':
    unittest.main()
