import json, logging, time
import boto3

logging.basicConfig(level=logging.INFO)
log = logging.getLogger(__name__)
sqs = boto3.resource("sqs")
running = True


def deploy(detail):
    ecs = boto3.client("ecs")
    image = detail["repository-name"] + ":" + detail["image-tag"]
    log.info("deploying %s", image)
    ecs.update_service(cluster="prod", service=detail["repository-name"].replace("/", "-"), forceNewDeployment=True)


def run():
    queue = sqs.get_queue_by_name(QueueName="ecr-pushes")
    while running:
        for msg in queue.receive_messages(WaitTimeSeconds=20, MaxNumberOfMessages=10):
            try:
                body = json.loads(msg.body)
                if body["detail"]["action-type"] == "PUSH" and body["detail"]["result"] == "SUCCESS":
                    deploy(body["detail"])
            except Exception as e:
                log.error("failed: %s", e)
            msg.delete()   # done
        time.sleep(1)
