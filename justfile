# The steps of .ci/run by name, in the environment that is there. What they do stands in .ci/run and nowhere else.

# Lists the recipes.
default:
    @just --list

# Makes the environment and runs the README's test command.
fresh:
    .ci/run readme-test

# Runs the tests that a change is most likely to break: the unit tier.
unit *ARGUMENTS:
    .venv/bin/python -m pytest -q -n auto tests/unit {{ARGUMENTS}}

# Runs the README's test command in the environment that is there.
test *ARGUMENTS:
    .venv/bin/python -m pytest -q -n auto {{ARGUMENTS}}

# Runs the tests that the README's test command leaves out.
long:
    .ci/run long

# Runs the long searches.
search:
    .ci/run search

# Runs what tools judge: lint, types, the order of imports, generated code.
lint:
    .ci/run lint types layers generated

# Writes the generated code.
generate:
    .venv/bin/python -m generators

# Runs the unit tier on the other versions of Python and with the oldest dependencies.
versions:
    .ci/run versions oldest

# Runs everything, as CI does.
ci:
    .ci/run
