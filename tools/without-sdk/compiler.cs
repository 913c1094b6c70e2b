// A csc for a machine without the .NET SDK: Roslyn and its analyzers from their packages, in one process.
// It is compiled by mcs, and so keeps to the C# that mcs knows.
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

// compiler RESPONSE_FILE: options as csc takes them. Prints one line a finding.
// Exit code 0: compiled, without a warning.
static class Program
{
    static int Main(string[] args)
    {
        var folder = Directory.GetCurrentDirectory();
        var options = CSharpCommandLineParser.Default.Parse(new[] { "@" + args[0] }, folder, null);
        var rules = new Rules(options, new Loader(options.AnalyzerReferences.Select(a => a.FilePath)));
        var found = new List<Diagnostic>(options.Errors);
        var compilation = Generate(Parse(options, rules), options, rules, found);
        found.AddRange(Analyze(compilation, options, rules));
        found.AddRange(Emit(compilation, options));
        var bad = found.Where(d => d.Severity >= DiagnosticSeverity.Warning && !d.IsSuppressed).ToList();
        foreach (var line in bad.Select(Text).Distinct().OrderBy(t => t, StringComparer.Ordinal))
        {
            Console.WriteLine(line);
        }

        if (bad.Count > 0)
        {
            File.Delete(Path.Combine(options.OutputDirectory, options.OutputFileName));
        }

        return bad.Count == 0 ? 0 : 1;
    }

    static string Text(Diagnostic found)
    {
        var at = found.Location.GetLineSpan();
        var start = at.StartLinePosition;
        var where = at.Path + "(" + (start.Line + 1) + "," + (start.Character + 1) + "): ";
        return (found.Location.IsInSource ? where : "") + "error " + found.Id + ": " + found.GetMessage(null);
    }

    static CSharpCompilation Parse(CSharpCommandLineArguments options, Rules rules)
    {
        var trees = options.SourceFiles.Select(file => CSharpSyntaxTree.ParseText(
            SourceText.From(File.ReadAllText(file.Path), Encoding.UTF8), options.ParseOptions, file.Path));
        var references = options.MetadataReferences.Select(r => MetadataReference.CreateFromFile(r.Reference));
        var settings = options.CompilationOptions
            .WithSyntaxTreeOptionsProvider(rules.Severities)
            .WithAssemblyIdentityComparer(DesktopAssemblyIdentityComparer.Default);
        return CSharpCompilation.Create(options.CompilationName, trees.ToList(), references, settings);
    }

    static CSharpCompilation Generate(
        CSharpCompilation compilation, CSharpCommandLineArguments options, Rules rules, List<Diagnostic> found)
    {
        var generators = rules.References.SelectMany(r => r.GetGenerators(LanguageNames.CSharp)).ToList();
        Compilation with;
        ImmutableArray<Diagnostic> said;
        CSharpGeneratorDriver
            .Create(generators, rules.AdditionalFiles, (CSharpParseOptions)options.ParseOptions, rules.Settings)
            .RunGeneratorsAndUpdateCompilation(compilation, out with, out said, CancellationToken.None);
        found.AddRange(said);
        return (CSharpCompilation)with;
    }

    static IEnumerable<Diagnostic> Analyze(
        CSharpCompilation compilation, CSharpCommandLineArguments options, Rules rules)
    {
        var files = new AnalyzerOptions(rules.AdditionalFiles, rules.Settings);
        var failures = new List<Diagnostic>();
        var how = new CompilationWithAnalyzersOptions(
            files, (e, analyzer, d) => { lock (failures) { failures.Add(d); } }, true, false, false);
        var found = compilation.WithAnalyzers(rules.Analyzers, how).GetAllDiagnosticsAsync().Result;
        return found.Concat(failures);
    }

    static IEnumerable<Diagnostic> Emit(CSharpCompilation compilation, CSharpCommandLineArguments options)
    {
        var path = Path.Combine(options.OutputDirectory, options.OutputFileName);
        Directory.CreateDirectory(options.OutputDirectory);
        using (var dll = File.Create(path))
        using (var pdb = File.Create(Path.ChangeExtension(path, ".pdb")))
        using (var xml = File.Create(Path.ChangeExtension(path, ".xml")))
        {
            var how = options.EmitOptions.WithDebugInformationFormat(DebugInformationFormat.PortablePdb)
                .WithPdbFilePath(Path.ChangeExtension(path, ".pdb"));
            return compilation.Emit(dll, pdb, xml, null, options.ManifestResources, how, null, null, null).Diagnostics;
        }
    }
}

// The analyzers, and how severe each of their rules is: .editorconfig first, then what "recommended" means.
sealed class Rules
{
    public readonly List<AnalyzerFileReference> References;
    public readonly ImmutableArray<DiagnosticAnalyzer> Analyzers;
    public readonly ImmutableArray<AdditionalText> AdditionalFiles;
    public readonly SyntaxTreeOptionsProvider Severities;
    public readonly AnalyzerConfigOptionsProvider Settings;

