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

REPOSITORY_FILES = 20_000
"""Of a repository that is searched for consumers; looking at as many takes a few seconds."""

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

EVENT_LEVELS = 200
"""Of an event that is validated; EventBridge's have 5, and recursion ends a little beyond."""

UNWRAPPED_LEVELS = 50
"""Of lists and records around an event, without a text between them; three are known."""

MODULE_BYTES = 3_000_000
"""Of all files of a module of Terraform; its parser takes a minute for as many."""

# --- kept: what takes time or memory while something is judged ------------------------------------

EXPRESSION_CHARACTERS = 10_000
"""Of a regular expression that somebody else wrote; AWS's own have a few hundred."""

EXPRESSION_BYTES = 8 * 1024 * 1024
"""Of memory for such an expression; RE2 refuses those that take more."""

EXPRESSION_GROUPS = 50
"""Of a pattern of a schema, within one another; its reader calls itself."""

REPEATED_CHARACTERS = 10_000
"""Of a repetition in a pattern of a schema; engines of regular expressions limit them beyond."""

LANGUAGE_STATES = 50_000
"""Of the machine that knows all texts which a pattern and its conditions let on."""

LANGUAGE_BITS = 4_000_000_000
"""Of all states of the conditions after all classes of characters; a few seconds of work."""

TERRAFORM_STEPS = 300_000
"""Expressions of Terraform that are evaluated for one file: a second or two."""

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
"""Of what a worker prints, the last; a report shows `OUTPUT_CHARACTERS` at the most."""

OUTPUT_CHARACTERS = 10_000
"""Of what a call prints, the last; some screens of text."""

EFFECTS = 1_000
"""Of one call; a loop must not fill the memory, and nobody reads more."""

VALUE_CHARACTERS = 1_000_000
"""Of all texts of what an effect carries: four times what SNS, SQS and EventBridge take."""

VALUE_MEMBERS = 50_000
"""Of what an effect carries, those further in counted as well; going through takes a tenth of a
second."""

VALUE_LEVELS = 200
"""Of containers within one another; the functions that go through a value call themselves."""

DIGITS = 4_000
"""Of a whole number; Python reads no more than 4300."""

ARGUMENT_LEVELS = 8
"""Of an argument of a stub, which may be an object of any library."""

ARGUMENT_ITEMS = 100
"""Of a container that is an argument of a stub; each is copied at each call."""

LOG_CHARACTERS = 2_000
"""Of a line of log, as of the message of an exception."""

BODY_CHARACTERS = 20_000
"""Of the body of an e-mail or an HTTP request; a message for people has far fewer."""

CAUGHT_EXCEPTIONS = 100
"""Of one call; the stack of each is looked at."""

WRONG_CALLS = 20
"""Calls of AWS that must fail, of one event; they are mended one by one."""

FILLED_KEYS = 50
"""Made up in one answer because the consumer looked for them, of those that are told."""

MADE_UP_READS = 10_000
"""Places where a value that was made up is read, and keys that are looked for in vain."""

ORIGIN_LEVELS = 50
"""Of a value that is made up, and frames between the consumer's own and ours."""

PAYLOAD_LEVELS = 12
"""Of JSON within texts of JSON in which events are looked for; three are known."""

CODE_BLOCKS = 100_000
"""Of a consumer's own code that are marked as they are entered, a byte each."""

LEARNED_VALUES = 5_000
"""That one worker tells those after it; each is looked at again."""

COPIED_BYTES = 1_000_000_000
"""Of a file that is copied before a consumer changes it; more takes seconds and fills the disk."""

COPIED_FILES = 20_000
"""Of a folder that is copied before a consumer renames it."""

MESSAGE_CHARACTERS = 2_000
"""Of the message of an exception, and of an object as Python writes it."""

NAME_CHARACTERS = 200
"""Of the name of a type; people write 30."""

WRITTEN_SIZE = 100_000
"""Characters and values together of an object that Python may write: it does so at once."""

CHAIN_EXCEPTIONS = 20
"""Of those that an exception was raised from; people write two or three."""

GROUP_LEVELS = 20
"""Of groups of exceptions within one another, in which the first member is looked for."""

TRACEBACK_EXCEPTIONS = 100
"""Of a chain and its groups, of which Python's own traceback is made; it writes all before any cut.
"""

TRACEBACK_FRAMES = 50
"""Of each exception where Python's own traceback would be too long, the innermost."""

TRACEBACK_CHARACTERS = 10_000
"""Of a traceback, the last, as of what is printed."""

SECRET_FILES = 50
"""Around a consumer that are read beforehand for what must not be shown."""

SECRET_FILE_BYTES = 1_000_000
"""Of a file of secrets, such as `.env`; people write a few thousand."""

SECRET_LINE_CHARACTERS = 10_000
"""Of a line of such a file; a private key in one line has four thousand."""

MASKED_CUTS = 1_000
"""Places in one text where something was left out, each looked into for parts of secrets."""

# --- sent: between a worker and its parent --------------------------------------------------------

ANSWER_BYTES = 16_000_000
"""Of one answer of a worker: Lambda's response of 6 MB, and what a call did beside that."""

CONTENT_BYTES = 8_000_000
"""Of all that the effects of a call carry, where an answer is too large otherwise."""

MEASURED_BYTES = 20_000_000
"""What coverage measured in a worker, as its parent takes it over."""

REQUEST_BYTES = 1_000_000_000
"""Of one request; an event that the user gives may be as large as he likes."""

RECORD_CHARACTERS = 100_000
"""Of one text of an answer; the output has ten thousand, and a traceback as many."""

RESPONSE_BYTES = 6 * 1024 * 1024
"""Of JSON that a function may answer with (Lambda's quotas: invocation payload)."""

GENERATED_VALUES = 10_000
"""That a generator gives for one event until it is closed: Lambda's largest batch of messages."""

STALLED_SECONDS = 60.0
"""After which a worker gives up a frame that its parent neither ends nor takes."""

# --- shown ----------------------------------------------------------------------------------------

SENTENCE_CHARACTERS = 2_000
"""Of one sentence about a rule, whose pattern may have keys and values of any length."""

ERRORS_OF_A_FILE = 100
"""Lines about one file of events; `validate --max-errors` asks for more or less."""
