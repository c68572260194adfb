"""The schemas in the languages of other tools, each document complete in itself."""
