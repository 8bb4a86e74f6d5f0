"""Clients in Python: xmlrpc.client and supervisor's own helper, against the agent.

Whatever supervisord says of its own namespace, the agent says with the same types.
"""

import threading
import time
import unittest
import xmlrpc.client
from pathlib import Path
from urllib.parse import quote

import supervisor.childutils

from integration.harness import wait_until
from interop.one_instance import CREDENTIALS, OneInstance

# Methods whose results depend on the moment, and how they are made comparable.
TIMES = ('now', 'description')


def steady(value):
    if isinstance(value, dict):
        return {key: steady(one) for key, one in value.items() if key not in TIMES}
    if isinstance(value, list):
        return [steady(one) for one in value]
    return value


def outcome(method, *parameters):
    """What a call gives, fault or HTTP error included, so that two can be compared."""
    try:
        return steady(method(*parameters))
    except xmlrpc.client.Fault as fault:
        return ('fault', fault.faultCode, fault.faultString)
    except xmlrpc.client.ProtocolError as error:
        return ('http', error.errcode)


def in_order(value):
    """Results of several processes, which come in the order of their ends."""
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return sorted(value, key=lambda one: (one['group'], one['name']))
    return value


def call_method(proxy, name):
    for part in name.split('.'):
        proxy = getattr(proxy, part)
    return proxy


READING = [
    ('supervisor.getAPIVersion',), ('supervisor.getVersion',), ('supervisor.getSupervisorVersion',),
    ('supervisor.getIdentification',), ('supervisor.getState',), ('supervisor.getPID',),
    ('supervisor.getAllProcessInfo',), ('supervisor.getAllConfigInfo',),
    ('supervisor.getProcessInfo', 'single'), ('supervisor.getProcessInfo', 'pair:one'),
    ('supervisor.getProcessInfo', 'nowhere'), ('supervisor.getProcessInfo',),
    ('supervisor.getProcessInfo', 3), ('supervisor.getProcessInfo', ''),
    ('supervisor.readProcessStdoutLog', 'talker', 0, 5),
    ('supervisor.readProcessStdoutLog', 'talker', -3, 0),
    ('supervisor.readProcessStdoutLog', 'talker', -3, 1),
    ('supervisor.readProcessStderrLog', 'talker', 0, 0),
    ('supervisor.tailProcessStdoutLog', 'talker', 0, 100),
    ('supervisor.readProcessStdoutLog', 'slow', 0, 0),
    ('supervisor.stopProcess', 'single'), ('supervisor.signalProcess', 'single', 'HUP'),
    ('supervisor.signalProcess', 'talker', 'NOPE'), ('supervisor.startProcess', 'absent'),
    ('supervisor.startProcess', 'nowhere'), ('supervisor.startProcessGroup', 'nowhere'),
    ('supervisor.addProcessGroup', 'pair'), ('supervisor.removeProcessGroup', 'nowhere'),
    ('supervisor.sendProcessStdin', 'single', 'x'), ('supervisor.nothing',),
    ('supervisor.sendRemoteCommEvent', 'type', 'caf\u00e9 \U0001f600 <&>'),
    ('supervisor._private',), ('supervisor.a.b',), ('system.nothing',), ('nothing.at_all',),
    ('supervisor',), ('system.methodHelp', 'supervisor.startProcess'),
    ('system.methodSignature', 'supervisor.startProcess'), ('system.methodHelp', 'supervisor.no'),
    ('system.methodSignature', 'supervisor.no'), ('system.methodHelp',),
    ('system.multicall', []), ('system.multicall', 3), ('system.multicall',),
    ('system.multicall', [{'methodName': 'supervisor.getPID'}, {'methodName': 'supervisor.no'},
                          {'methodName': 'supervisor.getProcessInfo', 'params': ['nowhere']},
                          {'methodName': 'system.multicall', 'params': [[]]}, {}]),
]


