class Router:
    def __init__(self):
        self._routes = {}

    def add(self, detail_type, action):
        self._routes[detail_type] = action

    def dispatch(self, event, context=None):
        action = self._routes.get(event["detail-type"])
        if action:
            action(event)
        return {"handled": action is not None}
