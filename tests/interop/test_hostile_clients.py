"""Whatever comes over the API port: an HTTP error or a fault, bounded memory, and the other clients
are served meanwhile.
"""

import contextlib
import socket
import threading
import time
import unittest
import xmlrpc.client

from integration.harness import wait_until
from interop.one_instance import OneInstance, authorization

MIB = 1024 * 1024
CALL = xmlrpc.client.dumps((), 'supvisors.get_api_version').encode()
DEEP_VALUES = 20000
# What a call may hold, as XML.
VALUES = ['<nil/>', '<boolean>1</boolean>', '<int>-1</int>', '<int>2147483647</int>',
          '<double>1e300</double>', '<string></string>', '<string>a:b:c</string>',
          '<string>*</string>', '<string>((((</string>', f'<string>{"x" * 100000}</string>',
          '<array><data></data></array>', '<struct></struct>', '<base64>!!</base64>',
          '<i8>99999999999999999</i8>', '<dateTime.iso8601>20200101T00:00:00</dateTime.iso8601>']


def request(body=b'', method=b'POST', target=b'/RPC2', headers=b'', length=None):
    length = len(body) if length is None else length
    return (b'%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s\r\nContent-Length: %d\r\n%s\r\n'
            % (method, target, authorization().encode(), length, headers) + body)


def call_of(value, method='supvisors.get_process_info'):
    return (f'<?xml version="1.0"?><methodCall><methodName>{method}</methodName><params><param>'
            f'<value>{value}</value></param></params></methodCall>').encode()


