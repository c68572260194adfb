import os
import smtplib
from email.mime.text import MIMEText


def send(subject, body):
    msg = MIMEText(body)
    msg["Subject"] = subject
    msg["From"] = os.environ["SMTP_FROM"]
    msg["To"] = os.environ["SMTP_TO"]
    with smtplib.SMTP(os.environ["SMTP_HOST"], int(os.environ.get("SMTP_PORT", "587"))) as server:
        server.starttls()
        server.login(os.environ["SMTP_USER"], os.environ["SMTP_PASSWORD"])
        server.sendmail(msg["From"], [msg["To"]], msg.as_string())


def lambda_handler(event, context):
    try:
        detail = event["detail"]
        failed = detail["scan-status"] == "FAILED"
        if failed:
            send("Scan failed", detail["repository-name"])
            return {"statusCode": 200, "body": "scan failed"}
        critical = detail["finding-severity-counts"]["CRITICAL"]
        send("Scan of " + detail["repository-name"], "critical findings: " + str(critical))
        return {"statusCode": 200, "body": "sent"}
    except Exception as e:
        print("ERROR", e)
        return {"statusCode": 500, "body": str(e)}
