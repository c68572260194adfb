"""From schemas to the model: keywords, references, the choices of each facet, and mutations that break it."""
