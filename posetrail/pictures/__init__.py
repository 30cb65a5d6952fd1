"""What people look at: skeletons drawn into frames, and the video of them."""
