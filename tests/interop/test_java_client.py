"""A client in Java, on the JDK alone, that casts every value as the published one does."""

import subprocess
import tempfile
import unittest
from pathlib import Path

from integration.harness import Federation, InstanceOptions
from integration.harness.configuration import programs_folder
from interop.one_instance import CREDENTIALS

SOURCE = Path(__file__).with_name('JavaClient.java')
PROGRAMS = f'''
[program:web]
command={programs_folder()}/supvisors-exec -d %(here)s/.supvisors /bin/sh %(here)s/../sleeper.sh
autostart=false
startsecs=0
[program:idle]
command={programs_folder()}/supvisors-exec -d %(here)s/.supvisors /bin/sh %(here)s/../sleeper.sh
autostart=false
startsecs=1
[group:shop]
programs=web,idle
'''
RULES = '''<root>
  <application name="shop">
    <start_sequence>1</start_sequence>
    <programs><program name="web"><start_sequence>1</start_sequence></program></programs>
  </application>
</root>'''


class Java(unittest.TestCase):
    deadline = 120
    maxDiff = None

    def test_every_value_has_the_type_that_is_cast_to(self):
        """On the Master and on a slave."""
        classes = tempfile.TemporaryDirectory()
        self.addCleanup(classes.cleanup)
        subprocess.run(['javac', '-d', classes.name, str(SOURCE)], check=True, timeout=60)
        made = Federation(['a', 'b'], rules=RULES,
                          common=InstanceOptions(programs=PROGRAMS, credentials=CREDENTIALS))
        self.addCleanup(made.close)
        (made.folder / 'sleeper.sh').write_text('while :; do sleep 0.1; done\n')
        made.start()
        made.wait_operation()
        for instance in made:
            with self.subTest(instance.nick):
                done = subprocess.run(
                    ['java', '-Xshare:auto', '-XX:TieredStopAtLevel=1', '-cp', classes.name,
                     'JavaClient', str(instance.api_port), *CREDENTIALS],
                    capture_output=True, text=True, timeout=60, check=False)
                failed = [line for line in done.stdout.splitlines() if not line.startswith('ok ')]
                self.assertEqual((failed, done.returncode, done.stderr), ([], 0, ''))
                self.assertGreater(len(done.stdout.splitlines()), 20)


if __name__ == '__main__':
    unittest.main()
