"""The whole interface of an instance, reached through another one: `/RPC2/NAME`."""

import http.client
import unittest
import xmlrpc.client
from urllib.parse import quote

from integration.harness import Federation, InstanceOptions, wait_until
from interop.one_instance import PROGRAMS, authorization

CREDENTIALS = ('user', 'secret')


class OtherInstances(unittest.TestCase):
    deadline = 60
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.made = Federation(
            {'a': InstanceOptions(credentials=CREDENTIALS),
             'b': InstanceOptions(programs=PROGRAMS, credentials=CREDENTIALS,
                                  options={'stereotypes': 'only,both'}),
             'c': InstanceOptions(credentials=CREDENTIALS, options={'stereotypes': 'both'})})
        cls.addClassCleanup(cls.made.close)
        cls.made.start()
        cls.made.wait_operation()

    def through(self, name, via='a', timeout=20):
        """A proxy to the interface of one instance, through the agent of another."""
        port = self.made[via].api_port
        return xmlrpc.client.ServerProxy(
            f'http://user:secret@127.0.0.1:{port}/RPC2/{quote(name, safe="")}')

    def assert_fault(self, code, text, method, *parameters):
        with self.assertRaises(xmlrpc.client.Fault) as caught:
            method(*parameters)
        self.assertEqual((caught.exception.faultCode, caught.exception.faultString), (code, text))

    def test_names(self):
        """By identifier, nick identifier, stereotype; of a peer, and of the one that is asked."""
        pids = {nick: self.made[nick].supervisor().supervisor.getPID() for nick in 'abc'}
        for name, nick in ((self.made['b'].identifier, 'b'), ('b', 'b'), ('only', 'b'), ('c', 'c'),
                           ('a', 'a'), (self.made['a'].identifier, 'a')):
            self.assertEqual(self.through(name).supervisor.getPID(), pids[nick], name)

    def test_whole_interface(self):
        """supervisor.*, supvisors.* and system.* with the types and faults of that instance."""
        there = self.through('b')
        stock = self.made['b'].supervisor()
        self.assertEqual([one['name'] for one in there.supervisor.getAllProcessInfo()],
                         [one['name'] for one in stock.supervisor.getAllProcessInfo()])
        self.assertIs(there.supervisor.startProcess('slow'), True)
        self.assertEqual(self.made['b'].process_state('slow'), 'RUNNING')
        self.assert_fault(60, 'ALREADY_STARTED: slow', there.supervisor.startProcess, 'slow')
        self.assertIs(there.supervisor.stopProcess('slow'), True)
        self.assert_fault(10, 'BAD_NAME: nowhere', there.supervisor.startProcess, 'nowhere')
        self.assertEqual(there.supvisors.get_supvisors_state()['identifier'],
                         self.made['b'].identifier)
        self.assertIn('supvisors.disable', there.system.listMethods())
        self.assertEqual(there.system.multicall([{'methodName': 'supervisor.getIdentification'},
                                                 {'methodName': 'supvisors.get_api_version'}]),
                         ['b', '0.19'])
        self.assertIs(there.supvisors.disable('single'), True)
        self.assert_fault(103, 'DISABLED: single', there.supervisor.startProcess, 'single')
        self.assertIs(there.supvisors.enable('single'), True)

    def test_large_answers(self):
        wait_until(lambda: self.through('b').supervisor.startProcess('talker') is True
                   if self.made['b'].process_state('talker') != 'RUNNING' else True, 5, 'talker')
        text = self.through('b').system.methodHelp('supervisor.startProcess')
        self.assertEqual(text, self.made['b'].supervisor().system.methodHelp('supervisor.startProcess'))
        names = self.through('b').system.multicall(
            [{'methodName': 'system.listMethods'}] * 200)
        self.assertEqual(len(names), 200)

    def test_faults(self):
        self.assert_fault(10, 'BAD_NAME: identifier=nobody is unknown to Supvisors',
                          self.through('nobody').supervisor.getPID)
        self.assert_fault(2, 'INCORRECT_PARAMETERS: identifier=both stands for 2 instances - one '
                          'instance expected', self.through('both').supervisor.getPID)

    def test_door(self):
        """Nobody comes in without the password of the instance that he asks."""
        port = self.made['a'].api_port
        connection = http.client.HTTPConnection('127.0.0.1', port, timeout=10)
        connection.request('POST', '/RPC2/b', '<x/>', {'Authorization': authorization(('user', 'no'))})
        self.assertEqual(connection.getresponse().status, 401)
        connection.close()
        connection = http.client.HTTPConnection('127.0.0.1', port, timeout=10)
        connection.request('POST', '/RPC2/b', '<x/>', {'Authorization': authorization(CREDENTIALS)})
        self.assertEqual(connection.getresponse().status, 400)
        connection.close()


class Losses(unittest.TestCase):
    deadline = 60

    def test_instance_lost(self):
        """A call under way ends when its instance is lost; the next is refused at once."""
        with Federation({'a': InstanceOptions(), 'b': InstanceOptions(programs=PROGRAMS)}) as made:
            made.start()
            made.wait_operation()
            there = xmlrpc.client.ServerProxy(f'http://127.0.0.1:{made["a"].api_port}/RPC2/b')
            made['b'].freeze()
            with self.assertRaises(xmlrpc.client.Fault) as caught:
                there.supervisor.getPID()
            self.assertEqual(caught.exception.faultString,
                             f'FAILED: {made["b"].identifier} was lost before it answered')
            with self.assertRaises(xmlrpc.client.Fault) as caught:
                there.supervisor.getPID()
            self.assertEqual(caught.exception.faultString,
                             f'NOT_RUNNING: Supvisors instance={made["b"].identifier} is not RUNNING '
                             '(STOPPED)')
            made['b'].thaw()


if __name__ == '__main__':
    unittest.main()
