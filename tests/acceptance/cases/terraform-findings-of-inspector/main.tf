resource "aws_lambda_function" "alert" {
  function_name = "alert"
  filename      = "app.zip"
  handler       = "app.handler"
  runtime       = "python3.12"
  role          = "arn:aws:iam::123456789012:role/alert"
}

resource "aws_cloudwatch_event_rule" "critical" {
  name = "critical-findings"
  event_pattern = jsonencode({
    source        = ["aws.inspector2"]
    "detail-type" = ["Inspector2 Finding"]
    detail = {
      severity  = ["CRITICAL"]
      status    = ["ACTIVE"]
      resources = { type = ["AWS_ECR_CONTAINER_IMAGE"] }
    }
  })
}

resource "aws_cloudwatch_event_target" "alert" {
  rule = aws_cloudwatch_event_rule.critical.name
  arn  = aws_lambda_function.alert.arn
}
