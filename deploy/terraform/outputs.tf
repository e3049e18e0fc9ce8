output "service" {
  description = "The Service that an ingress points at."
  value       = helm_release.this.name
}

output "bucket" {
  description = "Where the files of reports lie."
  value       = aws_s3_bucket.reports.id
}
