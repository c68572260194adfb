import boto3

codebuild = boto3.client('codebuild')

def handler(event, context):
    d = event['detail']
    if d['action-type'] != 'PUSH' or d['result'] != 'SUCCESS':
        return
    # docker wants everything in lower case
    image = d['repository-name'].lower()
    tag = d.get('image-tag', 'latest').lower()
    if not tag:
        return
    codebuild.start_build(
        projectName='smoke-test',
        environmentVariablesOverride=[
            {'name': 'IMAGE', 'value': image},
            {'name': 'IMAGE_TAG', 'value': tag},
        ],
    )
