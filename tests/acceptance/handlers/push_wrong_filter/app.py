import os
import boto3

sns = boto3.client("sns")


def lambda_handler(event, context):
    if event.get("detail-type") == "ECR Image Push":
        sns.publish(TopicArn=os.environ.get("TOPIC_ARN", "none"), Message=event["detail"]["image-name"])
    return {"statusCode": 200}
