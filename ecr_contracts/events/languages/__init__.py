"""Sets of texts that a pattern and conditions describe, and the words that are in them."""

from ecr_contracts.events.languages.framed import FramedLanguage
from ecr_contracts.events.languages.globs import Glob
from ecr_contracts.events.languages.language import Language
from ecr_contracts.events.languages.product import LanguageTooLargeError

__all__ = ["FramedLanguage", "Glob", "Language", "LanguageTooLargeError"]
