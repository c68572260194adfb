resource "aws_cloudwatch_event_rule" "scan" {
  name        = "${local.name}-scan"
  description = "Image scans that have ended"
  event_pattern = jsonencode({
    source        = ["aws.ecr"]
    "detail-type" = ["ECR Image Scan"]
  })
}

resource "aws_cloudwatch_event_target" "scan" {
  rule      = aws_cloudwatch_event_rule.scan.name
  target_id = "gate"
  arn       = aws_lambda_function.gate.arn
}

resource "aws_lambda_permission" "scan" {
  statement_id  = "AllowEventBridge"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.gate.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.scan.arn
}
