import os
from datetime import datetime

import boto3

dynamodb = boto3.resource("dynamodb")
table = dynamodb.Table(os.environ["TABLE_NAME"])
sns = boto3.client("sns")


def lambda_handler(event, context):
    detail = event["detail"]
    repo = detail["repository-name"]
    result = detail["result"]
    action = detail["action-type"]

    sns.publish(
        TopicArn=os.environ["SNS_TOPIC_ARN"],
        Message="%s of %s: %s" % (action, repo, result),
    )

    table.put_item(
        Item={
            "repository": repo,
            "tag": detail["image-tag"],
            "digest": detail["image-digest"],
            "result": result,
            "action": action,
            "pushed_at": datetime.now().isoformat(),
        }
    )
