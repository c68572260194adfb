import json, os
import http.client

HOST = os.environ["TEAMS_HOST"]
PATH = os.environ["TEAMS_PATH"]

def handler(event, context):
    msg = json.loads(event["Records"][0]["body"])
    d = msg["detail"]
    if d["action-type"] == "PUSH" and d["result"] == "SUCCESS":
        conn = http.client.HTTPSConnection(HOST, timeout=5)
        conn.request("POST", PATH, json.dumps({"text": "pushed " + d["repository-name"] + ":" + d.get("image-tag", "")}), {"Content-Type": "application/json"})
        res = conn.getresponse()
        print(res.status, res.reason, res.read())
        conn.close()
