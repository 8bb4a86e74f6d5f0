"""Waiting for what must become true, with a bound and a message that says what was seen last."""

import http.client
import time
import xmlrpc.client

POLL_PERIOD = 0.02

# What a server that is not (or no longer, or not yet) there causes: "not yet", as long as we wait.
# A deadline of xmlrpc calls is an OSError too.
TRANSIENT = (OSError, http.client.HTTPException, xmlrpc.client.Error)


class NotReached(AssertionError):
    """The deadline passed."""


class NotYet:
    """False, with what was seen instead, for the message of wait_until."""

    def __init__(self, seen):
        self._seen = seen

    def __bool__(self):
        return False

    def __repr__(self):
        return repr(self._seen)


def wait_until(condition, deadline, what):
    """The first true value of `condition()`, polled every 20 ms for `deadline` seconds.

    `what` completes "... was expected within 3 s". A server that does not answer counts as
    "not yet"; any other exception is the caller's bug and passes through.
    """
    end = time.monotonic() + deadline
    while True:
        seen = None
        try:
            seen = condition()
            if seen:
                return seen
        except TRANSIENT as error:
            seen = error
        if time.monotonic() >= end:
            raise NotReached(f'{what} was expected within {deadline} s; last seen: {seen!r}')
        time.sleep(POLL_PERIOD)
