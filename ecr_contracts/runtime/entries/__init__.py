"""How code is entered that is no plain function: what was loaded, as a function that is called."""
