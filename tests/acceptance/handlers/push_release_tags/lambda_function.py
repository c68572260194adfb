import re
import boto3

RELEASE = re.compile(r"^v(\d+)\.(\d+)$")
ssm = boto3.client("ssm")


def lambda_handler(event, context):
    d = event["detail"]
    if (d["action-type"], d["result"]) != ("PUSH", "SUCCESS"):
        return
    m = RELEASE.match(d.get("image-tag", ""))
    if not m:
        return
    major, minor = m.groups()
    # only images, no charts: the last word but the suffix says it
    sort = d["artifact-media-type"].partition("+")[0].rpartition(".")[2]
    ssm.put_parameter(
        Name="/releases/%s/%s" % (d["repository-name"], sort),
        Value="%s.%s" % (major, minor),
        Overwrite=True,
    )
