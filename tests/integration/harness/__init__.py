"""Federations of real supervisords and agents on loopback: for tests, scripts/demo and benches."""

from .configuration import Agent, InstanceOptions
from .events import EventSubscriber
from .federation import Federation
from .instance import Instance
from .network import Network
from .testcase import FederationTestCase
from .waiting import NotReached, wait_until

__all__ = ['Agent', 'EventSubscriber', 'Federation', 'FederationTestCase', 'Instance',
           'InstanceOptions', 'Network', 'NotReached', 'wait_until']
