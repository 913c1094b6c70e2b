#!/usr/bin/env python3
"""Stands in for the four commands of the .NET SDK that our scripts use, where only its packages can be had.

  sdk.py build (PROJECT | SOLUTION)            compiles into artifacts/bin, with the SDK's analyzers, warnings as errors
  sdk.py publish PROJECT -r RID -o FOLDER      compiles to native code
  sdk.py test DLL [--logger trx;LogFileName=F] [--filter NAME]   runs a test assembly, or the tests whose name has NAME
  sdk.py run FILE.cs [ARGUMENT]...             runs a program of one file

With SV2FW_QUICK=1 a build leaves the CA and IDE rules out: half the time, for trying things.
See the README beside this file for what is the same as in the SDK, and what is not.
"""
import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

from native import native_binary
from packages import ASPNET, FRAMEWORK, HOST, ROOT, RUNTIME
from packages import folder, framework, native, needed, pick, sh, tool, write
from projects import Project, solution

OUT = os.path.join(ROOT, "artifacts")
DOTNET = os.path.join(OUT, "dotnet-from-packages")
REFERENCES = ("microsoft.netcore.app.ref", "microsoft.aspnetcore.app.ref")
NO_ANALYZERS = ("Fixes.dll", "Microsoft.Extensions.Configuration.Binder.SourceGeneration.dll")
USINGS = """System System.Collections.Generic System.IO System.Linq System.Net.Http System.Threading
    System.Threading.Tasks"""
KNOBS = {"System.Globalization.Invariant": True, "System.GC.Concurrent": False, "System.Runtime.TieredPGO": False}


def runtime():
    """The shared frameworks and their host, laid out as an installation has them."""
    for name, package in (("Microsoft.NETCore.App", FRAMEWORK), ("Microsoft.AspNetCore.App", ASPNET)):
        target = os.path.join(DOTNET, "shared", name, RUNTIME)
        if not os.path.exists(target):
            source = os.path.join(folder(package, RUNTIME), "runtimes", "linux-x64")
            shutil.copytree(os.path.join(source, "lib", "net10.0"), target + ".new")
            for file in glob.glob(os.path.join(source, "native", "*")):
                shutil.copy(file, target + ".new")
            os.rename(target + ".new", target)
    host = os.path.join(DOTNET, "host", "fxr", RUNTIME, "libhostfxr.so")
    if not os.path.exists(host):
        os.makedirs(os.path.dirname(host), exist_ok=True)
        shutil.copy(os.path.join(DOTNET, "shared", "Microsoft.NETCore.App", RUNTIME, "libhostfxr.so"), host)
    os.environ["DOTNET_ROOT"] = DOTNET


def executable(dll):
    """The launcher of a .dll beside it: the host's template with the name written over its placeholder."""
    template = os.path.join(folder(HOST, RUNTIME), "runtimes", "linux-x64", "native", "apphost")
    with open(template, "rb") as file:
        image = file.read()
    place = hashlib.sha256(b"foobar").hexdigest().encode()  # That is what the host's sources put there.
    image = image.replace(place, os.path.basename(dll).encode().ljust(len(place), b"\0"), 1)
    with open(dll[:-4] + ".new", "wb") as file:
        file.write(image)
    os.chmod(dll[:-4] + ".new", 0o755)
    os.rename(dll[:-4] + ".new", dll[:-4])
    options = {"tfm": "net10.0", "configProperties": KNOBS, "frameworks": [
        {"name": name, "version": RUNTIME} for name in ("Microsoft.NETCore.App", "Microsoft.AspNetCore.App")]}
    write(dll[:-4] + ".runtimeconfig.json", json.dumps({"runtimeOptions": options}))
    return dll[:-4]


def compiler():
    """Our csc, made by mcs once for each of its texts."""
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "compiler.cs")
    target = os.path.join(DOTNET, "compiler", "compiler.dll")
    if not os.path.exists(target) or os.path.getmtime(target) < os.path.getmtime(source):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        roslyn = tool("microsoft.codeanalysis.common", "lib/net10.0/*.dll")
        roslyn += tool("microsoft.codeanalysis.csharp", "lib/net10.0/*.dll")
        for file in roslyn:
            shutil.copy(file, os.path.dirname(target))
        references = tool(REFERENCES[0], "ref/net10.0/*.dll") + roslyn
        sh("mcs", "-nostdlib", "-noconfig", "-nowarn:1702", "-out:" + target, source, *("-r:" + r for r in references))
        executable(target)
    return target[:-4]


