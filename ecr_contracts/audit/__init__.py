"""Archives of captured events: reads files of JSON, and says where one cannot be read."""