    public Rules(CSharpCommandLineArguments options, Loader loader)
    {
        References = options.AnalyzerReferences.Select(a => new AnalyzerFileReference(a.FilePath, loader)).ToList();
        foreach (var reference in References)
        {
            reference.AnalyzerLoadFailed += (o, e) =>
            {
                if (e.ErrorCode != AnalyzerLoadFailureEventArgs.FailureErrorCode.NoAnalyzers)
                {
                    throw new InvalidOperationException("analyzer " + reference.FullPath + ": " + e.Message);
                }
            };
        }

        Analyzers = References.SelectMany(r => r.GetAnalyzers(LanguageNames.CSharp)).ToImmutableArray();
        AdditionalFiles = options.AdditionalFiles.Select(f => (AdditionalText)new TextFile(f.Path)).ToImmutableArray();
        var configs = options.AnalyzerConfigPaths.Select(p => AnalyzerConfig.Parse(File.ReadAllText(p), p)).ToList();
        var set = AnalyzerConfigSet.Create(configs);
        var recommended = Analyzers.Where(a => a.GetType().Assembly.GetName().Name.EndsWith("NetAnalyzers"))
            .SelectMany(a => a.SupportedDiagnostics)
            .Where(d => d.IsEnabledByDefault && d.DefaultSeverity >= DiagnosticSeverity.Info)
            .Select(d => d.Id);
        Severities = new SeverityProvider(set, new HashSet<string>(recommended));
        Settings = new SettingsProvider(set);
    }
}

sealed class SeverityProvider : SyntaxTreeOptionsProvider
{
    readonly AnalyzerConfigSet set;
    readonly HashSet<string> recommended;

    public SeverityProvider(AnalyzerConfigSet set, HashSet<string> recommended)
    {
        this.set = set;
        this.recommended = recommended;
    }

    public override GeneratedKind IsGenerated(SyntaxTree tree, CancellationToken stop)
    {
        return GeneratedKind.Unknown;
    }

    public override bool TryGetDiagnosticValue(
        SyntaxTree tree, string id, CancellationToken stop, out ReportDiagnostic severity)
    {
        return set.GetOptionsForSourcePath(tree.FilePath).TreeOptions.TryGetValue(id, out severity);
    }

    public override bool TryGetGlobalDiagnosticValue(string id, CancellationToken stop, out ReportDiagnostic severity)
    {
        if (set.GlobalConfigOptions.TreeOptions.TryGetValue(id, out severity))
        {
            return true;
        }

        severity = ReportDiagnostic.Warn;
        return recommended.Contains(id);
    }
}

sealed class SettingsProvider : AnalyzerConfigOptionsProvider
{
    readonly AnalyzerConfigSet set;

    public SettingsProvider(AnalyzerConfigSet set)
    {
        this.set = set;
    }

    public override AnalyzerConfigOptions GlobalOptions
    {
        get { return new Settings(set.GlobalConfigOptions.AnalyzerOptions); }
    }

    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree)
    {
        return new Settings(set.GetOptionsForSourcePath(tree.FilePath).AnalyzerOptions);
    }

    public override AnalyzerConfigOptions GetOptions(AdditionalText file)
    {
        return new Settings(set.GetOptionsForSourcePath(file.Path).AnalyzerOptions);
    }
}

sealed class Settings : AnalyzerConfigOptions
{
    readonly ImmutableDictionary<string, string> values;

    public Settings(ImmutableDictionary<string, string> values)
    {
        this.values = values.WithComparers(KeyComparer);
    }

    public override IEnumerable<string> Keys
    {
        get { return values.Keys; }
    }

    public override bool TryGetValue(string key, out string value)
    {
        return values.TryGetValue(key, out value);
    }
}

sealed class TextFile : AdditionalText
{
    readonly string path;

    public TextFile(string path)
    {
        this.path = path;
    }

    public override string Path
    {
        get { return path; }
    }

    public override SourceText GetText(CancellationToken stop)
    {
        return SourceText.From(File.ReadAllText(path), Encoding.UTF8);
    }
}

// An analyzer's own libraries stand beside it.
sealed class Loader : IAnalyzerAssemblyLoader
{
    public Loader(IEnumerable<string> analyzers)
    {
        var folders = analyzers.Select(Path.GetDirectoryName).Distinct().ToList();
        AppDomain.CurrentDomain.AssemblyResolve += (o, e) =>
        {
            var name = new AssemblyName(e.Name).Name + ".dll";
            var path = folders.Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);
            return path == null ? null : Assembly.LoadFrom(path);
        };
    }

    public void AddDependencyLocation(string path)
    {
    }

    public Assembly LoadFromPath(string path)
    {
        return Assembly.LoadFrom(path);
    }
}
