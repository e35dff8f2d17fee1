"""Webhooks: their rules, their payloads and their deliveries."""
