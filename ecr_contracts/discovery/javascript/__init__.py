"""Sources in JavaScript, read as tokens: no syntax tree is made, and nothing is run."""
