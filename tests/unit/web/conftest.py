from tests.unit.edge.conftest import edge, home_folder

__all__ = ["edge", "home_folder"]
