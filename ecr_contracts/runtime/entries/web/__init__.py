"""Web apps as consumers: an event is sent to them as a request, in this process, by no socket."""
