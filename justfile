# The steps of .ci/run by name, in the environment that is there. What they do stands in .ci/run and nowhere else.

# Lists the recipes.
default:
    @just --list

# Makes the environment anew and runs the README's test command in it.
readme-test:
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

# Draws mutants of the package, and tells which of them the tests notice.
mutants *ARGUMENTS='--seed 1':
    .venv/bin/python -m benchmarks.mutants {{ARGUMENTS}}

# Runs ruff: its rules and its format.
lint:
    .ci/run lint

# Runs mypy.
types:
    .ci/run types

# Checks the order of imports.
layers:
    .ci/run layers

# Checks that the generated code is what the schemas give.
generated:
    .ci/run generated

# Compares the facts that the schemas rest on with the installed botocore.
upstream:
    .ci/run upstream

# Compares them with the newest botocore and service spec that are published.
newest:
    .venv/bin/python -m generators.upstream --newest

# Runs all that tools judge.
judged: lint types layers generated upstream

# Writes the generated code.
generate:
    .venv/bin/python -m generators

# Runs the unit tier on the other versions of Python.
versions:
    .ci/run versions

# Runs the unit tier with the oldest dependencies that pyproject.toml declares.
oldest:
    .ci/run oldest

# Builds wheel and sdist, checks them, and runs tests from the sdist.
package:
    .ci/run package

# Makes the environment anew and runs the README's first command in it.
readme-check:
    .ci/run readme-check

# Runs everything, as CI does.
ci:
    .ci/run
