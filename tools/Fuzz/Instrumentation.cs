using SharpFuzz;

namespace Fuzz;

/// <summary>SharpFuzz writes its counting into compiled assemblies, in place.</summary>
internal static class Instrumentation
{
    public static int Run(string[] assemblies)
    {
        foreach (var assembly in assemblies)
        {
            var types = Fuzzer.Instrument(assembly, _ => true, Options.Value);
            Console.WriteLine($"{Path.GetFileName(assembly)}: {types.Count()} types count their branches.");
        }

        return 0;
    }
}
