"""Where each starting strategy puts the converters of the acceptance platform (section 5.6).

Initial loads: 10, 15, 9. A converter costs 20, a node holds 100, and two instances share one.
"""

import time
import xmlrpc.client

from integration.harness import wait_until
from interop.platform_of_three import FIRST, PlatformTestCase

ABNORMAL_TERMINATION = 40
FAILS = None
# Converter, then the loads of supv-01, supv02 and supv-03 once it runs.
TABLE = {
    'CONFIG': [(0, [30, 15, 9]), (1, [50, 15, 9]), (4, [50, 15, 29]), (7, [50, 35, 29]),
               (2, [70, 35, 29]), (3, [70, 55, 29]), (5, [70, 75, 29]), (6, [70, 95, 29]),
               (8, FAILS)],
    'LESS_LOADED': [(0, [10, 15, 29]), (1, [30, 15, 29]), (2, [30, 35, 29]), (3, [30, 35, 49]),
                    (5, [50, 35, 49]), (4, FAILS), (6, [50, 55, 49]), (7, [50, 75, 49]),
                    (8, [50, 95, 49]), (9, FAILS)],
    'LESS_LOADED_NODE': [(0, [10, 35, 9]), (1, [10, 35, 29]), (2, [10, 55, 29]),
                         (3, [30, 55, 29]), (4, [30, 55, 49]), (5, [30, 75, 49]),
                         (6, [30, 95, 49]), (7, FAILS), (8, [50, 95, 49]), (9, FAILS)],
    'MOST_LOADED': [(0, [10, 35, 9]), (1, [10, 55, 9]), (2, [10, 75, 9]), (3, [10, 95, 9]),
                    (4, [30, 95, 9]), (5, [50, 95, 9]), (6, [70, 95, 9]), (7, FAILS),
                    (8, [90, 95, 9]), (9, FAILS)],
    'MOST_LOADED_NODE': [(0, [30, 15, 9]), (1, [50, 15, 9]), (2, [70, 15, 9]), (3, [90, 15, 9]),
                         (4, FAILS), (5, [90, 35, 9]), (6, [90, 55, 9]), (7, [90, 75, 9]),
                         (8, [90, 95, 9]), (9, FAILS)],
    'LOCAL': [(0, [30, 15, 9]), (1, [50, 15, 9]), (2, [70, 15, 9]), (3, [90, 15, 9]), (4, FAILS)],
}


class StartingStrategies(PlatformTestCase):
    def start_converter(self, strategy, number, wanted):
        name = f'my_movies:converter_{number:02d}'
        seen = len(self.events.received)
        before = self.loads()
        if wanted is FAILS:
            with self.assertRaises(xmlrpc.client.Fault) as refused:
                self.supvisors.start_process(strategy, name)
            self.assertEqual((refused.exception.faultCode, refused.exception.faultString),
                             (ABNORMAL_TERMINATION,
                              f'ABNORMAL_TERMINATION: failed to start {name}'))
        else:
            self.assertIs(self.supvisors.start_process(strategy, name), True)
        states = [200] if wanted is FAILS else [10, 20]

        def told():
            return [payload['state'] for _, _, payload in self.events.received[seen:]
                    if payload['group'] == 'my_movies' and payload['name'] == name[10:]]
        wait_until(lambda: told() == states, 5, f'the events of {name}: {states}')
        self.assertEqual(self.loads(), before if wanted is FAILS else wanted,
                         f'{strategy}: {name}')

    def test_all(self):
        made = self.started()
        with made[FIRST].events('event') as self.events:
            time.sleep(0.5)   # the subscription reaches the publisher
            for strategy, steps in TABLE.items():
                self.assertEqual(self.loads(), [10, 15, 9], strategy)
                for number, wanted in steps:
                    with self.subTest(strategy=strategy, converter=number):
                        self.start_converter(strategy, number, wanted)
                for number, wanted in steps:
                    if wanted is not FAILS:
                        self.supvisors.stop_process(f'my_movies:converter_{number:02d}')
