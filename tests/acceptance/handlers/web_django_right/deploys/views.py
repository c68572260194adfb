import json

import boto3
from django.http import JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt


@method_decorator(csrf_exempt, name="dispatch")
class Push(View):
    def post(self, request):
        detail = json.loads(request.body)["detail"]
        if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS":
            return JsonResponse({"skipped": True})
        if not (tag := detail.get("image-tag")):
            return JsonResponse({"skipped": "no tag"})
        project = detail["repository-name"].replace("/", "-")
        build = boto3.client("codebuild", region_name="eu-west-1")
        build.start_build(projectName=project, sourceVersion=tag)
        return JsonResponse({"started": project})


push = Push.as_view()
