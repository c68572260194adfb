import traceback

import boto3

sns = boto3.client("sns")
ssm = boto3.client("ssm")
ALARMS = "arn:aws:sns:us-east-1:123456789012:deploy-alarms"


def release(detail):
    repository, tag = detail["repository-name"], detail["image-tag"]
    ssm.put_parameter(Name=f"/images/{repository}", Value=tag, Type="String", Overwrite=True)


def handler(event, context):
    detail = event["detail"]
    if (detail["action-type"], detail["result"]) != ("PUSH", "SUCCESS"):
        return
    try:
        release(detail)
    except Exception:
        sns.publish(TopicArn=ALARMS, Subject="release failed", Message=traceback.format_exc())
        raise