def analyzers(project):
    found = []
    if not os.environ.get("SV2FW_QUICK"):
        found += tool("microsoft.codeanalysis.netanalyzers", "analyzers/dotnet/cs/*.dll")
        found += tool("microsoft.codeanalysis.csharp.codestyle", "analyzers/dotnet/cs/*.dll")
    for package in REFERENCES:
        found += tool(package, "analyzers/dotnet/cs/*.dll")
    if project.aot:
        found += tool("microsoft.net.illink.tasks", "analyzers/dotnet/cs/*.dll")
    for package in needed(project.packages()).values():
        found += glob.glob(os.path.join(package, "analyzers", "dotnet", "cs", "*.dll"))
    return [f for f in found if not f.endswith(NO_ANALYZERS) and "CodeFix" not in f]


def settings(project):
    values = {"TargetFramework": "net10.0", "TargetFrameworkIdentifier": ".NETCoreApp",
              "TargetFrameworkVersion": "v10.0", "RootNamespace": project.namespace, "ProjectDir": project.folder + "/",
              "EffectiveAnalysisLevelStyle": "10.0", "_SupportedPlatformList": "Linux,macOS,Windows",
              "InvariantGlobalization": "true"}
    for name in ("EnableAotAnalyzer", "EnableTrimAnalyzer", "EnableSingleFileAnalyzer"):
        values[name] = str(project.aot).lower()
    return "is_global = true\n" + "".join(f"build_property.{k} = {v}\n" for k, v in values.items())


def assembly_info(project):
    lines = [f"global using global::{name};" for name in USINGS.split() + project.usings]
    lines.append("using System.Reflection; using System.Runtime.CompilerServices; using System.Runtime.Versioning;")
    lines.append('[assembly: TargetFramework(".NETCoreApp,Version=v10.0")]')
    lines.append('[assembly: SupportedOSPlatform("linux")]')
    lines.append(f'[assembly: AssemblyVersion("{project.version}.0")]')
    lines.append(f'[assembly: AssemblyInformationalVersion("{project.version}")]')
    lines += [f'[assembly: InternalsVisibleTo("{friend}")]' for friend in project.friends]
    if project.aot:
        lines.append('[assembly: AssemblyMetadata("IsTrimmable", "True"), AssemblyMetadata("IsAotCompatible", "True")]')
    return "// <auto-generated/>\n" + "\n".join(lines) + "\n"


def frameworks(packages):
    """What to compile against: the frameworks' references, and of the packages what the frameworks lack."""
    references = framework()
    have = {os.path.basename(f) for f in references}
    return references + [f for f in pick(packages, "lib") if os.path.basename(f) not in have]


def csc_arguments(project, packages, obj):
    unwarned = ["1701", "1702", "CS1591", "CS1573", *project.unwarned]
    newer_than = [f"NET{n}_0_OR_GREATER" for n in range(5, 11)]
    arguments = [f"/out:{project.dll}", f"/target:{'exe' if project.exe else 'library'}", "/nostdlib+", "/optimize+",
                 "/debug:portable", "/deterministic+", f"/pathmap:{ROOT}=/_", "/checked+", "/unsafe+", "/utf8output",
                 "/nullable:enable", "/langversion:latest", "/features:FileBasedProgram",
                 "/features:InterceptorsNamespaces=Microsoft.AspNetCore.Http.Generated", "/warn:10",
                 "/nowarn:" + ",".join(unwarned), "/doc:" + project.dll[:-4] + ".xml",
                 "/define:" + ";".join(["TRACE", "RELEASE", "NET", "NETCOREAPP", "NET10_0", *newer_than]),
                 "/analyzerconfig:" + os.path.join(ROOT, ".editorconfig"),
                 "/analyzerconfig:" + write(os.path.join(obj, "settings.globalconfig"), settings(project)),
                 "/additionalfile:" + os.path.join(ROOT, "CodeMetricsConfig.txt")]
    arguments += ["/reference:" + f for f in frameworks(packages) + [p.dll for p in project.closure()]]
    arguments += ["/analyzer:" + f for f in analyzers(project)]
    arguments += [f"/resource:{file},{name}" for file, name in project.resources()]
    sources = [write(os.path.join(obj, "AssemblyInfo.g.cs"), assembly_info(project)), *project.sources]
    return "".join(f"{a}\n" for a in arguments) + "".join(f'"{s}"\n' for s in sources)


