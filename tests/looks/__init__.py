import pytest

pytest.register_assert_rewrite("tests.looks.read_by_all")
