"""What a project file says, as far as ours say anything; Directory.Build.props and .targets are known here by heart."""
import glob
import os
import re
import xml.etree.ElementTree as ET

from packages import ROOT


class Project:
    """One project: its sources, what it refers to, and where its assembly goes."""

    loaded = {}

    @classmethod
    def load(cls, path):
        path = os.path.normpath(os.path.join(ROOT, path))
        if path not in cls.loaded:
            cls.loaded[path] = cls(path, ET.parse(path).getroot())
        return cls.loaded[path]

    @classmethod
    def single(cls, source, dll):
        """A program of one file."""
        text = "<Project><PropertyGroup><OutputType>Exe</OutputType></PropertyGroup></Project>"
        project = cls(source, ET.fromstring(text))
        project.sources, project.dll, project.namespace = [source], dll, ""
        return project

    def __init__(self, path, tree):
        self.path, self.tree = path, tree
        self.folder = os.path.dirname(path)
        self.name = re.sub(r"\.(csproj|cs)$", "", os.path.basename(path))
        self.assembly = self.property("AssemblyName") or self.name
        self.namespace = self.property("RootNamespace")
        self.exe = self.property("OutputType") == "Exe"
        self.aot = "true" in (self.property("PublishAot"), self.property("IsAotCompatible"))
        self.version = ET.parse(os.path.join(ROOT, "Directory.Build.props")).find("PropertyGroup/Version").text
        self.beside = self.name.endswith(".Tests")
        self.tests = self.beside or self.name == "HilTests"
        self.dll = os.path.join(ROOT, "artifacts", "bin", self.name, "release", self.assembly + ".dll")
        self.usings = ["Xunit"] if self.tests else []
        self.unwarned = ["CA1001"] if self.beside else []
        self.friends = [i.get("Include") for i in tree.iter("InternalsVisibleTo") if i.get("Include")]
        self.friends += [self.name + ".Tests"] if not self.tests else []
        everything = self.name == "HilTests"
        self.sources = [f for f in self.find("**/*.cs") if everything or self.beside == f.endswith(".Tests.cs")]
        others = [i.get("Include") for i in tree.iter("ProjectReference")]
        self.references = [Project.load(os.path.join(self.folder, other)) for other in others]

    def property(self, name):
        found = self.tree.find(f"PropertyGroup/{name}")
        return (found.text or "").strip() if found is not None else ""

    def find(self, pattern):
        found = glob.glob(os.path.join(self.folder, pattern), recursive=True)
        return sorted(os.path.normpath(f) for f in found)

    def closure(self):
        """The projects that it refers to, and theirs."""
        found = []
        for other in self.references:
            found += [p for p in [other, *other.closure()] if p not in found]
        return found

    def packages(self):
        own = [i.get("Include") for i in self.tree.iter("PackageReference")]
        own += ["xunit"] if self.tests else []
        return sorted(set(own).union(*(p.packages() for p in self.references)))

    def resources(self):
        """(file, its name inside the assembly) of everything that is embedded there."""
        for item in self.tree.iter("EmbeddedResource"):
            yield os.path.join(self.folder, item.get("Include")), item.get("LogicalName")

    def copies(self):
        """(file, its place in the output) of everything that is copied there."""
        for item in [*self.tree.iter("None"), *self.tree.iter("Content")]:
            for file in self.find(item.get("Include")) if item.get("CopyToOutputDirectory") else []:
                stem, extension = os.path.splitext(os.path.basename(file))
                link = (item.get("Link") or "").replace("%(Filename)", stem).replace("%(Extension)", extension)
                yield file, link or os.path.relpath(file, self.folder)
        for other in self.references:
            yield from other.copies()


def solution(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return [p.replace("\\", "/") for p in re.findall(r'"([^"]+\.csproj)"', file.read())]
