def handler(event, context):
    detail = event["detail"]
    tags = ", ".join(detail["image-tags"])
    critical = detail["finding-severity-counts"]["CRITICAL"]
    print(detail["repository-name"], tags or "untagged", critical)
