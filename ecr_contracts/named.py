"""One typed Hypothesis strategy for each kind of event, generated from the schemas."""

from ecr_contracts.events.generate.named import *
from ecr_contracts.events.generate.named import __all__ as __all__
