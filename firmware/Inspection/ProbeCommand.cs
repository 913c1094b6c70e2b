using System.Device.I2c;
using Firmware.Boards;
using Firmware.Guard;

namespace Firmware.Inspection;

/// <param name="Scans">Buses to look over as a whole: see <see cref="BusScan"/>.</param>
/// <param name="Yes">The user has agreed to the scans on the command line.</param>
internal sealed record ProbeOptions(string[] BoardFiles, string[] Scans, bool Yes);

/// <summary>The verb `probe`: which parts are where the board files say, one line for each.</summary>
internal static class ProbeCommand
{
    /// <summary>0 where every part is what its file says, else 1.</summary>
    /// <param name="ask">Puts a question to a person; null where there is nobody to ask.</param>
    /// <exception cref="UsageException">A file or a bus is wrong, or must not be scanned.</exception>
    /// <exception cref="StartException">A board is not there, or guard has it.</exception>
    public static int Run(ProbeOptions options, TextWriter tell, Func<string, bool>? ask)
    {
        var configs = BoardConfig.Load(options.BoardFiles);
        foreach (var bus in options.Scans)
        {
            Refuse(bus, configs);
            Permit(bus, options.Yes, ask);
        }

        var passed = true;
        foreach (var config in configs)
        {
            passed &= Probe(config, tell);
            if (options.Scans.Contains(BusScan.Bridge) && config.Bridge is not null)
            {
                using var buses = OpenBoard.Buses(config);
                Scan($"the bridge of {config.Key}", address => buses.OpenI2c(address), config, tell);
            }
        }

        foreach (var bus in options.Scans.Where(bus => bus != BusScan.Bridge))
        {
            ScanMachine(bus, tell);
        }

        return passed ? 0 : 1;
    }

    /// <summary>A board file may say that a bus of its is never to be scanned.</summary>
    private static void Refuse(string bus, BoardConfig[] configs)
    {
        foreach (var config in configs)
        {
            if (config.Native?.Buses.FirstOrDefault(one => $"{one.Number}" == bus) is { MayBeScanned: false })
            {
                throw new UsageException($"i2c-{bus} is never scanned: '{config.File}' says so.");
            }
        }
    }

    private static void ScanMachine(string bus, TextWriter tell)
    {
        try
        {
            Scan($"i2c-{bus}", address => BusScan.OfMachine(bus, address), config: null, tell);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"/dev/i2c-{bus} cannot be used ({refusal.Message}): is there such a bus, and may you open it?");
        }
    }

    private static void Permit(string bus, bool yes, Func<string, bool>? ask)
    {
        if (BusScan.Refusal(bus) is { } refusal)
        {
            throw new UsageException(refusal);
        }

        if (yes)
        {
            return;
        }

        if (ask is null)
        {
            throw new UsageException(
                $"--scan {bus} reads at every address, which unknown parts may take amiss: agree with --yes.");
        }

        if (!ask($"Read one byte at every address of bus '{bus}'? Parts that nobody knows may take it amiss."))
        {
            throw new StartException($"Bus '{bus}' is not scanned, as you wish.");
        }
    }

    private static bool Probe(BoardConfig config, TextWriter tell)
    {
        using var parts = OpenBoard.From(config);
        tell.WriteLine($"{config.Key}: {config.Name}, '{config.File}'");
        var findings = parts.Identities.Select(Identification.Of).ToArray();
        foreach (var finding in findings)
        {
            tell.WriteLine(finding);
        }

        if (findings.Length == 0)
        {
            tell.WriteLine("      its file names no part on a bus");
        }

        return Array.TrueForAll(findings, finding => finding.Outcome == Outcome.Pass);
    }

    private static void Scan(string name, Func<int, I2cDevice> open, BoardConfig? config, TextWriter tell)
    {
        tell.WriteLine($"on {name}:");
        foreach (var address in BusScan.Addresses(open))
        {
            var named = config is null ? null
                : config.Rail is { } rail && rail.Address == address ? rail.Part
                : Array.Find(config.Fans, fan => fan.Address == address)?.Part
                ?? Array.Find(config.Sensors, sensor => sensor.Address == address)?.Part;
            tell.WriteLine($"      0x{address:X2}  {named ?? "something that no board file of this command names"}");
        }
    }
}
