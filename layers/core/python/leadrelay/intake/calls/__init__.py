"""What all telephony senders share: parties, times, states, and answers to a voice URL."""
