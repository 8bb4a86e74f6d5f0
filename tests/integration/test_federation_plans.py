"""What would be done, told before it is done: and then it is done just so."""

import subprocess
import xmlrpc.client
from collections import Counter

from integration.federation_programs import ApplicationsTestCase
from integration.harness.configuration import programs_folder


class Plans(ApplicationsTestCase):

    def test_told_then_done(self):
        """Any instance may tell; nothing moves meanwhile (D-26)."""
        made = self.three()
        api = made['b'].agent(timeout=20).supvisors
        before = self.pids(made)
        plan = api.plan('stop_application', ['web'])
        identifiers = {one.nick: one.identifier for one in made}
        self.assertEqual(sorted(plan['steps']),
                         sorted(f'stop {name} on {identifiers[nick]}'
                                for nick, name in before if name.startswith('web:')))
        self.assertEqual(plan['closing'], '')
        self.assertEqual(self.pids(made), before)
        api.stop_application('web')

        plan = api.plan('start_application', ['LESS_LOADED', 'web', False])
        api.start_application('LESS_LOADED', 'web')
        done = {f'start {name} on {identifiers[nick]}' for nick, name in self.pids(made)
                if name.startswith('web:')}
        self.assertEqual(set(plan['steps']), done)
        for step in plan['steps']:
            name = step.split()[1]
            self.assertTrue(any(reason.startswith(f'{name} goes to ') for reason in plan['reasons']),
                            plan['reasons'])

        plan = api.plan('shutdown')
        self.assertEqual(plan['closing'], 'SHUTTING_DOWN')
        self.assertEqual(len(plan['steps']), len(before))

    def test_what_if_an_instance_were_lost(self):
        made = self.three()
        lost = made['c'].identifier
        held = {name for nick, name in self.pids(made) if nick == 'c'}
        self.assertTrue(held)
        api = made['b'].agent(timeout=20).supvisors
        steps = api.plan_loss(lost)['steps']
        self.assertEqual({step.split()[1] for step in steps}, held)
        with self.assertRaisesRegex(xmlrpc.client.Fault, 'NOT_RUNNING'):
            api.plan_loss(made['b'].identifier)
        told = subprocess.run(
            [programs_folder() / 'supvisorsctl', '-s', f'http://127.0.0.1:{made["b"].api_port}',
             'plan_loss', lost], capture_output=True, text=True, timeout=20, check=True).stdout
        self.assertEqual(told.splitlines()[:len(steps)], steps)

        made['c'].kill('supervisord')
        self.wait_whole(made, ['a', 'b'])
        identifiers = {one.nick: one.identifier for one in made}
        # Which of them is really down first, and so is placed first, nobody can tell: as many there.
        done = [(name, identifiers[nick]) for nick, name in self.pids(made, ['a', 'b'])
                if name in held]
        self.assertEqual({name for name, _ in done}, held)
        self.assertEqual(Counter(step.split()[3] for step in steps),
                         Counter(where for _, where in done))

    def test_faults_are_those_of_the_method(self):
        api = self.three()['a'].agent(timeout=20).supvisors
        for wanted, call in (('BAD_NAME', ('start_application', ['CONFIG', 'nowhere'])),
                             ('BAD_SUPVISORS_STATE', ('conciliate', ['RESTART'])),
                             ('INCORRECT_PARAMETERS', ('get_supvisors_state', []))):
            with self.subTest(call=call), self.assertRaisesRegex(xmlrpc.client.Fault, wanted):
                api.plan(*call)
