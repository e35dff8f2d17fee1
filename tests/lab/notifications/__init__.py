"""Notifications: to chats, to Alertmanager, and as commit statuses."""
