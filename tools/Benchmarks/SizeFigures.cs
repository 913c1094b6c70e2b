namespace Benchmarks;

/// <summary>T10: how large the program is on the machine it is for; native libraries apart.</summary>
internal static class SizeFigures
{
    private const double MegabytesMax = 18;

    public static IEnumerable<Figure> Measure(string product)
    {
        var megabytes = Megabytes(product);
        var libraries = Directory.GetFiles(Path.GetDirectoryName(Path.GetFullPath(product))!, "*.so")
            .Order(StringComparer.Ordinal)
            .Select(file => $"{Path.GetFileName(file)} {Figure.Number(Megabytes(file), "0.0 MB")}");
        yield return new Figure(
            "T10 sv2fw, arm64, stripped",
            string.Join(", ", libraries.Prepend(Figure.Number(megabytes, "0.0 MB"))),
            Figure.None,
            Figure.None,
            "≤ 18 MB",
            megabytes <= MegabytesMax);
    }

    private static double Megabytes(string file) => new FileInfo(file).Length / 1e6;
}
