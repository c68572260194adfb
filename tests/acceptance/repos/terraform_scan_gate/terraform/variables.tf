variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "prefix" {
  type    = string
  default = "platform"
}

variable "stage" {
  type    = string
  default = "dev"
}

variable "pipeline_name" {
  type        = string
  description = "The pipeline whose transition is closed"
}

variable "max_high" {
  type    = number
  default = 0
}
