unchanged = {"x + 1", "x - 100"} | {"x - x.max()"}
