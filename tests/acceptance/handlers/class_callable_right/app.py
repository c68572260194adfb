from dataclasses import dataclass, field

import boto3


@dataclass
class Notifier:
    topic: str = "arn:aws:sns:us-east-1:123456789012:pushes"
    sns: object = field(default_factory=lambda: boto3.client("sns"))

    @property
    def prefix(self):
        return "[" + self.topic.rsplit(":", 1)[-1] + "] "

    def __call__(self, event, context):
        if self.skips(event["detail"]):
            return
        self.sns.publish(TopicArn=self.topic, Message=self.prefix + self.text(event["detail"]))

    @staticmethod
    def skips(detail):
        return detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS"

    @classmethod
    def text(cls, detail):
        return f"{detail['repository-name']}:{detail.get('image-tag', '(no tag)')}"
