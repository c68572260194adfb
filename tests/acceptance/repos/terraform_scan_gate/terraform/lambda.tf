data "archive_file" "gate" {
  type        = "zip"
  source_dir  = "${path.module}/../lambda/gate"
  output_path = "${path.module}/build/gate.zip"
}

resource "aws_lambda_function" "gate" {
  function_name    = local.name
  role             = aws_iam_role.gate.arn
  filename         = data.archive_file.gate.output_path
  source_code_hash = data.archive_file.gate.output_base64sha256
  handler          = "main.handler"
  runtime          = "python3.12"
  timeout          = 30

  environment {
    variables = {
      PIPELINE = var.pipeline_name
      MAX_HIGH = var.max_high
    }
  }
}

resource "aws_iam_role" "gate" {
  name               = local.name
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}
