"""What a process says about itself: call context, logs, metrics, telemetry."""
