# An example on AWS: the chart in a cluster that is there already, over a managed PostgreSQL and Redis and a private bucket.
# Other clouds have the same four things by other names.

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_security_group" "data" {
  name   = "${var.name}-data"
  vpc_id = var.vpc_id

  dynamic "ingress" {
    for_each = [5432, 6379]
    content {
      from_port       = ingress.value
      to_port         = ingress.value
      protocol        = "tcp"
      security_groups = [var.node_security_group_id]
    }
  }
}

resource "random_password" "this" {
  for_each = toset(["database", "redis", "jwt", "erasure", "metrics"])
  length   = 48
  special  = false
}

# What lasts. Backups are kept for two weeks, and any second of them can be gone back to (docs/operations.md).
resource "aws_db_instance" "this" {
  identifier                = var.name
  engine                    = "postgres"
  engine_version            = "17"
  instance_class            = "db.t4g.medium"
  allocated_storage         = 50
  max_allocated_storage     = 500
  storage_encrypted         = true
  multi_az                  = true
  db_name                   = "analytics"
  username                  = "analytics"
  password                  = random_password.this["database"].result
  db_subnet_group_name      = aws_db_subnet_group.this.name
  vpc_security_group_ids    = [aws_security_group.data.id]
  backup_retention_period   = 14
  deletion_protection       = true
  final_snapshot_identifier = "${var.name}-last"
}

# What does not: shared answers, limits and what is to be forgotten.
resource "aws_elasticache_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_elasticache_replication_group" "this" {
  replication_group_id       = var.name
  description                = "Shared answers and limits"
  engine                     = "redis"
  node_type                  = "cache.t4g.small"
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  auth_token                 = random_password.this["redis"].result
  subnet_group_name          = aws_elasticache_subnet_group.this.name
  security_group_ids         = [aws_security_group.data.id]
}

resource "aws_s3_bucket" "reports" {
  bucket_prefix = "${var.name}-reports-"
}

resource "aws_s3_bucket_public_access_block" "reports" {
  bucket                  = aws_s3_bucket.reports.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# The product deletes reports after seven days; this is for what it could not.
resource "aws_s3_bucket_lifecycle_configuration" "reports" {
  bucket = aws_s3_bucket.reports.id
  rule {
    id     = "forget"
    status = "Enabled"
    filter {}
    expiration { days = 14 }
  }
}

resource "aws_iam_user" "reports" {
  name = "${var.name}-reports"
}

resource "aws_iam_access_key" "reports" {
  user = aws_iam_user.reports.name
}

resource "aws_iam_user_policy" "reports" {
  user = aws_iam_user.reports.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
      Resource = "${aws_s3_bucket.reports.arn}/*"
    }]
  })
}

resource "kubernetes_secret" "this" {
  metadata { name = var.name }
  data = {
    DATABASE_URL         = "postgres://${aws_db_instance.this.username}:${random_password.this["database"].result}@${aws_db_instance.this.endpoint}/${aws_db_instance.this.db_name}?sslmode=require"
    REDIS_URL            = "rediss://:${random_password.this["redis"].result}@${aws_elasticache_replication_group.this.primary_endpoint_address}:6379"
    JWT_SECRET           = random_password.this["jwt"].result
    ERASURE_SALT         = random_password.this["erasure"].result
    METRICS_TOKEN        = random_password.this["metrics"].result
    SERVICE_TOKEN_SECRET = var.service_token_secret
    S3_ACCESS_KEY_ID     = aws_iam_access_key.reports.id
    S3_SECRET_ACCESS_KEY = aws_iam_access_key.reports.secret
  }
}

resource "helm_release" "this" {
  name  = var.name
  chart = "${path.module}/../helm"
  values = [yamlencode({
    image      = var.image
    secretName = kubernetes_secret.this.metadata[0].name
    config = merge(var.service_urls, {
      REPORTS_STORAGE = "s3"
      REPORTS_BUCKET  = aws_s3_bucket.reports.id
      S3_REGION       = aws_s3_bucket.reports.region
    })
  })]
}
