"""Write exams: set them up, start and take attempts, close, mark and release them."""
