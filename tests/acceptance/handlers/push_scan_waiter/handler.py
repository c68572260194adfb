import boto3

ecr = boto3.client("ecr")


def lambda_handler(event, context):
    detail = event["detail"]
    repository = detail["repository-name"]
    tag = detail["image-tag"]
    ecr.start_image_scan(repositoryName=repository, imageId={"imageTag": tag})
    waiter = ecr.get_waiter("image_scan_complete")
    waiter.wait(repositoryName=repository, imageId={"imageTag": tag}, WaiterConfig={"Delay": 5, "MaxAttempts": 10})
    scan = ecr.describe_image_scan_findings(repositoryName=repository, imageId={"imageTag": tag})
    return {"status": scan["imageScanStatus"]["status"]}
