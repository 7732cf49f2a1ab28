"""Sound: the audio files of a performance, and the mix of them."""
