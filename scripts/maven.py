"""Java programs that others publish, by Maven into build/cite/jars."""

import shutil
import subprocess
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "build" / "cite"
POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>georegister</groupId><artifactId>{artifact}</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version></dependency>
  </dependencies>
</project>
"""


def fetched(group: str, artifact: str, version: str, jars: Path | None = None) -> Path:
    """The folder with its jars and all they need; that of the name in `jars`, where there is one.

    Exits with a sentence where Maven does not find them.
    """
    if jars is not None and (jars / artifact).exists():
        return jars / artifact
    folder = TARGET / "jars" / artifact
    if folder.exists():
        return folder
    pom = TARGET / f"{artifact}.xml"
    pom.parent.mkdir(parents=True, exist_ok=True)
    pom.write_text(POM.format(group=group, artifact=artifact, version=version), encoding="utf-8")
    command = ["mvn", "-B", "-q", "-f", str(pom), "dependency:copy-dependencies", "-DincludeScope=runtime"]
    if subprocess.run([*command, f"-DoutputDirectory={folder}"], check=False).returncode:
        shutil.rmtree(folder, ignore_errors=True)
        sys.exit(f"Maven does not find {artifact} {version}; give a folder that has it (CITE_JARS).")
    return folder
