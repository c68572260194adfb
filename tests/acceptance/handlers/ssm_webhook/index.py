import json
import urllib.request
import boto3

ssm = boto3.client('ssm')
WEBHOOK = ssm.get_parameter(Name='/ecr/slack-webhook', WithDecryption=True)['Parameter']['Value']

def handler(event, context):
    try:
        detail = event['detail']
        counts = detail['finding-severity-counts']
        status = detail['scan-status']
        text = f"{detail['repository-name']} {status}: {counts['HIGH']} high"
        req = urllib.request.Request(WEBHOOK, json.dumps({'text': text}).encode(), {'Content-Type': 'application/json'})
        urllib.request.urlopen(req)
    finally:
        return {'statusCode': 200}
