import boto3, os

client = boto3.client('ecs')

def lambda_handler(event, context):
    repo = event['detail']['repository-name']
    tag = event['detail'].get('image-tag')
    if not tag:
        print('no tag, nothing to do')
        return
    # service has the same name as the repo
    response = client.update_service(
        cluster=os.environ['CLUSTER_NAME'],
        service=repo,
        forceNewDeployment=True,
    )
    print('redeployed', repo, tag, response['service']['serviceName'])
    return 'ok'
