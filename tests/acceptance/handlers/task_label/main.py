# runs our smoke tests as a one-off ECS task after each push
import os
import boto3

ecs = boto3.client('ecs')


def handler(event, context):
    d = event['detail']
    if d.get('action-type') != 'PUSH' or d.get('result') != 'SUCCESS':
        return 'skipped'
    tag = d.get('image-tag') or 'untagged'
    resp = ecs.run_task(
        cluster=os.environ.get('CLUSTER', 'default'),
        taskDefinition='smoke-tests',
        launchType='FARGATE',
        startedBy=tag.replace('.', '-'),
        tags=[{'key': 'image', 'value': d['repository-name'] + ':' + tag}],
        overrides={'containerOverrides': [{
            'name': 'smoke',
            'environment': [{'name': 'IMAGE_TAG', 'value': tag}],
        }]},
    )
    if resp.get('failures'):
        raise RuntimeError(resp['failures'])
    return resp['tasks'][0]['taskArn']
