import boto3

client = boto3.client('ecs')

SERVICES = {
    'dev': ['web-dev', 'worker-dev'],
    'main': ['web'],
}

def lambda_handler(event, context):
    print(event)
    if event['detail']['action-type'] != 'PUSH' or event['detail']['result'] != 'SUCCESS': return
    services = SERVICES.get(event['detail'].get('image-tag'))
    if not services:
        print('nothing to do for this branch')
        return
    digest = event['detail']['image-digest']
    for service in services:
        client.update_service(cluster='default', service=service, forceNewDeployment=True)
        print(service + ' runs ' + digest)
