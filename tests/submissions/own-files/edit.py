from pathlib import Path


def edit(folder: Path) -> None:
    (folder / "tables").mkdir()
    (folder / "tables" / "ones.csv").write_text("1.0,1.0\n")
    (folder / "passwd").symlink_to("/etc/passwd")
    (folder / "everything").symlink_to("/")
    (folder / "nowhere").symlink_to("nothing-is-here")
