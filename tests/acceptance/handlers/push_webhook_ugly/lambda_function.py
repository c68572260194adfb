import os, json, boto3, requests
secrets = json.loads(boto3.client('secretsmanager', region_name=os.environ.get('REGION','us-east-1')).get_secret_value(SecretId=os.environ['SECRET_NAME'])['SecretString'])
s = requests.Session()
s.headers.update({'X-Api-Key': secrets['api_key'], 'Accept': 'application/json'})
url = secrets['url']
def lambda_handler(event, context):
    try:
        tag = event['detail']['image-tag']
        if event['detail']['action-type']=='PUSH' and tag!='':
            event['detail']['image'] = event['detail']['repository-name']+':'+tag
            r = s.post(url, json={'image': event['detail']['image'], 'account': event['account']})
            print(r.status_code)
            return {'statusCode': 200, 'body': json.dumps('ok')}
        else: return {'statusCode': 400, 'body': json.dumps('not a push with a tag')}
    except KeyError as e:
        print('missing', e)
        raise
