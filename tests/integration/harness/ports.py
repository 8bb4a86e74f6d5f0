"""Blocks of free ports on loopback, one block per instance, also between test runs side by side."""

import random
import socket

# Below the kernel's range of ephemeral ports, so that no client takes one meanwhile.
FIRST, LAST = 20000, 32000
# http_port, event (+1), +2 reserved by old configurations, federation (+3), API (+4).
BLOCK = 5
STEP = 10


class PortBlock:
    """A block that is ours until release(): other runs see the lock, which ends with us."""

    def __init__(self, lock, first):
        self._lock, self.first = lock, first

    def release(self):
        self._lock.close()


def _is_free(port):
    with socket.socket() as probe:
        # As a server would bind it: connections that linger in TIME_WAIT do not matter.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(('127.0.0.1', port))
        except OSError:
            return False
    return True


def _try_block(first):
    lock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        # An abstract name: nothing on disk, gone with its owner.
        lock.bind(f'\0supvisors-test-ports-{first}')
    except OSError:
        lock.close()
        return None
    if all(_is_free(first + offset) for offset in range(BLOCK)):
        return PortBlock(lock, first)
    lock.close()
    return None


def take_blocks(count):
    """`count` blocks, ascending, so that the order of ports is the order of instances."""
    starts = range(FIRST, LAST, STEP)
    begin = random.randrange(len(starts))
    # From a random place on, once around.
    blocks = []
    for place in range(len(starts)):
        if len(blocks) == count:
            break
        block = _try_block(starts[(begin + place) % len(starts)])
        if block:
            blocks.append(block)
    if len(blocks) < count:
        for block in blocks:
            block.release()
        raise RuntimeError(f'{count} blocks of {BLOCK} free ports were expected between {FIRST} '
                           f'and {LAST}, {len(blocks)} found')
    return sorted(blocks, key=lambda block: block.first)
