import json

import boto3
from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST


@csrf_exempt
@require_POST
def push(request):
    event = json.loads(request.body)
    detail = event["detail"]
    if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS":
        return JsonResponse({"skipped": True})
    project = detail["repository-name"].replace("/", "-")
    boto3.client("codebuild", region_name="eu-west-1").start_build(
        projectName=project, sourceVersion=detail["image-tag"]
    )
    return JsonResponse({"started": project})
