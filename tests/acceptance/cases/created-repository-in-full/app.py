import boto3

sns = boto3.client("sns")
TOPIC = "arn:aws:sns:us-east-1:123456789012:images"


def handler(event, context):
    repository = event["detail"]["responseElements"]["repository"]
    words = [repository["repositoryArn"], repository["registryId"], repository["repositoryUri"]]
    sns.publish(TopicArn=TOPIC, Message=" ".join(words))
