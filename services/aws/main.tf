# Queues, their alarms, and what each service may do. `terraform init && terraform apply -var domain=example.com` in a folder that uses this one
# as a module, or here. The database, the cluster and the roles' trust in it are yours.

terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 6.8" }
  }
}

variable "prefix" {
  description = "QUEUE_PREFIX of the services"
  type        = string
  default     = "postern-"
}

variable "domain" {
  description = "The domain that mail is sent from, an identity of SES"
  type        = string
}

variable "mail_topics" {
  description = "SNS topics of this account that SES tells of bounces and complaints; they come to the queue provider-events"
  type        = list(string)
  default     = []
}

variable "alarm_topics" {
  description = "SNS topics that hear of alarms"
  type        = list(string)
  default     = []
}

data "aws_region" "here" {}
data "aws_caller_identity" "me" {}

locals {
  queues = [
    for found in regexall("(?m)^  '?([a-z0-9-]+)'?: '(?:events|mails|jobs|foreign)'", file("${path.module}/../../packages/events/src/queues.ts")) : found[0]
  ]
  # Of other teams; who may receive from them is a policy of yours on these queues.
  subscribers = [
    for found in regexall("defineSubscriber\\('([a-z0-9-]+)'", file("${path.module}/../../packages/events/src/subscribers.ts")) : "for-${found[0]}"
  ]
  day = 86400
  # All that SQS takes, as senders go by that. Unsaid, the provider makes it a quarter (its releases before 6.8 know no more).
  message_bytes = 1048576
  names = {
    region  = data.aws_region.here.name
    account = data.aws_caller_identity.me.account_id
    prefix  = var.prefix
    domain  = var.domain
  }
}

# A dead letter keeps its first time of sending, so it needs longer than its source.
resource "aws_sqs_queue" "dead" {
  for_each                  = toset(concat(local.queues, local.subscribers))
  name                      = "${var.prefix}${each.key}-dead"
  message_retention_seconds = 14 * local.day
  max_message_size          = local.message_bytes
  sqs_managed_sse_enabled   = true
}

# The engine sets the visibility of what it holds by itself. Its own attempts end long before SQS's: the redrive is the net below.
resource "aws_sqs_queue" "queue" {
  for_each                  = toset(concat(local.queues, local.subscribers))
  name                      = "${var.prefix}${each.key}"
  message_retention_seconds = 4 * local.day
  max_message_size          = local.message_bytes
  sqs_managed_sse_enabled   = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead[each.key].arn
    maxReceiveCount     = 100
  })
}

# News of mails that SES had taken: nobody else may put anything there, since it could shut a mailbox out.
resource "aws_sqs_queue_policy" "provider_events" {
  count     = length(var.mail_topics) > 0 ? 1 : 0
  queue_url = aws_sqs_queue.queue["provider-events"].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "sns.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.queue["provider-events"].arn
      Condition = { ArnEquals = { "aws:SourceArn" = var.mail_topics } }
    }]
  })
}

resource "aws_sns_topic_subscription" "provider_events" {
  for_each  = toset(var.mail_topics)
  topic_arn = each.key
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.queue["provider-events"].arn
}

# Backlogs and ages are alerts of Prometheus (services/prometheus); this one does not depend on any replica being up.
resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  for_each            = toset(local.queues)
  alarm_name          = "${var.prefix}${each.key}-dead-letters"
  alarm_description   = "There are dead letters: worker dead-letters list ${each.key}"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.dead[each.key].name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topics
}

resource "aws_cloudwatch_metric_alarm" "oldest" {
  for_each            = toset(local.queues)
  alarm_name          = "${var.prefix}${each.key}-oldest-message"
  alarm_description   = "A message has waited for ten minutes: are workers running?"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = aws_sqs_queue.queue[each.key].name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = 600
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topics
}

# Attach these to the roles of the services' accounts, of whoever runs commands, and of KEDA's operator.
resource "aws_iam_policy" "service" {
  for_each = toset(["gateway", "worker", "operator", "keda"])
  name     = "${var.prefix}${each.key}"
  policy   = templatefile("${path.module}/policies/${each.key}.json", local.names)
}

output "policies" {
  description = "ARNs of the policies, by service"
  value       = { for name, policy in aws_iam_policy.service : name => policy.arn }
}
