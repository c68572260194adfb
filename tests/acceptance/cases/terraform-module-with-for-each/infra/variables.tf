variable "environment" {
  type = string
}

variable "repositories" {
  type    = set(string)
  default = []
}