class Forwarded(OneInstance):

    def test_results_and_faults(self):
        """Types, faults and HTTP errors are those of supervisord."""
        stock, agent = self.stock(), self.agent()
        for name, *parameters in READING:
            with self.subTest(method=name, parameters=parameters):
                want = outcome(call_method(stock, name), *parameters)
                got = outcome(call_method(agent, name), *parameters)
                self.assertEqual(got, want)
                self.assertIs(type(got), type(want))

    def test_odd_xml(self):
        """What supervisord takes for a call, by hand or from other libraries, and what it refuses."""
        def call(method, *parameters):
            return (f'<?xml version="1.0"?><methodCall><methodName>{method}</methodName><params>' +
                    ''.join(f'<param>{one}</param>' for one in parameters) +
                    '</params></methodCall>')
        info, read = 'supervisor.getProcessInfo', 'supervisor.readProcessStdoutLog'
        talker = '<value><string>talker</string></value>'
        samples = [
            call(info, '<value>single</value>'), call(info, '<value/>'), call(info, '<string>single</string>'),
            call(info, '<value><string/></value>'), call(info, '<value><nil/></value>'),
            call(info, '<value><i8>3</i8></value>'), call(info, '<value><i8>x</i8></value>'),
            call(info, '<value><odd>single</odd></value>'),
            call(info, '<value><string><![CDATA[single]]></string></value>'),
            call(info, '<value><string>&#115;ing<!-- x -->le</string></value>'),
            call(info, '<value><base64>\nc2luZ2xl\n</base64></value>'),
            call(info, '<value><double>1e5</double></value>'),
            call(info, '<value><dateTime.iso8601>20200101T10:00:00</dateTime.iso8601></value>'),
            call(info, '<value><dateTime.iso8601>then</dateTime.iso8601></value>'),
            call(info, '<value><struct><member><name>a</name></member></struct></value>'),
            call(read, talker, '<value><int> 0 </int></value>', '<value><i4>+3</i4></value>'),
            call(read, talker, '<value><int>99999999999</int></value>', '<value><int>3</int></value>'),
            call(read, talker, '<value><int>x</int></value>', '<value><int>3</int></value>'),
            call('supervisor.getPID') + '\n', '\n' + call('supervisor.getPID'),
            '\ufeff' + call('supervisor.getPID'), call('supervisor.getPID')[:-5],
            '<methodCall><methodName>supervisor.getPID</methodName></methodCall>',
        ]
        for sample in samples:
            with self.subTest(call=sample):
                want, got = (self.post(port, sample.encode()) for port in self.both_ports)
                self.assertEqual(got[0], want[0])
                if want[0] == 200:
                    self.assertEqual(*(steady(self.value_of(text)) for _, text in (got, want)))

    def value_of(self, text):
        try:
            return list(xmlrpc.client.loads(text)[0])
        except xmlrpc.client.Fault as fault:
            return [fault.faultCode, fault.faultString]

    def test_state_of_processes(self):
        """Starts and stops, of one, a group and all: the results that supervisord gives."""
        for name, *parameters in [('startProcess', 'single'), ('startProcess', 'single'),
                                  ('stopProcess', 'single'), ('stopProcess', 'single'),
                                  ('startProcessGroup', 'pair'), ('startProcessGroup', 'pair'),
                                  ('stopProcessGroup', 'pair'), ('startProcess', 'pair:*'),
                                  ('signalProcessGroup', 'pair', 'CONT'),
                                  ('stopProcess', 'pair:*'), ('startProcess', 'broken'),
                                  ('clearProcessLogs', 'single'), 
                                  ('reloadConfig',)]:
            with self.subTest(method=name, parameters=parameters):
                self.wait_programs()
                before = self.states()
                got = outcome(getattr(self.agent().supervisor, name), *parameters)
                self.restore(before)
                want = outcome(getattr(self.stock().supervisor, name), *parameters)
                self.assertEqual(in_order(got), in_order(want))

    def states(self):
        return {f"{info['group']}:{info['name']}": info['statename'] == 'RUNNING'
                for info in self.stock().supervisor.getAllProcessInfo()}

    def restore(self, before):
        """Back to what ran, so that the same call can be made again."""
        api = self.stock().supervisor
        for namespec, runs in self.states().items():
            if runs and not before[namespec]:
                self.wait_programs()
                api.stopProcess(namespec)
            elif before[namespec] and not runs:
                api.startProcess(namespec)
        self.wait_programs()

    def test_long_calls(self):
        """A call that waits has no time-out and keeps nobody from other calls."""
        results = []

        def start_and_stop():
            api = self.agent(timeout=20).supervisor
            results.append((api.startProcess('slow'), time.monotonic()))
            results.append((api.stopProcess('slow'), time.monotonic()))
        begin = time.monotonic()
        thread = threading.Thread(target=start_and_stop)
        thread.start()
        worst = 0
        while thread.is_alive():
            before = time.monotonic()
            self.agent().supervisor.getPID()
            self.agent().supvisors.get_supvisors_state()
            worst = max(worst, time.monotonic() - before)
        thread.join()
        self.assertEqual([result for result, _ in results], [True, True])
        self.assertGreater(results[0][1] - begin, 1)
        self.assertGreater(results[1][1] - results[0][1], 1)
        self.assertLess(worst, 1)

    def test_binary_logs(self):
        """The bytes of the answer are those of supervisord, be they XML or an error."""
        samples = [bytes(range(256)), b'\0\1\2\x0b\x1b[1mbold\x7f', 'caf\u00e9 \U0001f600\n'.encode(),
                   b'<&>]]>\r\n\t', b'x' * 3_000_000]
        api = self.stock().supervisor
        begin = 0
        for number, sample in enumerate(samples):
            (self.instance.folder / 'bytes').write_bytes(sample)
            api.startProcess('binary')
            log = Path(api.getProcessInfo('binary')['stdout_logfile'])
            wait_until(lambda: log.read_bytes()[begin:] == sample, 5, 'the log of binary')
            api.stopProcess('binary')
            for method, parameters in (('readProcessStdoutLog', ('binary', begin, 0)),
                                       ('tailProcessStdoutLog', ('binary', begin, 5_000_000))):
                with self.subTest(sample=number, method=method):
                    body = xmlrpc.client.dumps(parameters, f'supervisor.{method}').encode()
                    want, got = (self.post(port, body) for port in self.both_ports)
                    self.assertEqual(got[0], want[0])
                    if want[0] == 200:
                        self.assertEqual(got[1], want[1])
            begin += len(sample)


