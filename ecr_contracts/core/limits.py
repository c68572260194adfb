"""The one budget: how much is read, kept, sent and shown, whatever somebody hands us.

Each bound has its unit and its reason. Whoever applies one says what is beyond it: how much was
left out, and how to have more where an option does that. How wide a line or a list is laid out is
no bound and stays with the writer.
"""

from __future__ import annotations

# --- read: files --------------------------------------------------------------------------------

DOCUMENT_BYTES = 10_000_000
"""Of a template or another document in JSON; CloudFormation takes a megabyte."""

YAML_CHARACTERS = 1_100_000
"""Of a document in YAML; the parser in pure Python takes seconds for as many."""

YAML_VALUES = 200_000
"""Of a document in YAML, those of each alias and each merged key counted; read in three seconds."""

NESTED_LEVELS = 100
"""Of lists and mappings within one another; templates have 30 at the most, events 5."""

MADE_CHARACTERS = 20_000_000
"""Made by all functions of a template, such as `Fn::Join`; what is beyond is taken as not known."""

SETTINGS_BYTES = 1_000_000
"""Of a pyproject.toml or a file of environment variables; the reader of TOML takes a second."""

SOURCE_BYTES = 500_000
"""Of a module of Python that is looked at; its tree takes a hundred times as much memory."""

DOCKERFILE_BYTES = 100_000
"""Of a Dockerfile in which the command of an image is looked for."""

OWN_FILE_BYTES = 20_000_000
"""Of a file that this tool wrote itself: a last report, a failure, a list of fixtures."""

EVENT_CHARACTERS = 16 * 1024 * 1024
"""Of one value in a file of events: more than any batch of events that AWS hands over."""

EVENT_VALUES = 500_000
"""Of one value in a file that are looked through for events: far more than the largest has."""

UNPACKED_BYTES = 64 * 1024 * 1024
"""That gzip within an event may unpack to."""

TERRAFORM_BYTES = 1_000_000
"""Of a file of Terraform's own language; its parser takes half a minute for as many."""

TERRAFORM_TEXT = 200_000
"""Characters of a text that expressions of Terraform make; what is beyond is not known."""

PLAN_BYTES = 20_000_000
"""Of a plan of Terraform in JSON."""

SCHEMA_BYTES = 16_000_000
"""Of a file of schemas that is compared."""

SCHEMA_VALUES = 50_000
"""Of a file of schemas that is compared; each place of it is looked at with many events."""

SCHEMA_FILES = 1_000
"""Of a folder of schemas that is compared."""

PATTERN_VALUES = 100_000
"""Of an event pattern; EventBridge takes 4 KB of text."""

PATTERN_BRANCHES = 1_000
"""Combinations of the alternatives of all `$or` of an event pattern, each judged by itself."""

PATTERN_LEAVES = 100_000
"""Of all branches of an event pattern together, each of which takes memory of its own."""

# --- kept: what takes time or memory while something is judged ------------------------------------

EXPRESSION_CHARACTERS = 10_000
"""Of a regular expression that somebody else wrote; AWS's own have a few hundred."""

EXPRESSION_BYTES = 8 * 1024 * 1024
"""Of memory for such an expression; RE2 refuses those that take more."""

SCRIPT_CHARACTERS = 65_536
"""Of the commands of one step; Systems Manager takes documents of 64 KB."""

QUOTED_LINES = 100
"""Lines of a script in whose quotes a value is looked for, each by parsing the whole script."""

QUOTED_CHARACTERS = 300_000
"""Of scripts that are parsed for that; Python's `shlex` takes a microsecond or two for each."""

EXECUTION_STATES = 500
"""That one execution of a state machine enters; Step Functions ends it at 25,000 records."""

DEFINITION_CHARACTERS = 300_000
"""Of a state machine that is run; the parser here takes seconds for the megabyte of AWS."""

INTRINSIC_CHARACTERS = 10_000
"""Of an intrinsic function of a state machine; its parser is slower than linear."""

INTRINSIC_VALUES = 2_000
"""That one intrinsic function computes with; what some of them do grows with the square."""

# --- kept: what code under test does --------------------------------------------------------------

MEGABYTES = 2048
"""Of memory that a worker may take beside its own, unless `--memory` says otherwise."""

LEAST_MEGABYTES = 64
"""Of memory without which no consumer can be loaded."""

PRINTED_BYTES = 100_000
"""Of what a call prints, the last; a report shows ten thousand characters at the most."""

# --- shown ----------------------------------------------------------------------------------------

SENTENCE_CHARACTERS = 2_000
"""Of one sentence about a rule, whose pattern may have keys and values of any length."""

ERRORS_OF_A_FILE = 100
"""Lines about one file of events; `validate --max-errors` asks for more or less."""
