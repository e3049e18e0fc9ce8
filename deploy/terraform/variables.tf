variable "name" {
  description = "What all of it is called."
  type        = string
  default     = "learning-analytics"
}

variable "image" {
  description = "Repository and tag of the image."
  type        = object({ repository = string, tag = string })
}

variable "vpc_id" {
  description = "The network that the cluster is in."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets in at least two zones."
  type        = list(string)
}

variable "node_security_group_id" {
  description = "The cluster's nodes, who alone reach the database and Redis."
  type        = string
}

variable "service_urls" {
  description = "Base URLs of the nine services, as AUTH_MS_URL and so on."
  type        = map(string)
  validation {
    condition     = alltrue([for name, url in var.service_urls : can(regex("^[A-Z_]+_MS_URL$", name)) && can(regex("^https?://", url))])
    error_message = "Names are <SERVICE>_MS_URL, values http(s) URLs."
  }
}

variable "service_token_secret" {
  description = "Signs what we show to the services, who have it too."
  type        = string
  sensitive   = true
}
