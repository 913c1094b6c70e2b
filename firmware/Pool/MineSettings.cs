using System.Globalization;
using Firmware.StratumV2;
using Tomlyn.Syntax;

namespace Firmware.Pool;

/// <summary>
/// mine.toml in the state folder: the pools to mine at. Read strictly: whatever is not known is an error with file,
/// line and key. The process mine owns it; nobody else writes it.
/// </summary>
public static class MineSettings
{
    public const string FileName = "mine.toml";

    /// <summary>Longer outputs exist and pay nobody's miner.</summary>
    private const int ScriptBytesMax = 520;

    private const int ProbeSecondsMin = 10;
    private const int IdleSecondsMax = 24 * 3600;

    /// <summary>A file to begin with, explained by its comments.</summary>
    public static string Template => ResourceText.Read("mine-template.toml");

    /// <summary>None where there is no such file.</summary>
    /// <exception cref="UsageException">It cannot be read, or is wrong.</exception>
    public static MinePool[] Load(string stateFolder)
    {
        var file = Path.Combine(stateFolder, FileName);
        try
        {
            return File.Exists(file) ? Parse(File.ReadAllText(file), file) : [];
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{file} cannot be read ({refusal.Message}): give us the right to read it.");
        }
    }

    /// <exception cref="UsageException">Not such settings; the sentence names file, line, key and remedy.</exception>
    public static MinePool[] Parse(string toml, string file)
    {
        var document = TomlSection.Parse(toml, file);
        TomlSection.Top(file, document).Finish();
        return [.. document.Tables.Select(table => Read(table, file))];
    }

    /// <summary>A pool by the name that known-pools.toml gives it.</summary>
    /// <exception cref="UsageException">There is none of this name, or one cannot just connect to it.</exception>
    internal static KnownPool Known(string name)
    {
        var pool = KnownPools.Find(name) ?? throw new UsageException(
            $"there is no known pool '{name}': 'sv2fw pools' lists them, and any other is written "
            + "stratum2+tcp://host:port/KEY.");
        return pool.Unusable is null
            ? pool
            : throw new UsageException($"{pool.Title} {pool.Unusable}.");
    }

    private static MinePool Read(TableSyntaxBase table, string file)
    {
        if (table is not TableArraySyntax || TomlSection.KeyOf(table.Name) != "pool")
        {
            throw TomlSection.Wrong(
                file,
                TomlSection.LineOf(table),
                $"unknown table {TomlSection.Of(file, table).Name}; allowed here: [[pool]].");
        }

        var section = TomlSection.Of(file, table);
        var pool = ReadPlace(section);
        pool = pool with
        {
            User = section.OptionalText("user") ?? "",
            Worker = section.OptionalText("worker") ?? "",
            Insecure = section.OptionalFlag("insecure") ?? false,
            Profile = ReadProfile(section, pool.Profile),
            Channel = section.OptionalChoice("channel", "auto", "standard", "extended") switch
            {
                "standard" => ChannelChoice.Standard,
                "extended" => ChannelChoice.Extended,
                _ => ChannelChoice.Auto,
            },
            PayoutScript = ReadPayout(section),
            ProbeAfter = Seconds(section, "idle_probe_seconds") ?? pool.ProbeAfter,
            SilenceMax = Seconds(section, "idle_leave_seconds") ?? pool.SilenceMax,
            SharesASecondMax = section.OptionalWhole("shares_per_second", 1, SubmitLimiter.HighestMax)
                ?? pool.SharesASecondMax,
        };
        section.Finish();
        return pool.ProbeAfter < pool.SilenceMax
            ? pool
            : throw section.Wrong(
                section.Has("idle_leave_seconds") ? "idle_leave_seconds" : "idle_probe_seconds",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"leaves no time for an answer: the pool is asked after {pool.ProbeAfter.TotalSeconds} s and left "
                    + $"after {pool.SilenceMax.TotalSeconds} s; leave it later, or ask it sooner."));
    }

    private static MinePool ReadPlace(TomlSection section)
    {
        var keys = section.OptionalTexts("keys");
        var name = section.OptionalText("name");
        if (name is not null && section.Has("url"))
        {
            throw section.Wrong("url", "stands beside a name; keep one of the two.");
        }

        var url = name is null ? section.Text("url") : null;
        try
        {
            var known = name is null ? null : Known(name);
            return new MinePool(PoolAddress.Parse(url ?? known!.Address!.Url, keys), MinePool.FromSettings)
            {
                Profile = known?.Profile ?? PoolProfile.Default,
            };
        }
        catch (UsageException problem)
        {
            throw section.Wrong(name is null ? "url" : "name", $"is wrong: {problem.Message}");
        }
    }

    private static PoolProfile ReadProfile(TomlSection section, PoolProfile usual)
    {
        var name = section.OptionalChoice("profile", [.. PoolProfile.All.Select(each => each.Name)]);
        var profile = name is null ? usual : PoolProfile.Find(name)!;
        return profile with
        {
            VersionMask = section.OptionalChoice("version_mask", "bip320", "bip323") switch
            {
                "bip320" => PoolProfile.Bip320Mask,
                "bip323" => PoolProfile.Bip323Mask,
                _ => profile.VersionMask,
            },
            DeviceId = section.OptionalText("device_id") ?? profile.DeviceId,
        };
    }

    private static byte[] ReadPayout(TomlSection section)
    {
        if (section.OptionalText("payout") is not { } text)
        {
            return [];
        }

        if (text.All(char.IsAsciiHexDigit) && text.Length % 2 == 0)
        {
            return text.Length <= 2 * ScriptBytesMax
                ? Convert.FromHexString(text)
                : throw section.Wrong("payout", $"is a script of more than {ScriptBytesMax} bytes; give your own.");
        }

        return BitcoinAddress.TryScript(text, out var script, out var problem)
            ? script
            : throw section.Wrong("payout", problem);
    }

    private static TimeSpan? Seconds(TomlSection section, string key) =>
        section.OptionalWhole(key, ProbeSecondsMin, IdleSecondsMax) is { } seconds
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
