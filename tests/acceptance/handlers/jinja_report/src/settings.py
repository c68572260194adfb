import os

SENDER = os.environ["MAIL_FROM"]
TO = os.getenv("MAIL_TO", "security@example.invalid").split(";")
SUBJECT = "Image scan report"
