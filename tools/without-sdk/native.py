"""The native build: ilc and clang, told what the SDK's targets tell them."""
import glob
import os
import shutil

from packages import RUNTIME, folder, native, needed, pick, sh, write

SHIMS = ("Native", "IO.Compression.Native", "Net.Security.Native", "Security.Cryptography.Native.OpenSsl")
OFF = """
    System.ComponentModel.DefaultValueAttribute.IsSupported
    System.ComponentModel.Design.IDesignerHost.IsSupported
    System.ComponentModel.TypeConverter.EnableUnsafeBinaryFormatterInDesigntimeLicenseContextSerialization
    System.Diagnostics.Debugger.IsSupported
    System.Diagnostics.Tracing.EventSource.IsSupported
    System.Linq.Expressions.CanEmitObjectArrayDelegate
    System.Reflection.Metadata.MetadataUpdater.IsSupported
    System.Resources.ResourceManager.AllowCustomResourceTypes
    System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported
    System.Runtime.InteropServices.BuiltInComInterop.IsSupported
    System.Runtime.InteropServices.EnableConsumingManagedCodeFromNativeHosting
    System.Runtime.InteropServices.EnableCppCLIHostActivation
    System.Runtime.InteropServices.Marshalling.EnableGeneratedComInterfaceComImportInterop
    System.Runtime.Serialization.EnableUnsafeBinaryFormatterSerialization
    System.StartupHookProvider.IsSupported
    System.Text.Encoding.EnableUnsafeUTF7Encoding
    System.Text.Json.JsonSerializer.IsReflectionEnabledByDefault
"""
ON = """
    Microsoft.Extensions.DependencyInjection.VerifyOpenGenericServiceTrimmability
    System.Globalization.Invariant
    System.Linq.Enumerable.IsSizeOptimized
"""
FEATURES = {**{name: "false" for name in OFF.split()}, **{name: "true" for name in ON.split()}}
KNOBS = {**FEATURES, "System.GC.Concurrent": "false", "System.Runtime.TieredPGO": "false"}


def native_binary(project, rid, target):
    """Compiles a built project's assembly to one stripped program in the folder 'target', its libraries beside it."""
    pack = os.path.join(folder(f"microsoft.netcore.app.runtime.nativeaot.{rid}", RUNTIME), "runtimes", rid)
    obj = os.path.join(os.path.dirname(project.dll).replace("/bin/", "/obj/"), "native", rid)
    os.makedirs(obj, exist_ok=True)
    os.makedirs(target, exist_ok=True)
    image, program = os.path.join(obj, project.assembly + ".o"), os.path.join(target, project.assembly)
    packages = needed(project.packages())
    arguments = [project.dll, "-o:" + image, *("-r:" + f for f in libraries(project, packages, rid, pack)),
                 "--targetos:linux", "--targetarch:" + rid.split("-")[1], f"--exportsfile:{obj}/exports",
                 "--runtimeknob:RUNTIME_IDENTIFIER=" + rid, *switches(project)]
    ilc = os.path.join(folder("runtime.linux-x64.microsoft.dotnet.ilcompiler", RUNTIME), "tools", "ilc")
    print(sh(ilc, "@" + write(os.path.join(obj, "ilc.rsp"), "\n".join(arguments))), end="")
    link(image, pack + "/native", rid, obj, program)
    sh("llvm-objcopy", "--strip-debug", "--strip-unneeded", program)
    for file in native(packages, rid):
        shutil.copy(file, target)


def libraries(project, packages, rid, pack):
    """Every managed assembly that may be reached; of two of one name, the framework's."""
    asp = os.path.join(folder(f"microsoft.aspnetcore.app.runtime.{rid}", RUNTIME), "runtimes", rid)
    found = {os.path.basename(f): f for f in pick(packages, "lib") + [p.dll for p in project.closure()]}
    for place in (asp + "/lib/net10.0", pack + "/lib/net10.0", pack + "/native"):
        found.update({os.path.basename(f): f for f in glob.glob(place + "/*.dll")})
    return found.values()


def switches(project):
    own = [project.assembly, *(p.assembly for p in project.closure())]
    initial = ("CoreLib", "StackTraceMetadata", "TypeLoader", "Reflection.Execution")
    return ["--dehydrate", "-O", "-g", "--stacktracedata", "--scanreflection", "--methodbodyfolding:generic",
            "--resilient", "--warnaserror", "--singlewarn", *("--nosinglewarnassembly:" + name for name in own),
            "--export-dynamic-symbol:DotNetRuntimeDebugHeader",
            "--generateunmanagedentrypoints:System.Private.CoreLib,HIDDEN",
            *("--initassembly:System.Private." + name for name in initial),
            *("--directpinvoke:System." + name for name in SHIMS),
            *(f"--feature:{name}={value}" for name, value in FEATURES.items()),
            *(f"--runtimeknob:{name}={value}" for name, value in KNOBS.items())]


def link(image, runtime, rid, obj, program):
    archives = [f"libSystem.{name}.a" for name in SHIMS]
    archives += ["libbootstrapper.o", "libRuntime.WorkstationGC.a", "libeventpipe-disabled.a"]
    archives += ["libRuntime.VxsortDisabled.a"] if rid.endswith("x64") else []
    archives += ["libstandalonegc-disabled.a", "libaotminipal.a", "libstdc++compat.a", "libz.a", "libbrotlienc.a",
                 "libbrotlidec.a", "libbrotlicommon.a"]
    cross = ["--target=aarch64-linux-gnu"] if rid.endswith("arm64") else []
    sh("clang", image, "-o", program, f"-Wl,--version-script={obj}/exports", "-Wl,--export-dynamic", "-gz=zlib",
       "-fuse-ld=bfd", *(os.path.join(runtime, name) for name in archives), *cross, "-g", "-Wl,--build-id=sha1",
       "-Wl,--as-needed", "-pthread", "-ldl", "-lrt", "-lm", "-pie", "-Wl,-pie", "-Wl,-z,relro", "-Wl,-z,now",
       "-Wl,--eh-frame-hdr", "-Wl,--discard-all", "-Wl,--gc-sections")
