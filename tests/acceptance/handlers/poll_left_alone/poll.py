import json
import boto3

sqs = boto3.client('sqs')
queue = 'https://sqs.example.invalid/123456789012/ecr-events'
sns = boto3.client('sns')
topic = 'arn:aws:sns:eu-central-1:123456789012:images'

def poll():
    while True:
        resp = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=5)
        for m in resp['Messages']:
            e = json.loads(m['Body'])
            if e['detail']['action-type'] != 'PUSH' or e['detail']['result'] != 'SUCCESS':
                continue
            tag = e['detail'].get('image-tag', '(untagged)')
            sns.publish(TopicArn=topic, Message='%s %s' % (e['detail']['repository-name'], tag))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=m['ReceiptHandle'])
