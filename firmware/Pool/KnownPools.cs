using System.Collections.Immutable;
using Firmware.StratumV2;
using Firmware.StratumV2.Noise;
using Tomlyn.Syntax;

namespace Firmware.Pool;

/// <summary>How a known pool's facts were come by. None of them was verified by us.</summary>
public enum PoolGrade : byte
{
    /// <summary>In the list of pools that the reference implementation's user interface offers.</summary>
    List,

    /// <summary>From the pool's own documents.</summary>
    Vendor,
}

/// <summary>A pool as known-pools.toml has it.</summary>
/// <param name="Name">What --pool takes: small letters, digits, dashes.</param>
/// <param name="Address">Null where there is none to connect to: see <paramref name="Unusable"/>.</param>
/// <param name="Keys">Also where there is no address.</param>
/// <param name="Unusable">Why one cannot just connect; null where one can.</param>
/// <param name="User">What the user's name looks like there.</param>
/// <param name="Source">Where the facts are from.</param>
/// <param name="Note">What one should know beforehand.</param>
public sealed record KnownPool(
    string Name,
    string Title,
    PoolAddress? Address,
    IReadOnlyList<AuthorityKey> Keys,
    string? Unusable,
    string User,
    PoolProfile Profile,
    PoolGrade Grade,
    string Source,
    string Note)
{
    /// <summary>Nothing proves who the pool is: it is used only where the operator says insecure.</summary>
    public bool NeedsInsecure => Keys.Contains(Trust.PublicTestKey);
}

/// <summary>The pools that come with the firmware: known-pools.toml, dated and sourced.</summary>
public static class KnownPools
{
    private const string Resource = "known-pools.toml";

    private static readonly Lazy<(string AsOf, ImmutableArray<KnownPool> Pools)> Book =
        new(() => Parse(ResourceText.Read(Resource), Resource));

    /// <summary>Year and month when the facts were collected.</summary>
    public static string AsOf => Book.Value.AsOf;

    public static ImmutableArray<KnownPool> All => Book.Value.Pools;

    /// <summary>Null where there is none of this name; capitals make no difference.</summary>
    public static KnownPool? Find(string name) =>
        All.FirstOrDefault(pool => pool.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    internal static (string AsOf, ImmutableArray<KnownPool> Pools) Parse(string toml, string file)
    {
        var document = TomlSection.Parse(toml, file);
        var top = TomlSection.Top(file, document);
        var asOf = top.Text("as_of");
        top.Finish();
        return (asOf, [.. document.Tables.Select(table => Read(table, file))]);
    }

    private static KnownPool Read(TableSyntaxBase table, string file)
    {
        var section = TomlSection.Of(file, table);
        var unusable = section.OptionalText("unusable");
        var address = unusable is null ? Address(section) : null;
        var keys = unusable is null ? [] : section.OptionalTexts("keys");
        var profile = section.Choice("profile", [.. PoolProfile.All.Select(each => each.Name)]);
        var pool = new KnownPool(
            section.Text("name"),
            section.Text("title"),
            address,
            address?.Keys ?? Array.ConvertAll(keys, AuthorityKey.Parse),
            unusable,
            section.Text("user"),
            PoolProfile.Find(profile)!,
            section.Choice("grade", "list", "vendor") == "list" ? PoolGrade.List : PoolGrade.Vendor,
            section.Text("source"),
            section.Text("note"));
        section.Finish();
        return pool;
    }

    private static PoolAddress Address(TomlSection section)
    {
        try
        {
            return PoolAddress.Parse(section.Text("url"));
        }
        catch (UsageException problem)
        {
            throw section.Wrong("url", $"is wrong: {problem.Message}");
        }
    }
}
