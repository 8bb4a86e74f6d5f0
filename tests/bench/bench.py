"""Figures of the product, measured from outside: real supervisords, real sockets, median of N runs.

Each function of FIGURES is one story; it returns {name of figure: value}. Times are in seconds unless
the name says otherwise. They are read from the event socket or from the API, as a user would see them.
"""

import argparse
import contextlib
import http.client
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tests'))
sys.dont_write_bytecode = True

from integration.harness import Federation, InstanceOptions, wait_until  # noqa: E402

NICKS = ['a', 'b', 'c']
FIGURES = {}


def figure(function):
    FIGURES[function.__name__] = function
    return function


def programs(count, startsecs, autorestart='unexpected'):
    return f'''
[program:work]
command=/bin/sleep 100000
process_name=work_%(process_num)03d
numprocs={count}
startsecs={startsecs}
autostart=false
autorestart={autorestart}
'''


def rules(ranks, count, strategy='LESS_LOADED'):
    """`count` processes over `ranks` ranks; without a load they would all go to one instance."""
    per_rank = count // ranks
    elements = ''.join(
        f'<program name="work_{index:03d}"><start_sequence>{index // per_rank + 1}</start_sequence>'
        '<expected_loading>1</expected_loading>'
        '<running_failure_strategy>RESTART_PROCESS</running_failure_strategy></program>'
        for index in range(count))
    return (f'<root><application name="work"><start_sequence>1</start_sequence>'
            f'<starting_strategy>{strategy}</starting_strategy>'
            f'<programs>{elements}</programs></application></root>')


@contextlib.contextmanager
def federation(count, ranks=1, startsecs=1, **common):
    made = Federation(NICKS, {'event_link': 'ZMQ', 'loglevel': 'info'}, rules(ranks, count),
                      InstanceOptions(programs=programs(count, startsecs, **common),
                                      supervisord={'loglevel': 'info'}))
    with made:
        yield made


def running(made, nick):
    infos = made[nick].agent().supvisors.get_all_process_info()
    return sum(info['statename'] == 'RUNNING' for info in infos)


def since(begin, condition, deadline, what):
    wait_until(condition, deadline, what)
    return time.monotonic() - begin


@figure
def launch():
    with federation(30) as made:
        begin = time.monotonic()
        made.start()
        made.wait_operation(deadline=40)
        return {'launch to OPERATION, 3 x 10 processes, startsecs 1': time.monotonic() - begin}


def sequence(count, ranks, startsecs, name):
    """From the first STARTING to the last RUNNING, as the event socket tells."""
    with federation(count, ranks, startsecs) as made:
        made.start()
        made.wait_operation(deadline=60)
        supvisors = made['a'].agent(timeout=60).supvisors
        supvisors.stop_application('work')
        with made['a'].events('process') as events:
            wait_until(lambda: events.received or supvisors.get_supvisors_state(), 1, 'events')
            time.sleep(0.3)  # the subscription reaches the publisher
            begin = time.monotonic()
            supvisors.start_application('LESS_LOADED', 'work')
            return {name: time.monotonic() - begin}


@figure
def ten_ranks():
    return sequence(100, 10, 1, '100 processes, 10 ranks, startsecs 1')


@figure
def one_rank():
    return sequence(100, 1, 0, '100 processes, 1 rank, startsecs 0')


def loss(victim, harm, label):
    with federation(30) as made:
        made.start()
        made.wait_operation(deadline=40)
        witness = 'b'
        supvisors = made[witness].agent().supvisors
        begin = time.monotonic()
        harm(made[victim])
        seen = since(begin, lambda: made.instance_states(witness)[victim] != 'RUNNING', 20, 'seen')
        figures = {f'{label}: seen': seen}
        if victim == 'a':
            figures[f'{label}: new Master'] = since(
                begin, lambda: supvisors.get_master_identifier().get('nick_identifier') == 'b', 20,
                'a new Master')
        figures[f'{label}: processes RUNNING elsewhere'] = since(
            begin, lambda: supvisors.get_supvisors_state()['fsm_statecode'] in (3, 4) and
            running(made, witness) == 30, 30, 'everything elsewhere')
        figures[f'{label}: OPERATION'] = since(
            begin, lambda: supvisors.get_supvisors_state()['fsm_statename'] == 'OPERATION', 30,
            'OPERATION')
        return figures


@figure
def supervisord_lost():
    return loss('c', lambda one: one.kill('supervisord'), 'supervisord killed')


@figure
def master_supervisord_lost():
    return loss('a', lambda one: one.kill('supervisord'), "Master's supervisord killed")


@figure
def node_lost():
    return loss('c', lambda one: one.kill_all(), 'all killed')


@figure
def master_node_lost():
    return loss('a', lambda one: one.kill_all(), "all killed at the Master's")


@figure
def node_frozen():
    return loss('c', lambda one: one.freeze(), 'node frozen')