class Hostile(OneInstance):

    deadline = 90

    def setUp(self):
        self.agent_pid = self.instance.pid('agent')
        self.before = self.resident_kib()[0]

    def tearDown(self):
        self.assertEqual(self.instance.pid('agent'), self.agent_pid, 'the agent was lost')
        self.assertEqual(self.agent().supvisors.get_supvisors_state()['fsm_statename'], 'OPERATION')

    def connect(self):
        client = socket.create_connection(('127.0.0.1', self.instance.api_port), timeout=30)
        self.addCleanup(client.close)
        return client

    def status_of(self, data):
        """The status of the first response to these bytes, None when the server only closes."""
        client = self.connect()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            client.sendall(data)
        try:
            head = client.makefile('rb').readline()
        except ConnectionResetError:
            head = b''
        finally:
            client.close()
        return int(head.split()[1]) if head else None

    @contextlib.contextmanager
    def others_served(self, within):
        """Somebody else asks all the time, of the agent and of supervisord, and is answered."""
        worst, stop, failures = [0.0], threading.Event(), []

        def ask():
            while not stop.is_set():
                begin = time.monotonic()
                try:
                    self.agent().supvisors.get_supvisors_state()
                    self.agent().supervisor.getPID()
                except Exception as error:   # told to the test below
                    failures.append(error)
                worst[0] = max(worst[0], time.monotonic() - begin)
                time.sleep(0.01)
        thread = threading.Thread(target=ask)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
        self.assertEqual(failures, [])
        self.assertLess(worst[0], within)

    def assert_memory_grew_less(self, kib):
        now, most = self.resident_kib()
        self.assertLess(now - self.before, kib)
        return most

    def test_bodies_that_are_no_calls(self):
        large = b'x' * (15 * MIB)
        bomb = (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "' + b'b' * 1000 + b'">' +
                b''.join(b'<!ENTITY c%d "%s">' % (number, b'&b;' * 100) for number in range(50)) +
                b']><methodCall><methodName>&c1;</methodName></methodCall>')
        external = (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
                    b'<methodCall><methodName>&b;</methodName></methodCall>')
        samples = {
            'nothing': b'', 'garbage': b'\0\1\2' * 1000, 'text': b'hello', 'large': large,
            'truncated': CALL[:-20], 'another root': b'<methodResponse/>',
            'no method': b'<methodCall><methodName></methodName></methodCall>',
            'entities': bomb, 'external entity': external,
            'unknown entity': call_of('&nothing;'), 'control characters': call_of('a\1b'),
            'invalid UTF-8': call_of('?').replace(b'?<', b'\xff\xfe\xc0\x80<'),
            'UTF-16': CALL.decode().encode('utf-16'),
            'deep values': call_of('<array><data><value>' * DEEP_VALUES +
                                   '</value></data></array>' * DEEP_VALUES),
            'deep tags': b'<a>' * (15 * MIB // 3), 'many tags': b'<a>' + b'<b/>' * (15 * MIB // 4),
            'long name': b'<' + b'a' * MIB * 8, 'many attributes': b'<a ' + b'b="c" ' * MIB + b'/>',
            'unbalanced': b'</a>' * MIB, 'comment': b'<!-- ' * MIB, 'wrong int': call_of('<int>x</int>'),
        }
        with self.others_served(within=4):
            for name, body in samples.items():
                with self.subTest(body=name):
                    self.assertEqual(self.post(self.instance.api_port, body, 30)[0], 400)
        self.assert_memory_grew_less(120 * 1024)

    def test_headers(self):
        samples = {
            b'GET / HTTP/1.1\r\n\r\n': 401, b'\r\n\r\n\r\n': None, b'\0' * 1000: 400,
            b'POST /RPC2 HTTP/9.9\r\n\r\n': 400, b'POST\r\n\r\n': 400,
            b'POST /RPC2 HTTP/1.1\r\nA' + b'x' * 100000: 431,
            b'POST /' + b'x' * 100000 + b' HTTP/1.1\r\n\r\n': 431,
            b'POST /RPC2 HTTP/1.1\r\n' + b'A: b\r\n' * 20000: 431,
            request(length=-1): 400, request(length=2**70): 400, request(length=17 * MIB): 413,
            request(CALL, method=b'DELETE'): 405, request(CALL, target=b'/nothing'): 404,
            request(CALL, target=b'/mainlogtail'): 405, request(CALL, headers=b'Bad\x01Name: x\r\n'): 400,
            request(headers=b'Content-Length: 5\r\n'): 400,
            request(CALL, headers=b'Transfer-Encoding: chunked\r\n'): 400,
            request().replace(b'Content-Length: 0', b'Transfer-Encoding: chunked') +
                b'5\r\nhello\r\n0\r\n\r\n': 411,
            request().replace(b'Content-Length: 0', b'Transfer-Encoding: gzip'): 411,
            request().replace(b'Content-Length: 0\r\n', b''): 411,
            request(b'', b'GET', b'/logtail'): 500, request(b'', b'GET', b'/logtail/../RPC2'): 404,
            request(b'', b'GET', b'/logtail/%00/x'): 404,
            request(b'', b'GET', b'/logtail/' + b'%41' * 4000): 404,
        }
        for data, want in samples.items():
            with self.subTest(request=data[:80]):
                if want is None:
                    self.connect().sendall(data)   # nothing was asked yet
                    continue
                got = self.status_of(data)
                self.assertIn(got, (want, 400, 431) if want in (400, 431) else (want,))

    def test_pipelined(self):
        """Answers come in order, whatever they ask, and the last may be an error."""
        client = self.connect()
        nowhere = call_of('<string>nowhere</string>')
        client.sendall((request(CALL) + request(nowhere) +
                        request(xmlrpc.client.dumps((), 'supervisor.getPID').encode())) * 100 +
                       b'nonsense\r\n\r\n')
        reader = client.makefile('rb')
        for number in range(300):
            body = self.read_response(reader)
            want = (b'0.19', b'BAD_NAME', str(self.instance.pid('supervisord')).encode())[number % 3]
            self.assertIn(want, body)
        self.assertTrue(reader.readline().startswith(b'HTTP/1.1 400 '))
        reader.read()   # the connection ends

    def read_response(self, reader):
        length = None
        while (line := reader.readline()) not in (b'\r\n', b''):
            name, _, value = line.partition(b':')
            if name.lower() == b'content-length':
                length = int(value)
        self.assertIsNotNone(length)
        return reader.read(length)

    def test_wrong_types(self):
        """Every method with every type in every place: a result or a fault, never an HTTP error."""
        names = [name for name in self.agent().system.listMethods() if name.startswith('supvisors.')]
        # Without parameters they would do what they say.
        for name in names:
            for value in VALUES:
                for count in (1, 2, 3):
                    body = (f'<methodCall><methodName>{name}</methodName><params>' +
                            f'<param><value>{value}</value></param>' * count +
                            '</params></methodCall>').encode()
                    status, answer = self.post(self.instance.api_port, body)
                    with self.subTest(method=name, value=value[:40], count=count):
                        self.assertIn(status, (200, 400))
                        if status == 400:   # the XML itself is wrong
                            self.assertIn('base64', value)
                        else:
                            self.assertIn(b'<methodResponse>', answer)
        self.agent().supvisors.change_log_level('debug')
        self.assert_memory_grew_less(30 * 1024)

    def test_silent_and_slow_connections(self):
        """More of them than connections are allowed: they give way, others are served at once."""
        slow = []
        with self.others_served(within=4):
            for number in range(700):
                client = socket.create_connection(('127.0.0.1', self.instance.api_port), timeout=30)
                slow.append(client)
                with contextlib.suppress(ConnectionError):
                    client.sendall((b'', b'P', b'POST /RPC2 HTTP/1.1\r\nX: ')[number % 3])
            for _ in range(5):
                for client in slow[-50:]:
                    with contextlib.suppress(ConnectionError):
                        client.sendall(b'y')
                time.sleep(0.1)
        self.assert_memory_grew_less(60 * 1024)
        for client in slow:
            client.close()

    def test_bodies_that_do_not_come(self):
        """A hundred that announce 16 MiB and send 3 of them: few are let in, small calls go on."""
        clients = []
        with self.others_served(within=4):
            for _ in range(100):
                client = socket.create_connection(('127.0.0.1', self.instance.api_port), timeout=30)
                clients.append(client)
                with contextlib.suppress(ConnectionError):
                    client.sendall(request(b'x' * (3 * MIB), length=16 * MIB))
        self.assert_memory_grew_less(100 * 1024)
        for client in clients:
            client.close()
        wait_until(lambda: self.resident_kib()[0] - self.before < 60 * 1024, 10, 'memory is given back')

    def test_answers_that_nobody_reads(self):
        """A large log, asked for again and again over connections that are not read."""
        api = self.stock().supervisor
        (self.instance.folder / 'bytes').write_bytes(b'x' * (4 * MIB))
        api.startProcess('binary')
        wait_until(lambda: api.tailProcessStdoutLog('binary', 0, 1)[1] >= 4 * MIB, 10, 'a large log')
        api.stopProcess('binary')
        body = xmlrpc.client.dumps(('binary', 0, 0), 'supervisor.readProcessStdoutLog').encode()
        clients = [self.connect() for _ in range(10)]
        with self.others_served(within=5):   # supervisord itself is busy for as long
            for client in clients:
                client.sendall(request(body) * 20)
            time.sleep(2)
        self.assert_memory_grew_less(200 * 1024)
        for client in clients:
            client.close()
        wait_until(lambda: self.resident_kib()[0] - self.before < 100 * 1024, 10,
                   'memory is given back')

    def test_log_streams_that_nobody_reads(self):
        """A log that grows by 32 MiB, followed by clients that do not read: it stays in its file."""
        api = self.stock().supervisor
        get = request(b'', b'GET', b'/logtail/binary').replace(b'Content-Length: 0\r\n', b'')
        (self.instance.folder / 'bytes').write_bytes(b'')
        api.startProcess('binary')
        clients = [self.connect() for _ in range(20)]
        for client in clients:
            client.sendall(get)
        wait_until(lambda: all(client.recv(1) for client in clients), 5, 'streams')
        (self.instance.folder / 'bytes').write_bytes(b'y' * (32 * MIB))
        api.stopProcess('binary')
        with self.others_served(within=5):   # supervisord copies all of it
            api.startProcess('binary')
            wait_until(lambda: api.tailProcessStdoutLog('binary', 0, 1)[1] >= 32 * MIB, 30,
                       'a large log')
            self.assert_memory_grew_less(60 * 1024)
        api.stopProcess('binary')

    def test_more_streams_than_allowed(self):
        get = request(b'', b'GET', b'/mainlogtail').replace(b'Content-Length: 0\r\n', b'')
        clients = [self.connect() for _ in range(64)]
        for client in clients:
            client.sendall(get)
            self.assertTrue(client.makefile('rb').readline().startswith(b'HTTP/1.1 200'))
        self.assertEqual(self.status_of(get), 503)
        clients[0].close()
        wait_until(lambda: self.status_of(get) == 200, 5, 'room for another one')

    def test_calls_of_clients_that_leave(self):
        """Those that wait are cancelled: they hold no connection to supervisord."""
        body = xmlrpc.client.dumps(('slow',), 'supervisor.startProcess').encode()
        for _ in range(200):
            client = self.connect()
            client.sendall(request(body))
            client.close()
        with self.others_served(within=5):
            time.sleep(0.5)
        with contextlib.suppress(xmlrpc.client.Fault):   # when all were cancelled before their turn
            self.stock().supervisor.stopProcess('slow')


if __name__ == '__main__':
    unittest.main()
