import time

import boto3

ssm = boto3.client("ssm")
INSTANCES = ["i-0123456789abcdef0", "i-0fedcba9876543210"]


# restart the machines one after the other, they must not all be away at once
def handler(event, context):
    image = event["detail"]["repository-name"] + ":" + event["detail"]["image-tag"]
    for instance in INSTANCES:
        ssm.send_command(
            InstanceIds=[instance],
            DocumentName="shop-restart",
            Parameters={"image": [image]},
        )
        time.sleep(20)
    return {"restarted": len(INSTANCES)}
