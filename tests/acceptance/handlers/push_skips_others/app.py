import hashlib
import json
import logging
import urllib.request

log = logging.getLogger()


class Skip(Exception):
    pass


def check(detail):
    team = hashlib.md5(detail["repository-name"].encode()).hexdigest()
    if team != "00000000000000000000000000000000":
        raise Skip(detail["repository-name"])


def handler(event, _):
    try:
        check(event["detail"])
        body = json.dumps({"text": event["detail"]["repository-name"]}).encode()
        request = urllib.request.Request("https://chat.example.invalid/hook", body, method="POST")
        urllib.request.urlopen(request, timeout=3)
    except Skip as skipped:
        log.info("skipped %s", skipped)
