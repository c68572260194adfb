module "notifier" {
  source       = "./modules/notifier"
  name         = "${var.environment}-notifier"
  source_dir   = "${path.module}/../src"
  repositories = var.repositories
}
