"""Sets a new project up as its containers do: import_project.py DIR SETTINGS

Every module is imported, and Django's own checks for deployment have to be clean, with production's settings.
"""

import importlib
import os
import pathlib
import sys
import warnings

root, settings = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
sys.path.insert(0, str(root))
sys.dont_write_bytecode = True
os.environ |= {
    "DJANGO_SETTINGS_MODULE": settings,
    "DJANGO_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "POSTGRES_PASSWORD": "b" * 64,
    "POSTGRES_HOST": "db",
    "DJANGO_LOG_DIR": str(root / "logs"),
    "DJANGO_STATIC_ROOT": str(root / "static"),
}
warnings.simplefilter("error")
warnings.filterwarnings("ignore", category=DeprecationWarning)

import django
from django.core.management import call_command

django.setup()
# The folder that WhiteNoise serves is made by collectstatic.
call_command("collectstatic", interactive=False, verbosity=0)
package = settings.split(".")[0]
for path in sorted((root / package).rglob("*.py")):
    name = path.relative_to(root).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")
    importlib.import_module(name)
call_command("check", deploy=True, fail_level="WARNING")
