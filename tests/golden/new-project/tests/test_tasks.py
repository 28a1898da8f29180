from my_project.tasks import add


def test_add():
    """In this process; a worker and a broker are not needed."""
    assert add.apply(args=(2, 3)).get() == 5
