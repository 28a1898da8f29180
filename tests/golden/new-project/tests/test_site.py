import pytest
from django.contrib.staticfiles import finders


def test_home_shows_the_project(client):
    answer = client.get("/")
    assert answer.status_code == 200
    assert "my-project" in answer.content.decode()


@pytest.mark.parametrize("name", ["site.css", "site.js"])
def test_static_files_are_found(name):
    assert finders.find(f"my_project/{name}")