def build(project, done):
    if project.path in done:
        return
    done.add(project.path)
    for other in project.references:
        build(other, done)
    obj = os.path.join(OUT, "obj", project.name, "without-sdk")
    packages = needed(project.packages())
    text = csc_arguments(project, packages, obj)
    others = [os.path.join(ROOT, ".editorconfig"), os.path.join(ROOT, "CodeMetricsConfig.txt")]
    others += [file for file, _ in project.resources()]
    stamp = stamp_of(text, [*project.sources, *others, *(p.dll for p in project.closure())])
    if read(os.path.join(obj, "stamp")) != stamp or not os.path.exists(project.dll):
        print(f"  {project.name}", flush=True)
        sh(compiler(), write(os.path.join(obj, "csc.rsp"), text), cwd=project.folder)
        write(os.path.join(obj, "stamp"), stamp)
    lay_out(project, packages)


def read(path):
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def stamp_of(text, files):
    digest = hashlib.sha256(text.encode())
    for name in files:
        with open(name, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def newer(source, target):
    if not os.path.exists(target) or os.path.getmtime(source) != os.path.getmtime(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy2(source, target)


def lay_out(project, packages):
    """Everything that the assembly needs at run time, beside it."""
    bin = os.path.dirname(project.dll)
    if project.exe:
        executable(project.dll)
    for other in project.closure():
        for file in glob.glob(other.dll[:-4] + ".*") + ([other.dll[:-4]] if other.exe else []):
            newer(file, os.path.join(bin, os.path.basename(file)))
    for file in [f for f in frameworks(packages) if not f.startswith(tuple(folder(r, None) for r in REFERENCES))]:
        newer(file, os.path.join(bin, os.path.basename(file)))
    for file in native(packages, "linux-x64"):
        newer(file, os.path.join(bin, os.path.basename(file)))
    for source, target in project.copies():
        newer(source, os.path.join(bin, target))


def test(dll, rest):
    """Runs the assembly by xunit's own console, which is put beside it: so it finds everything where it looks."""
    bin = os.path.dirname(os.path.abspath(dll))
    for file in tool("xunit.runner.console", "tools/netcoreapp2.0/*.dll"):
        newer(file, os.path.join(bin, os.path.basename(file)))
    console = executable(os.path.join(bin, "xunit.console.dll"))
    given = dict(zip(rest[::2], rest[1::2]))
    result = given.pop("--logger", "").partition("LogFileName=")[2]
    selected = [given.pop("--filter")] if "--filter" in given else []
    if given:
        sys.exit(f"sdk.py test: error: takes --logger and --filter, not {' '.join(given)}")
    xml = os.path.join(bin, "xunit.xml")
    if os.path.exists(xml):
        os.remove(xml)
    command = [console, os.path.abspath(dll), "-nologo", "-nocolor", "-xml", xml]
    code = subprocess.run(command + [a for name in selected for a in ("-method", f"*{name}*")]).returncode
    if result:
        write(result, results(xml))
    sys.exit(code)


def results(xml):
    """The outcome of every test and the counts, as the SDK's result file has them; none where the run did not end."""
    if not os.path.exists(xml):
        return ""
    run = ET.Element("TestRun")
    tests = [(test.get("name"), test.get("result") == "Pass") for test in ET.parse(xml).iter("test")]
    for name, passed in tests:
        ET.SubElement(run, "UnitTestResult", testName=name, outcome="Passed" if passed else "Failed")
    total = len(tests) + sum(int(a.get("errors")) for a in ET.parse(xml).iter("assembly"))
    ET.SubElement(run, "Counters", total=str(total), passed=str(sum(passed for _, passed in tests)))
    return ET.tostring(run, encoding="unicode") + "\n"


def run(file, rest):
    name = os.path.basename(file)[:-3]
    build(Project.single(os.path.abspath(file), os.path.join(OUT, "bin", name, "release", name + ".dll")), set())
    program = os.path.join(OUT, "bin", name, "release", name)
    os.execv(program, [program, *rest])


def main(verb, target, *rest):
    runtime()
    if verb == "build":
        done = set()
        for path in solution(target) if target.endswith(".sln") else [target]:
            build(Project.load(path), done)
    elif verb == "publish":
        given = dict(zip(rest[::2], rest[1::2]))
        project = Project.load(target)
        build(project, set())
        native_binary(project, given["-r"], given["-o"])
    elif verb == "test":
        test(target, rest)
    elif verb == "run":
        run(target, rest)
    else:
        sys.exit(f"sdk.py: error: '{verb}' is none of build, publish, test, run")


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] in ("-h", "--help"):
        sys.exit(__doc__)
    main(*sys.argv[1:])
