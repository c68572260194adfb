"""A view of a Django project; its settings are made here, so that the example is whole."""

import json

import django
from django.conf import settings
from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shop.images import image_of

if not settings.configured:
    settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF="shop.views", SECRET_KEY="of no use")
    django.setup()

urlpatterns = []


@csrf_exempt
@require_POST
def receive(request):
    event = json.loads(request.body)
    return JsonResponse({"deployed": image_of(event)})
