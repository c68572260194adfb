import boto3


class Deployer:
    def __init__(self, cluster="main"):
        self.cluster = cluster
        self.ecs = boto3.client("ecs")

    def on_image(self, image):
        """Given what the rule's InputPath leaves: the detail."""
        if image["result"] == "SUCCESS" and image["action-type"] == "PUSH":
            if image["image-tag"].startswith("v"):
                self.ecs.update_service(
                    cluster=self.cluster, service=image["repository-name"].replace("/", "-")
                )
