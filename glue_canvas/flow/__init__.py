"""What flows through a canvas, and across jobs."""
