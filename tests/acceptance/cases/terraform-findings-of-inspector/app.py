import json
import os
import urllib.request

def handler(event, context):
    detail = event["detail"]
    image = detail["resources"][0]["details"]["awsEcrContainerImage"]
    text = "*%s* %s\n%s in %s:%s" % (
        detail["severity"], detail["title"],
        detail["packageVulnerabilityDetails"]["vulnerabilityId"],
        image["repositoryName"], image["imageTags"][0])
    request = urllib.request.Request(
        os.environ["SLACK_URL"], json.dumps({"text": text}).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=3)
