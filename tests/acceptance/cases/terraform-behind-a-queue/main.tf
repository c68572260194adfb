variable "severities" {
  default = ["CRITICAL", "HIGH"]
}

data "aws_caller_identity" "current" {}

resource "aws_cloudwatch_event_rule" "scans" {
  name = "finished-scans"

  # the account is known once this is applied
  event_pattern = <<-PATTERN
    {
      "source": ["aws.ecr"],
      "account": ["${data.aws_caller_identity.current.account_id}"],
      "detail-type": ["ECR Image Scan"],
      "detail": {
        "scan-status": ["COMPLETE"],
        "finding-severity-counts": {"${var.severities[0]}": [{"exists": true}]}
      }
    }
  PATTERN
}

resource "aws_cloudwatch_event_target" "queue" {
  rule = aws_cloudwatch_event_rule.scans.name
  arn  = aws_sqs_queue.scans.arn
}

resource "aws_sqs_queue" "scans" {
  name = "scans"
}

resource "aws_lambda_event_source_mapping" "scans" {
  event_source_arn        = aws_sqs_queue.scans.arn
  function_name           = aws_lambda_function.tell.function_name
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]
}

data "archive_file" "tell" {
  type        = "zip"
  source_file = "${path.module}/tell.py"
  output_path = "${path.module}/tell.zip"
}

resource "aws_lambda_function" "tell" {
  function_name    = "tell-of-scans"
  filename         = data.archive_file.tell.output_path
  source_code_hash = data.archive_file.tell.output_base64sha256
  handler          = "tell.handler"
  runtime          = "python3.12"
  role             = aws_iam_role.tell.arn

  environment {
    variables = {
      SEVERITIES = join(",", var.severities)
    }
  }
}
