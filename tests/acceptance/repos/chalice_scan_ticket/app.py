import os

from chalice import Chalice

from chalicelib.tickets import Tickets

app = Chalice(app_name="scan-ticket")
app.debug = False

SCANS = {"source": ["aws.ecr"], "detail-type": ["ECR Image Scan"]}


@app.on_cw_event(SCANS)
def on_scan(event):
    detail = event.to_dict()["detail"]
    if detail["scan-status"] == "FAILED":
        app.log.error("scan of %s failed", detail["repository-name"])
        return
    counts = detail["finding-severity-counts"]
    if counts.get("CRITICAL"):
        Tickets(os.environ["TICKETS_URL"]).open(
            title=f"{counts['CRITICAL']} critical findings in {detail['repository-name']}",
            text=f"{detail['image-tags'][0]}: {counts}",
        )


@app.route("/")
def index():
    return {"status": "ok"}


@app.schedule("rate(1 day)")
def cleanup(event):
    Tickets(os.environ["TICKETS_URL"]).close_old(days=30)
