from django.urls import include, path

urlpatterns = [path("deploys/", include("deploys.urls"))]
