"""From schemas to the model: keywords, references, facets with their choices, mutations."""
