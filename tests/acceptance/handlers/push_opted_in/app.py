import boto3

ecr = boto3.client("ecr")
codebuild = boto3.client("codebuild")


def handler(event, context):
    """Start a build for repositories that have opted in by a tag."""
    detail = event["detail"]
    repository = detail["repository-name"]
    arn = f"arn:aws:ecr:{event['region']}:{event['account']}:repository/{repository}"
    tags = ecr.list_tags_for_resource(resourceArn=arn)["tags"]
    wishes = {tag["Key"]: tag["Value"] for tag in tags}
    match wishes.get("acme:build"):
        case "always":
            start(repository)
        case "tagged" if detail.get("image-tag"):
            start(repository)
        case _:
            print(f"{repository} has not opted in")


def start(repository):
    codebuild.start_build(projectName=repository.replace("/", "-"))
