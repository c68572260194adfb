"""Files in JSON and YAML as data that knows its lines; `document` is the door."""
