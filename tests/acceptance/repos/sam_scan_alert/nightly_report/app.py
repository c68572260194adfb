import boto3

ecr = boto3.client("ecr")


def lambda_handler(event, context):
    repositories = []
    for page in ecr.get_paginator("describe_repositories").paginate():
        repositories += [r["repositoryName"] for r in page["repositories"]]
    print(f"{len(repositories)} repositories")
