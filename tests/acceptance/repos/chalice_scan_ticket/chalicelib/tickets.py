import requests


class Tickets:
    def __init__(self, url):
        self.url = url

    def open(self, title, text):
        response = requests.post(f"{self.url}/tickets", json={"title": title, "text": text}, timeout=10)
        response.raise_for_status()

    def close_old(self, days):
        requests.post(f"{self.url}/close", json={"days": days}, timeout=10).raise_for_status()
