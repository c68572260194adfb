# tells the team about pushed images. "never fail because of SNS"
import os

import boto3

sns = boto3.client("sns")
ddb = boto3.client("dynamodb")


def tell(subject, text):
    try:
        sns.publish(TopicArn=os.environ["TOPIC_ARN"], Subject=subject, MessageBody=text)
    except Exception as e:
        print("could not publish:", e)


def lambda_handler(event, context):
    detail = event["detail"]
    if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS":
        return "ignored"
    tag = detail.get("image-tag") or detail["image-digest"][:19]
    ddb.put_item(
        TableName=os.environ["TABLE"],
        Item={"repo": {"S": detail["repository-name"]}, "tag": {"S": tag}},
    )
    tell("pushed", detail["repository-name"] + ":" + tag)
    return "ok"
