import boto3


class Topic:
    def __init__(self, name):
        self._arn = "arn:aws:sns:eu-west-1:123456789012:" + name
        self._sns = boto3.client("sns", region_name="eu-west-1")

    def say(self, text):
        self._sns.publish(TopicArn=self._arn, Message=text)
