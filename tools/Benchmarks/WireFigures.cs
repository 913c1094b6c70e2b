namespace Benchmarks;

/// <summary>T11: bytes on the wire in the model hour, both directions together, beside Stratum V1's.</summary>
internal static class WireFigures
{
    private const int StandardMax = 37_000;
    private const double ExtendedRatioMax = 0.5;

    // SV2 reference §5.3, plain text: a notify with 12 branches, a submit and its reply.
    private const int Notify = 1264;
    private const int Submit = 118;
    private const int Reply = 36;
    private const int StratumV1 = WireHour.Jobs * Notify + WireHour.Shares * (Submit + Reply);

    public static IEnumerable<Figure> Measure()
    {
        using var standardHour = new WireHour(extended: false);
        using var extendedHour = new WireHour(extended: true);
        var standard = standardHour.Run();
        var extended = extendedHour.Run();
        var ratio = (double)extended.Both / StratumV1;
        yield return Row("standard channel", standard, "≤ 37 kB", standard.Both <= StandardMax);
        yield return Row("extended channel, 12 merkle nodes", extended, "≤ 0.5 ×", ratio <= ExtendedRatioMax);
    }

    private static Figure Row(string channel, WireBytes bytes, string target, bool met) => new(
        $"T11 bytes in the model hour, {channel}",
        $"{Kilo(bytes.Both)} ({Kilo(bytes.ToPool)} up, {Kilo(bytes.ToMiner)} down)",
        $"{Kilo(StratumV1)} (SV1 model)",
        Figure.Number((double)bytes.Both / StratumV1, "0.00 ×"),
        target,
        met);

    private static string Kilo(int bytes) => Figure.Number(bytes / 1000.0, "0.0 kB");
}

/// <summary>What a connection carried, in bytes of TCP's payload, handshake and setup included.</summary>
internal readonly record struct WireBytes(int ToPool, int ToMiner)
{
    public int Both => ToPool + ToMiner;
}
