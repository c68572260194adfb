variable "name" {}
variable "source_dir" {}
variable "repositories" {}

resource "aws_cloudwatch_event_rule" "push" {
  for_each    = var.repositories
  name        = "${var.name}-${replace(each.key, "/", "-")}"
  description = "Pushes of ${each.key}"

  event_pattern = jsonencode({
    source      = ["aws.ecr"]
    detail-type = ["ECR Image Action"]
    detail = {
      action-type     = ["PUSH"]     # deletions are of no interest
      result          = ["SUCCESS"]  // nor are failures
      repository-name = [each.value]
    }
  })
}

resource "aws_cloudwatch_event_target" "push" {
  for_each = aws_cloudwatch_event_rule.push
  rule     = each.value.name
  arn      = aws_lambda_function.this.arn
}

data "archive_file" "code" {
  type        = "zip"
  source_dir  = var.source_dir
  output_path = "${path.module}/.build/${var.name}.zip"
}

resource "aws_lambda_function" "this" {
  function_name = var.name
  filename      = data.archive_file.code.output_path
  handler       = "notify.handler"
  runtime       = "python3.11"
  role          = var.role_arn
}
