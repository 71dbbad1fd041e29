import subprocess
import sys


def modules_after(line):
    code = f"import sys; {line}; print('\\n'.join(sys.modules))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_the_engine_loads_neither_django_nor_scikit_learn():
    loaded = modules_after("from matching.engine import match, shortlists")

    assert not {"sklearn", "scipy", "django"} & loaded


def test_the_types_load_no_arrays():
    assert not {"numpy", "ortools", "threadpoolctl"} & modules_after("import matching.engine.types")


def test_that_test_sees_what_is_loaded():
    assert "scipy" in modules_after("import scipy")
