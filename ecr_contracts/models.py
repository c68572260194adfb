"""The events as pydantic models, generated from the schemas; they need the extra `models`."""

from ecr_contracts.events.models import *
from ecr_contracts.events.models import __all__ as __all__
