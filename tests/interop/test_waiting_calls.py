"""Calls that wait cost no thread, and disturb nobody (section 1.6 of the API: deferred answers)."""

import http.client
import socket
import time
import xmlrpc.client
from pathlib import Path

from integration.harness import FederationTestCase, InstanceOptions, wait_until

COUNT = 300
PROGRAMS = f'''
[program:patient]
command=/bin/sleep 10000
process_name=patient_%(process_num)03d
numprocs={COUNT}
autostart=false
startsecs=15
'''


class WaitingCalls(FederationTestCase):
    deadline = 120

    def call(self, port, number):
        """A connection on which the start of a process was asked for, with wait."""
        body = xmlrpc.client.dumps(('CONFIG', f'patient:patient_{number:03d}'),
                                   'supvisors.start_process').encode()
        connection = socket.create_connection(('127.0.0.1', port), timeout=60)
        connection.sendall(b'POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\n'
                           b'Content-Length: %d\r\n\r\n%s' % (len(body), body))
        self.addCleanup(connection.close)
        return connection

    def test_hundreds_at_once(self):
        made = self.federation(['a', 'b'], common=InstanceOptions(programs=PROGRAMS))
        made.start()
        made.wait_operation()
        a = made['a']
        status = Path(f"/proc/{a.pid('agent')}/status")

        def threads():
            return next(line for line in status.read_text().splitlines() if 'Threads' in line)
        before = threads()
        calls = [self.call(a.api_port, number) for number in range(COUNT)]
        supvisors = a.agent(timeout=20).supvisors

        def count(state):
            infos = supvisors.get_all_process_info()
            return sum(info['statename'] == state for info in infos)
        wait_until(lambda: count('STARTING') == COUNT, 60, 'all that is asked for STARTING')
        self.assertEqual(threads(), before)
        for gone in calls[::3]:
            gone.close()   # nobody waits for the answer any more; what was asked goes on
        begin = time.monotonic()
        self.assertEqual(supvisors.get_api_version(), '0.19')
        self.assertLess(time.monotonic() - begin, 5)
        for number, connection in enumerate(calls):
            if number % 3 != 0:
                answer = http.client.HTTPResponse(connection)
                answer.begin()
                self.assertEqual(xmlrpc.client.loads(answer.read())[0][0], True)
        self.assertEqual(count('RUNNING'), COUNT)
        self.assertEqual(threads(), before)
