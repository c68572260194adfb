import json
import os
import urllib.request

def handler(event, context):
    detail = event["detail"]
    for resource in detail["resources"]:
        image = resource.get("details", {}).get("awsEcrContainerImage")
        if not image:
            continue
        cve = detail.get("packageVulnerabilityDetails", {}).get("vulnerabilityId", "unknown")
        tags = ", ".join(image.get("imageTags") or ["(untagged)"])
        text = f"*{detail['severity']}* {detail['title']} {cve} in {image['repositoryName']}@{image['imageHash']} ({tags})"
        request = urllib.request.Request(
            os.environ["SLACK_URL"], json.dumps({"text": text}).encode(), {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=3)
