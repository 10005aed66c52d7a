"""The offline twin: CRM simulators, MiniStack and the demo. Nothing here ships."""
