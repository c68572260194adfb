import json
import logging
import boto3

logger = logging.getLogger()
logger.setLevel(logging.INFO)
ecs = boto3.client('ecs')

OK = 'Success'

def is_good(detail):
    return detail['action-type'] == 'PUSH' and detail['result'] == OK

def lambda_handler(event, context):
    logger.info(json.dumps(event))
    detail = event['detail']
    if not is_good(detail):
        logger.info('nothing to do')
        return {'statusCode': 200}
    service = detail['repository-name'].split('/')[-1]
    ecs.update_service(cluster='main', service=service, forceNewDeployment=True)
    return {'statusCode': 200}
