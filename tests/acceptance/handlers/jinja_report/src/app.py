import os

import boto3
from jinja2 import Environment, FileSystemLoader, select_autoescape

import settings

env = Environment(
    loader=FileSystemLoader(os.path.join(os.path.dirname(__file__), "templates")),
    autoescape=select_autoescape(),
)
ses = boto3.client("sesv2")


def lambda_handler(event, context):
    detail = event["detail"]
    template = env.get_template("report.html.j2")
    html = template.render(
        repository=detail["repository-name"],
        tags=detail.get("image-tags", []),
        counts=detail.get("finding-severity-counts", {}),
        status=detail["scan-status"],
    )
    ses.send_email(
        FromEmailAddress=settings.SENDER,
        Destination={"ToAddresses": settings.TO},
        Content={"Simple": {"Subject": {"Data": settings.SUBJECT}, "Body": {"Html": {"Data": html}}}},
    )
