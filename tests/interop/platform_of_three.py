"""The acceptance platform of the users of Supvisors (section 5 of the clients' reference).

Three instances on two nodes, whose applications use most of the rules: `#` and `@`, aliases, models,
patterns, a formula, a distribution, the three starting failure strategies. One instance that the
rules name, supv04, does not exist, on purpose.
"""

from integration.harness import FederationTestCase, InstanceOptions

FIRST, SECOND, THIRD = 'supv-01', 'supv-03', 'supv02'   # in the order of supvisors_list
NODE_OF = {FIRST: 'A', SECOND: 'A', THIRD: 'B'}
CONVERTERS = 15

RULES = '''<root>
  <alias name="consoles">supv02,supv-01</alias>
  <model name="movie_server">
    <identifiers>#,supv-01,supv02,supv-03</identifiers><start_sequence>1</start_sequence>
    <expected_loading>5</expected_loading>
    <running_failure_strategy>CONTINUE</running_failure_strategy>
  </model>

  <application name="import_database">
    <start_sequence>2</start_sequence>
    <starting_failure_strategy>STOP</starting_failure_strategy>
    <operational_status>all('.*')</operational_status>
    <programs>
      <program pattern="mount_disk_">
        <identifiers>@,supv02,third,supv04</identifiers><start_sequence>1</start_sequence>
        <required>true</required>
      </program>
      <program name="copy_error">
        <identifiers>supv-01</identifiers><start_sequence>2</start_sequence>
        <required>true</required><wait_exit>true</wait_exit>
        <expected_loading>25</expected_loading>
      </program>
    </programs>
  </application>

  <application name="database">
    <start_sequence>3</start_sequence>
    <operational_status>all('register.*') and any('movie.*')</operational_status>
    <programs>
      <program pattern="movie_server_"><reference>movie_server</reference></program>
      <program pattern="register_movies_">
        <identifiers>#,supv-01,supv-03</identifiers><start_sequence>2</start_sequence>
        <wait_exit>true</wait_exit><expected_loading>25</expected_loading>
      </program>
    </programs>
  </application>

  <application name="my_movies">
    <start_sequence>4</start_sequence><starting_strategy>CONFIG</starting_strategy>
    <starting_failure_strategy>CONTINUE</starting_failure_strategy>
    <programs>
      <program name="manager">
        <start_sequence>1</start_sequence><stop_sequence>3</stop_sequence>
        <required>true</required><expected_loading>5</expected_loading>
        <running_failure_strategy>RESTART_APPLICATION</running_failure_strategy>
      </program>
      <program name="web_server">
        <identifiers>supv04</identifiers><start_sequence>2</start_sequence>
        <required>true</required><expected_loading>3</expected_loading>
      </program>
      <program name="hmi">
        <identifiers>consoles</identifiers><start_sequence>3</start_sequence>
        <stop_sequence>1</stop_sequence><expected_loading>10</expected_loading>
        <running_failure_strategy>STOP_APPLICATION</running_failure_strategy>
      </program>
      <program pattern="converter_"><expected_loading>20</expected_loading></program>
      <program name="converter_04">
        <identifiers>supv-03,supv-01</identifiers><expected_loading>20</expected_loading>
      </program>
      <program name="converter_07">
        <identifiers>supv02</identifiers><expected_loading>20</expected_loading>
      </program>
    </programs>
  </application>

  <application name="player">
    <start_sequence>5</start_sequence><distribution>SINGLE_INSTANCE</distribution>
    <identifiers>supv-01,supv-03</identifiers>
    <starting_strategy>MOST_LOADED</starting_strategy>
    <starting_failure_strategy>ABORT</starting_failure_strategy>
    <programs>
      <program name="test_reader">
        <start_sequence>1</start_sequence><required>true</required><wait_exit>true</wait_exit>
        <expected_loading>2</expected_loading>
      </program>
      <program name="movie_player">
        <start_sequence>2</start_sequence><expected_loading>13</expected_loading>
      </program>
    </programs>
  </application>

  <application pattern="web_">
    <start_sequence>6</start_sequence><stop_sequence>2</stop_sequence>
    <starting_strategy>LESS_LOADED_NODE</starting_strategy>
    <programs>
      <program pattern="web_browser">
        <start_sequence>1</start_sequence><expected_loading>4</expected_loading>
        <running_failure_strategy>RESTART_PROCESS</running_failure_strategy>
      </program>
    </programs>
  </application>
</root>'''

FOREVER = '/bin/sleep 100000'


def program(name, command=FOREVER, numbers=None, startsecs=1):
    """A section; `numbers`: how many, and from which on."""
    text = (f'[program:{name}]\ncommand={command}\nautostart=false\nautorestart=false\n'
            f'startsecs={startsecs}\nstartretries=0\n')
    if numbers:
        count, first = numbers
        text += (f'process_name={name}_%(process_num)02d\nnumprocs={count}\n'
                 f'numprocs_start={first}\n')
    return text


GROUPS = {
    'import_database': [program('mount_disk', numbers=(2, 0)),
                        program('copy_error', '/bin/false')],
    'database': [program('movie_server', numbers=(3, 1)),
                 program('register_movies', '/bin/sleep 2', numbers=(3, 1))],
    'my_movies': [program('manager'), program('web_server'), program('hmi'),
                  program('converter', numbers=(CONVERTERS, 0), startsecs=0)],
    'player': [program('test_reader', "/bin/sh -c 'sleep 2; exit 2'"), program('movie_player')],
    'web_movies': [program('web_browser')],
    'service': [program('disk_writer')],
}


def programs():
    text = ''.join(section for sections in GROUPS.values() for section in sections)
    for group, sections in GROUPS.items():
        names = [section.split(']', 1)[0].removeprefix('[program:') for section in sections]
        text += f'[group:{group}]\nprograms={",".join(names)}\n'
    return text


class PlatformTestCase(FederationTestCase):
    """Starts the platform; `self.made` is in OPERATION, all that is started by itself is."""

    deadline = 120

    def platform(self, conciliation='USER'):
        # LIST alone: a slow machine must not begin with two of them.
        options = {'synchro_options': 'LIST', 'core_identifiers': f'{FIRST},{SECOND}', 'inactivity_ticks': 3,
                   'starting_strategy': 'CONFIG', 'conciliation_strategy': conciliation,
                   'event_link': 'ZMQ'}
        instances = {}
        for nick, node in NODE_OF.items():
            own = {'node_id': node}
            if nick == SECOND:
                own['stereotypes'] = 'third'
            instances[nick] = InstanceOptions(programs=programs(), options=own)
        self.made = self.federation(instances, options=options, rules=RULES)
        return self.made

    def started(self, **options):
        made = self.platform(**options)
        made.start()
        self.assertEqual(made.wait_operation(deadline=40), FIRST)
        self.supvisors = made[FIRST].agent(timeout=30).supvisors
        return made

    def loads(self):
        """supv-01, supv02, supv-03: the order in which the platform gives them."""
        infos = {self.made.nick_of(info['identifier']): info['loading']
                 for info in self.supvisors.get_all_instances_info()}
        return [infos[FIRST], infos[THIRD], infos[SECOND]]
