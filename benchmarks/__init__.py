"""What a tick and a load cost, beside the least and the most they could cost."""
