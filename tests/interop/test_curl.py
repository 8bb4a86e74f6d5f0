"""curl against the agent: what a person at a terminal, or a script, sends and sees."""

import re
import subprocess
import time
import unittest
import xmlrpc.client

from integration.harness import wait_until
from interop.one_instance import CREDENTIALS, OneInstance

VERSION = xmlrpc.client.dumps((), 'supvisors.get_api_version')


class Curl(OneInstance):

    def curl(self, *arguments, path='/RPC2', data=None, credentials=CREDENTIALS):
        """(status, body) of one request."""
        user = ('-u', ':'.join(credentials)) if credentials else ()
        body = ('--data-binary', '@-') if data is not None else ()
        done = subprocess.run(
            ['curl', '-sS', '--noproxy', '*', '-m', '10', '-w', '\n%{http_code}', *user, *body,
             *arguments, f'http://127.0.0.1:{self.instance.api_port}{path}'],
            input=data, capture_output=True, text=True, timeout=20)
        text, _, status = done.stdout.rpartition('\n')
        self.assertEqual(done.returncode, 0, done.stderr)
        return int(status), text

    def test_calls(self):
        for options in ((), ('--http1.0',), ('-H', 'Content-Type: text/xml'),
                        ('-H', 'Expect: 100-continue'), ('-H', 'Connection: close')):
            with self.subTest(options=options):
                status, text = self.curl(*options, data=VERSION)
                self.assertEqual(status, 200)
                self.assertEqual(xmlrpc.client.loads(text), (('0.19',), None))

    def test_refusals(self):
        self.assertEqual(self.curl(data=VERSION, credentials=None)[0], 401)
        self.assertEqual(self.curl(data=VERSION, credentials=('user', 'x'))[0], 401)
        self.assertEqual(self.curl(data='hello')[0], 400)
        self.assertEqual(self.curl()[0], 405)
        self.assertEqual(self.curl(path='/nothing')[0], 404)
        self.assertEqual(self.curl(path='/logtail/nowhere')[0], 404)
        # Chunks have no known length, which the API demands.
        self.assertEqual(self.curl('-H', 'Transfer-Encoding: chunked', data=VERSION)[0], 411)
        self.assertEqual(self.curl('-H', 'Origin: http://elsewhere.example', data=VERSION)[0], 403)

    def test_two_requests_over_one_connection(self):
        url = f'http://127.0.0.1:{self.instance.api_port}/RPC2'
        done = subprocess.run(
            ['curl', '-sSv', '--noproxy', '*', '-m', '10', '-u', ':'.join(CREDENTIALS), '-d',
             VERSION, url, url], capture_output=True, text=True, timeout=20)
        self.assertEqual(done.stdout.count('0.19'), 2)
        self.assertIn('Re-using existing connection', done.stderr)

    def test_log_streams(self):
        """`curl -N` follows a log: headers at once, then what comes."""
        for options, chunked in (((), True), (('--http1.0',), False)):
            for path, text in (('/logtail/talker', 'begin\n'), ('/logtail/talker/stderr', 'trouble\n'),
                               ('/logtail/talker%3Atalker/stdout', 'begin\n'), ('/mainlogtail', '')):
                with self.subTest(path=path, options=options):
                    self.follow(path, text, options, chunked)

    def follow(self, path, text, options, chunked):
        output = self.instance.folder / 'curl.txt'
        with open(output, 'wb') as file:
            child = subprocess.Popen(
                ['curl', '-sSNi', '--noproxy', '*', '-u', ':'.join(CREDENTIALS), *options,
                 f'http://127.0.0.1:{self.instance.api_port}{path}'], stdout=file)
        try:
            def seen(part):
                wait_until(lambda: part in output.read_text(), 5, repr(part))
            seen('\n\n' + text)   # text mode shows \r\n as \n
            head = output.read_text().partition('\n\n')[0]
            self.assertIn('HTTP/1.1 200 OK', head)
            self.assertIn('Content-Type: text/plain;charset=utf-8', head)
            self.assertEqual('Transfer-Encoding: chunked' in head, chunked)
            self.assertRegex(head, re.compile('^Last-Modified: ', re.M))
            line = f'line {time.monotonic_ns()}'
            self.stock().supervisor.sendProcessStdin('talker', line + '\n')
            seen(line)
            self.assertIsNone(child.poll())
        finally:
            child.kill()
            child.wait()


if __name__ == '__main__':
    unittest.main()
