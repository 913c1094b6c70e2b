using System.Text.Json;
using System.Text.Json.Serialization;

using Firmware.Pool;

namespace Firmware.Cli;

/// <summary>One entry of 'sv2fw pools --json'.</summary>
/// <param name="Endpoint">host:port; null where one cannot just connect, for the reason in Unusable.</param>
/// <param name="Verified">By us, with a capture of our own.</param>
internal sealed record PoolEntry(
    string Name,
    string Title,
    string? Endpoint,
    string[] Keys,
    string? Unusable,
    string User,
    string Profile,
    bool NeedsInsecure,
    bool Verified,
    string FactsFrom,
    string Source,
    string Note);

internal sealed record PoolList(string AsOf, PoolEntry[] Pools);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PoolList))]
internal sealed partial class PoolListJson : JsonSerializerContext;

/// <summary>The body of the verb pools: what is known of pools, and where it is from.</summary>
internal static class PoolsCommand
{
    public static int Run(bool asJson, bool template, TextWriter output)
    {
        if (asJson && template)
        {
            throw new UsageException("--json and --template print different things; give one of them.");
        }

        if (template)
        {
            output.Write(MineSettings.Template);
        }
        else if (asJson)
        {
            var list = new PoolList(KnownPools.AsOf, [.. KnownPools.All.Select(Entry)]);
            output.WriteLine(JsonSerializer.Serialize(list, PoolListJson.Default.PoolList));
        }
        else
        {
            Show(output);
        }

        return 0;
    }

    private static void Show(TextWriter output)
    {
        output.WriteLine($"Pools that can be named in --pool and in mine.toml, as of {KnownPools.AsOf}.");
        output.WriteLine("None of them was verified by us: compare address and key with the pool's own page.");
        var names = KnownPools.All.Max(pool => pool.Name.Length);
        var places = KnownPools.All.Max(pool => Place(pool).Length);
        var indent = new string(' ', names + 2);
        foreach (var pool in KnownPools.All)
        {
            output.WriteLine();
            output.WriteLine($"{pool.Name.PadRight(names)}  {Place(pool).PadRight(places)}  {pool.Title}");
            foreach (var key in pool.Keys)
            {
                output.WriteLine($"{indent}key {key}");
            }

            output.WriteLine($"{indent}{pool.Unusable ?? "user " + pool.User}");
            output.WriteLine($"{indent}{pool.Note}");
            output.WriteLine($"{indent}{FactsFrom(pool)}, not verified by us");
        }
    }

    private static string Place(KnownPool pool) => pool.Address?.ToString() ?? "no address";

    private static string FactsFrom(KnownPool pool) => pool.Grade switch
    {
        PoolGrade.List => "from the reference implementation's list",
        _ => "from the pool's own documents",
    };

    private static PoolEntry Entry(KnownPool pool) => new(
        pool.Name,
        pool.Title,
        pool.Address?.ToString(),
        [.. pool.Keys.Select(key => key.ToString())],
        pool.Unusable,
        pool.User,
        pool.Profile.Name,
        pool.NeedsInsecure,
        Verified: false,
        FactsFrom(pool),
        pool.Source,
        pool.Note);
}
