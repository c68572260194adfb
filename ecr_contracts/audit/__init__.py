"""Archives of captured events: reads files of events, of whatever form, and says where one cannot be read."""