@figure
def crash():
    """kill -9 of a process: its EXITED event at the local and at a remote socket, its restart."""
    with federation(3, autorestart='true') as made:
        made.start()
        made.wait_operation(deadline=40)
        place = made.where_is('work:work_000')[0]
        remote = next(nick for nick in NICKS if nick != place)
        local, far, restarted = [], [], []
        with made[place].events('event') as here, made[remote].events('event') as there:
            time.sleep(0.5)  # the subscriptions reach the publishers
            for _ in range(15):
                pid = made[place].pid_of('work:work_000')
                here.received.clear()
                there.received.clear()
                begin = time.monotonic()
                os.kill(pid, 9)

                def date(events, state):
                    for when, _header, payload in list(events.received):
                        if payload['name'] == 'work_000' and payload['state'] == state:
                            return when
                    return None
                wait_until(lambda: date(there, 20), 10, 'RUNNING again')
                local.append((date(here, 100) - begin) * 1000)
                far.append((date(there, 100) - begin) * 1000)
                restarted.append((date(here, 10) - begin) * 1000)
        return {'crash to event, local socket (ms)': statistics.median(local),
                'crash to event, remote socket (ms)': statistics.median(far),
                'crash to STARTING by autorestart (ms)': statistics.median(restarted)}


def pss_kib(pid):
    for line in Path(f'/proc/{pid}/smaps_rollup').read_text().splitlines():
        if line.startswith('Pss:'):
            return int(line.split()[1])
    raise ValueError(f'no Pss of {pid}')


def cpu_ticks(pid):
    fields = Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()
    return int(fields[11]) + int(fields[12])


def loopback_bytes():
    for line in Path('/proc/net/dev').read_text().splitlines():
        if line.strip().startswith('lo:'):
            return int(line.split()[1])
    raise ValueError('no loopback')


@figure
def idle():
    """Memory, processor and traffic of a federation at rest (D-37); the traffic of the whole of loopback."""
    with federation(99, startsecs=0) as made:
        made.start()
        made.wait_operation(deadline=40)
        time.sleep(2)
        pids = {who: [one.pid(who) for one in made] for who in ('agent', 'relay')}
        added = [pid for group in pids.values() for pid in group]
        ticks, octets = sum(map(cpu_ticks, added)), loopback_bytes()
        time.sleep(20)
        cpu = (sum(map(cpu_ticks, added)) - ticks) / os.sysconf('SC_CLK_TCK') / 20 / 3 * 100
        return {'memory added per node, 99 processes (MiB, PSS)':
                sum(map(pss_kib, added)) / 3 / 1024,
                'idle CPU added per node (% of a core)': cpu,
                'idle traffic on loopback, N = 3 (kB/s)': (loopback_bytes() - octets) / 20 / 1000}


STATUS_CALL = (b'<?xml version="1.0"?><methodCall><methodName>supvisors.get_all_process_info'
               b'</methodName><params/></methodCall>')


def status_calls(port, seconds, results):
    """Asks without a pause, on one connection; puts the duration of each call, in ms."""
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=20)
    durations, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        begin = time.monotonic()
        connection.request('POST', '/RPC2', STATUS_CALL, {'Content-Type': 'text/xml'})
        response = connection.getresponse()
        body = response.read()
        durations.append((time.monotonic() - begin) * 1000)
        if response.status != 200 or b'<fault>' in body:
            raise ValueError(body[:200])
    results.put(durations)


def ask_side_by_side(port, clients, seconds):
    results = multiprocessing.Queue()
    workers = [multiprocessing.Process(target=status_calls, args=(port, seconds, results))
               for _ in range(clients)]
    for worker in workers:
        worker.start()
    durations = sorted(one for _ in workers for one in results.get(timeout=seconds + 30))
    for worker in workers:
        worker.join()
    return durations


@figure
def api():
    """What reading costs: 3 x 100 processes; the clients take their part of the two cores."""
    with federation(300, startsecs=0) as made:
        made.start()
        made.wait_operation(deadline=60)
        port = made['b'].api_port
        alone = ask_side_by_side(port, 1, 5)
        eight = ask_side_by_side(port, 8, 5)
        return {'get_all_process_info, 3 x 100 processes, 1 client (calls/s)': len(alone) / 5,
                'get_all_process_info, 8 clients at once (calls/s)': len(eight) / 5,
                'get_all_process_info, 8 clients at once, p99 (ms)': eight[len(eight) * 99 // 100]}


@figure
def core_step():
    """What one step of the core costs in a federation of 100 instances with 50 processes each."""
    program = ROOT / 'build' / 'release' / 'bin' / 'core_step'
    lines = subprocess.run([program, '100', '50'], check=True, capture_output=True, text=True).stdout
    cost = dict(line.split() for line in lines.splitlines())
    return {'a step of the core: a tick that changes nothing (us)': float(cost['tick']),
            'a step of the core: a process event (us)': float(cost['event'])}


def main():
    parser = argparse.ArgumentParser(prog='scripts/bench', description=__doc__)
    parser.add_argument('--runs', type=int, default=5)
    parser.add_argument('names', nargs='*', choices=[[], *FIGURES], metavar='NAME',
                        help=' '.join(FIGURES))
    options = parser.parse_args()
    print(f'| figure (median of {options.runs} runs) | median | min | max |\n|---|---|---|---|')
    for name in options.names or FIGURES:
        collected = {}
        for _ in range(options.runs):
            for key, value in FIGURES[name]().items():
                collected.setdefault(key, []).append(value)
        for key, values in collected.items():
            print(f'| {key} | {statistics.median(values):.3f} | {min(values):.3f} | '
                  f'{max(values):.3f} |', flush=True)


if __name__ == '__main__':
    main()
