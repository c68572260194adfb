import os

import boto3
from chalice import Chalice

app = Chalice(app_name="image-news")
app.log.setLevel("INFO")
sns = boto3.client("sns")
TOPIC = os.environ.get("TOPIC_ARN", "arn:aws:sns:us-east-1:123456789012:images")
PUSHED = {
    "source": ["aws.ecr"],
    "detail-type": ["ECR Image Action"],
    "detail": {"action-type": ["PUSH"], "result": ["SUCCESS"]},
}


@app.on_cw_event(PUSHED)
def pushed(event):
    app.log.info("event %s", event.to_dict())
    image = "%(repository-name)s:%(image-tag)s" % event.detail
    sns.publish(TopicArn=TOPIC, Message=image + " is there")


@app.on_cw_event({"source": ["aws.ecr"], "detail-type": ["ECR Image Scan"]})
def scanned(event):
    sns.publish(TopicArn=TOPIC, Message=event.detail["scan-status"])


@app.route("/health")
def health():
    return {"ok": True}
