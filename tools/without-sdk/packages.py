"""The NuGet packages that a build needs: fetched once, and of each the files for .NET 10."""
import glob
import io
import json
import os
import re
import subprocess
import sys
import urllib.request
import xml.etree.ElementTree as ET
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CACHE = os.environ.get("NUGET_PACKAGES") or os.path.expanduser("~/.nuget/packages")
RUNTIME = "10.0.12"
FRAMEWORK = "microsoft.netcore.app.runtime.linux-x64"
ASPNET = "microsoft.aspnetcore.app.runtime.linux-x64"
HOST = "microsoft.netcore.app.host.linux-x64"
TOOLS = {"microsoft.netcore.app.ref": RUNTIME, "microsoft.aspnetcore.app.ref": RUNTIME,
         "microsoft.net.illink.tasks": RUNTIME, "microsoft.codeanalysis.common": "5.9.0",
         "microsoft.codeanalysis.csharp": "5.9.0", "microsoft.codeanalysis.csharp.codestyle": "5.9.0",
         "microsoft.codeanalysis.netanalyzers": "10.0.401", "xunit.runner.console": "2.4.1"}
FRAMEWORKS = [f"net{n}.0" for n in range(10, 4, -1)] + ["netcoreapp3.1", "netcoreapp3.0", "netcoreapp2.1"]
FRAMEWORKS += ["netcoreapp2.0", "netstandard2.1", "netstandard2.0"]
FRAMEWORKS += [f"netstandard1.{n}" for n in range(6, -1, -1)]
SOURCE = None


def sh(*command, **how):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **how)
    if done.returncode != 0:
        sys.exit(done.stdout + f"{os.path.basename(command[0])}: error: exit code {done.returncode}")
    return done.stdout


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def base_address():
    """Where packages are: the first source of the user's NuGet.Config, asked for its address of packages."""
    global SOURCE
    if SOURCE is None:
        config = os.path.expanduser("~/.nuget/NuGet/NuGet.Config")
        if not os.path.exists(config):
            raise SystemExit(f"error: needs {config}, with a package source in it.")
        index = ET.parse(config).getroot().find("packageSources/add").get("value")
        resources = json.loads(fetch(index))["resources"]
        SOURCE = next(r["@id"] for r in resources if r["@type"].startswith("PackageBaseAddress"))
    return SOURCE


def fetch(url):
    try:
        with urllib.request.urlopen(url, timeout=300) as answer:
            return answer.read()
    except OSError as failed:
        raise SystemExit(f"error: cannot fetch {url}: {failed}")


def folder(name, version):
    """The unpacked package; without a version, the folder of all its versions."""
    place = os.path.join(CACHE, name, version or "")
    if os.path.exists(place):
        return place
    print(f"  fetching {name} {version}", flush=True)
    data = fetch(f"{base_address()}{name}/{version}/{name}.{version}.nupkg")
    part = f"{place}.{os.getpid()}.part"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(part)
    for program in glob.glob(os.path.join(part, "tools", "*")):
        os.chmod(program, 0o755)
    os.rename(part, place)
    return place


def tool(name, pattern):
    return sorted(glob.glob(os.path.join(folder(name, TOOLS[name]), pattern)))


def central_versions():
    tree = ET.parse(os.path.join(ROOT, "Directory.Packages.props"))
    return {item.get("Include").lower(): item.get("Version") for item in tree.iter("PackageVersion")}


def order(version):
    return [int(n) for n in re.findall(r"\d+", version.split("-")[0])]


def needed(names):
    """The folder of every package that these need, by name: the central version, else the highest that one asks for."""
    pinned = central_versions()
    chosen, queue = {}, [(name.lower(), pinned[name.lower()]) for name in names]
    while queue:
        name, version = queue.pop()
        version = pinned.get(name, version)
        if name in chosen and order(chosen[name]) >= order(version):
            continue
        chosen[name] = version
        queue += dependencies(folder(name, version))
    return {name: folder(name, version) for name, version in sorted(chosen.items())}


def dependencies(package):
    root = ET.parse(glob.glob(os.path.join(package, "*.nuspec"))[0]).getroot()
    space = root.tag.partition("}")[0] + "}"
    groups = {short(g.get("targetFramework") or ""): g for g in root.iter(space + "group")
              if g.find(space + "dependency") is not None or g.get("targetFramework")}
    best = next((groups[f] for f in FRAMEWORKS + [""] if f in groups), None)
    items = best.findall(space + "dependency") if best is not None else root.findall(
        f"{space}metadata/{space}dependencies/{space}dependency")
    found = [(d.get("id").lower(), d.get("version").strip("[](), ").split(",")[0])
             for d in items if "Compile" not in (d.get("exclude") or "") and d.get("include") != "None"]
    return [(name, version) for name, version in found if not provided(name)]


def provided(name):
    """Whether the frameworks bring it along: so much is left out of the search."""
    if name.startswith(("netstandard.library", "microsoft.netcore.")):
        return True
    return name in {os.path.basename(f)[:-4].lower() for f in framework()}


def framework():
    """The reference assemblies of both frameworks."""
    packs = ("microsoft.netcore.app.ref", "microsoft.aspnetcore.app.ref")
    return [f for name in packs for f in tool(name, "ref/net10.0/*.dll")]


def short(framework):
    text = framework.lower().lstrip(".")
    text = text.replace("netcoreapp5", "net5").replace("netcoreapp,version=v", "netcoreapp")
    return re.sub(r"^netcoreapp(5|6|7|8|9|10)\.", r"net\1.", text.replace("netstandard,version=v", "netstandard"))


def pick(packages, kind):
    found = []
    for package in packages.values():
        best = next((f for f in FRAMEWORKS if os.path.isdir(os.path.join(package, kind, f))), None)
        found += sorted(glob.glob(os.path.join(package, kind, best, "*.dll"))) if best else []
    return found


def native(packages, rid):
    return [f for p in packages.values() for f in sorted(glob.glob(f"{p}/runtimes/{rid}/native/*.so*"))]
