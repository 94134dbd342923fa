"""What a person is told in Korean: pure, from values to texts. Sends nothing."""
