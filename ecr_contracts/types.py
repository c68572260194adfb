"""The events as typed dictionaries, generated from the schemas."""

from ecr_contracts.events.types import *
from ecr_contracts.events.types import __all__ as __all__
