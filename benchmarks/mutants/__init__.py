"""Our own mutation score: which small faults, put into the package, its tests notice.

    python -m benchmarks.mutants --seed 1 --count 40 --minutes 6

- `sampling.py` draws mutants: lines of the package, and on each of them one change, most of them by
  the operators of Cosmic Ray, three by `operators.py`;
- `selection.py` finds the tests that can notice a change of a module, the nearest first;
- `judging.py` runs them on a copy of the checkout in which the line is changed;
- `equivalents.toml` lists changes that make no difference, each with its reason.

The same seed gives the same sample, and a change of one module leaves the mutants of the others as
they are: a line is drawn by a hash of its own text.
"""
