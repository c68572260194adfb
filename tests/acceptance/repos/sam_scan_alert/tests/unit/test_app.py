import json
import os
from pathlib import Path
from unittest.mock import patch

os.environ["TOPIC_ARN"] = "arn:aws:sns:us-east-1:123456789012:alerts"
os.environ["MINIMUM_SEVERITY"] = "HIGH"
os.environ["AWS_DEFAULT_REGION"] = "us-east-1"

from scan_alert import app

EVENT = json.loads((Path(__file__).parents[2] / "events" / "scan.json").read_text())


def test_publishes():
    with patch.object(app, "sns") as sns:
        app.lambda_handler(EVENT, None)
    sns.publish.assert_called_once()
