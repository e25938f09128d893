"""Operations on arguments, on classes and on coroutines, each a small world of its own."""