class System(OneInstance):
    """`system.*` over both namespaces together."""

    def test_methods(self):
        stock, agent = self.stock(), self.agent()
        theirs, all_names = stock.system.listMethods(), agent.system.listMethods()
        self.assertEqual(all_names, sorted(set(all_names)))
        ours = [name for name in all_names if name.startswith('supvisors.')]
        self.assertEqual(set(all_names), set(theirs) | set(ours))
        self.assertIn('supvisors.start_application', ours)
        types = {'int', 'double', 'string', 'boolean', 'array', 'struct'}
        for name in ours:
            with self.subTest(name=name):
                self.assertIn(name.partition('.')[2], agent.system.methodHelp(name))
                self.assertLessEqual(set(agent.system.methodSignature(name)), types)
        for name in theirs:
            with self.subTest(name=name):
                for method in ('methodHelp', 'methodSignature'):
                    self.assertEqual(outcome(getattr(agent.system, method), name),
                                     outcome(getattr(stock.system, method), name))

    def test_multicall_over_both(self):
        calls = [('supvisors.get_api_version', []), ('supervisor.getIdentification', []),
                 ('supvisors.nothing', []), ('supervisor.nothing', []), ('nothing.nothing', []),
                 ('supervisor.getProcessInfo', ['nowhere']), ('system.multicall', [[]]),
                 ('supvisors.get_application_info', ['nowhere']),
                 ('system.methodSignature', ['supvisors.end_sync']),
                 ('supervisor.startProcess', ['slow']), ('supervisor.stopProcess', ['slow'])]
        results = self.agent(timeout=20).system.multicall(
            [{'methodName': name, 'params': parameters} for name, parameters in calls])
        fault = {one: {'faultCode': code, 'faultString': text} for one, code, text in (
            ('unknown', 1, 'UNKNOWN_METHOD'), ('name', 10, 'BAD_NAME: nowhere'),
            ('recursive', 2, 'INCORRECT_PARAMETERS: Recursive system.multicall forbidden'),
            ('application', 10, 'BAD_NAME: application=nowhere unknown to Supvisors'))}
        self.assertEqual(results, ['0.19', 'a', fault['unknown'], fault['unknown'],
                                   fault['unknown'], fault['name'], fault['recursive'],
                                   fault['application'], ['boolean', 'string'], True, True])
        names = self.agent().system.multicall([
            {'methodName': 'system.listMethods'}, {'methodName': 'supvisors.get_api_version'}])[0]
        self.assertEqual(names, self.agent().system.listMethods())

    def test_methods_are_listed_within_a_multicall(self):
        """Of supervisord's alone it would be relayed whole, and ours would be missing."""
        results = self.agent().system.multicall([{'methodName': 'system.listMethods'}])
        self.assertIn('supvisors.get_api_version', results[0])


class Clients(OneInstance):

    def test_server_proxy(self):
        """xmlrpc.client as it comes: one kept connection, credentials in the URL."""
        user, password = (quote(one, safe='') for one in CREDENTIALS)
        url = f'http://{user}:{password}@127.0.0.1:{self.instance.api_port}'
        with xmlrpc.client.ServerProxy(url) as proxy:
            for _ in range(3):
                self.assertEqual(proxy.supvisors.get_api_version(), '0.19')
                self.assertEqual(proxy.supervisor.getIdentification(), 'a')
                with self.assertRaises(xmlrpc.client.Fault):
                    proxy.supvisors.get_process_info('nowhere:x')

    def test_wrong_password(self):
        for user in ('user:wrong@', 'other:x@', ''):
            with xmlrpc.client.ServerProxy(
                    f'http://{user}127.0.0.1:{self.instance.api_port}') as proxy:
                with self.assertRaises(xmlrpc.client.ProtocolError) as caught:
                    proxy.supervisor.getState()
                self.assertEqual(caught.exception.errcode, 401)

    def test_childutils(self):
        """What programs of supervisord use: the environment names the server."""
        proxy = supervisor.childutils.getRPCInterface({
            'SUPERVISOR_SERVER_URL': f'http://127.0.0.1:{self.instance.api_port}',
            'SUPERVISOR_USERNAME': CREDENTIALS[0], 'SUPERVISOR_PASSWORD': CREDENTIALS[1]})
        for _ in range(3):   # over one kept connection
            self.assertEqual(proxy.supervisor.getState()['statename'], 'RUNNING')
            self.assertEqual(proxy.supvisors.get_supvisors_state()['fsm_statename'], 'OPERATION')
            self.assertEqual(proxy.supervisor.getPID(), self.instance.pid('supervisord'))
        proxy('close')()


if __name__ == '__main__':
    unittest.main()
