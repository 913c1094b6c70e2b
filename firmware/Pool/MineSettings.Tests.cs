using System.Text.RegularExpressions;
using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

public class MineSettingsTests
{
    private const string Key = "9bXiEd8boQVhq7WddEcERUL5tyyJVFYdU8th3HfbNXK3Yw6GRXh"; // sv2-spec 4.7
    private const string OtherKey = "9bZBweHhn6px2Quf1hADVUTrWxX65vtRBweWHP66kfkKGFTQRHs"; // SRI stratum 26802203

    [Fact]
    public void EveryKeyArrives()
    {
        var pool = Assert.Single(MineSettings.Parse(
            $"""
            [[pool]]
            url = "stratum2+tcp://pool.example:3333/{Key}"
            user = "account"
            worker = "garage"
            keys = ["{OtherKey}"]
            insecure = true
            profile = "lenient"
            channel = "extended"
            payout = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
            version_mask = "bip323"
            idle_probe_seconds = 60
            idle_leave_seconds = 90
            shares_per_second = 5
            device_id = "token"
            """,
            "mine.toml"));

        Assert.Equal("pool.example:3333", pool.Address.ToString());
        Assert.Equal([AuthorityKey.Parse(Key), AuthorityKey.Parse(OtherKey)], pool.Address.Keys);
        Assert.Equal("account.garage", pool.Identity);
        Assert.True(pool.Insecure);
        Assert.True(pool.Profile.RejudgesAtOnce);
        Assert.Equal(PoolProfile.Bip323Mask, pool.Profile.VersionMask);
        Assert.Equal("token", pool.Profile.DeviceId);
        Assert.Equal(ChannelChoice.Extended, pool.Channel);
        Assert.Equal("0014751E76E8199196D454941C45D1B3A323F1433BD6", Convert.ToHexString(pool.PayoutScript.Span));
        Assert.Equal(TimeSpan.FromSeconds(60), pool.ProbeAfter);
        Assert.Equal(TimeSpan.FromSeconds(90), pool.SilenceMax);
        Assert.Equal(5, pool.SharesASecondMax);
        Assert.Equal(MinePool.FromSettings, pool.Source);
    }

    [Fact]
    public void WhatIsLeftOutIsTheUsual()
    {
        var pool = Assert.Single(MineSettings.Parse("[[pool]]\nname = \"braiins\"\nuser = \"account\"\n", "mine.toml"));

        Assert.Equal(KnownPools.Find("braiins")!.Address, pool.Address);
        Assert.Equal("account", pool.Identity);
        Assert.Equal(PoolProfile.Default, pool.Profile);
        Assert.Equal(PoolProfile.Bip320Mask, pool.Profile.VersionMask);
        Assert.Empty(pool.Profile.DeviceId);
        Assert.Equal(ChannelChoice.Auto, pool.Channel);
        Assert.True(pool.PayoutScript.IsEmpty);
        Assert.False(pool.Insecure);
        Assert.Equal((120, 300), (pool.ProbeAfter.TotalSeconds, pool.SilenceMax.TotalSeconds));
    }

    [Theory]
    [InlineData("colour = \"red\"", 4, "unknown key 'colour'")]
    [InlineData("insecure = \"yes\"", 4, "neither true nor false")]
    [InlineData("keys = \"9bXi\"", 4, "not a list")]
    [InlineData("keys = [\"9bXi\"]", 2, "authority key")]
    [InlineData("url = \"stratum2+tcp://a:1/" + Key + "\"", 4, "keep one of the two")]
    [InlineData("profile = \"odd\"", 4, "allowed here: default, lenient, dmnd")]
    [InlineData("channel = \"both\"", 4, "allowed here: auto, standard, extended")]
    [InlineData("version_mask = \"bip9\"", 4, "allowed here: bip320, bip323")]
    [InlineData("payout = \"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5\"", 4, "[[pool]] has a wrong checksum")]
    [InlineData("idle_probe_seconds = 3", 4, "10 to 86400")]
    [InlineData("idle_probe_seconds = 300", 4, "leaves no time for an answer")]
    [InlineData("idle_leave_seconds = 100", 4, "leaves no time for an answer")]
    [InlineData("shares_per_second = 0", 4, "shares_per_second")]
    [InlineData("worker = \"\"", 4, "printable")]
    [InlineData("user = \"twice\"", 4, "cannot be redefined")]
    [InlineData("[pool.more]", 4, "unknown table")]
    [InlineData("[[pools]]", 4, "unknown table [[pools]]")]
    [InlineData("this is nothing", 4, "this is no TOML")]
    [InlineData("worker = account", 4, "this is no TOML")]
    [InlineData("worker = 'account", 4, "this is no TOML")]
    [InlineData("worker = \"account", 4, "this is no TOML")]
    [InlineData("worker = account.worker", 4, "this is no TOML")]
    [InlineData("worker \"account\"", 4, "this is no TOML")]
    [InlineData("worker = \"a\" account", 4, "this is no TOML")]
    [InlineData("worker = ``account", 4, "this is no TOML")]
    public void AMistakeIsNamedWithFileLineAndRemedy(string line, int number, string named)
    {
        var wrong = Refused($"[[pool]]\nname = \"braiins\"\nuser = \"account\"\n{line}\n");

        Assert.StartsWith($"mine.toml:{number}: ", wrong, StringComparison.Ordinal);
        Assert.Contains(named, wrong, StringComparison.Ordinal);
        Assert.DoesNotContain("account", wrong, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[[pool]]\nuser = \"x\"\n", "mine.toml:1: the key 'url' is missing in [[pool]]")]
    [InlineData("[[pool]]\nname = \"nobody\"\n", "mine.toml:2: 'name' in [[pool]] is wrong: there is no known pool")]
    [InlineData("[[pool]]\nname = \"ocean\"\n", "mine.toml:2: 'name' in [[pool]] is wrong: OCEAN speaks no Stratum V2")]
    [InlineData("[[pool]]\nurl = \"stratum2+tcp://a:1\"\n", "mine.toml:2: 'url' in [[pool]] is wrong: Pool address")]
    [InlineData("[[pool]]\nurl = 5\n", "mine.toml:2: 'url' in [[pool]] is not a text")]
    [InlineData("[pool]\nname = \"braiins\"\n", "mine.toml:1: unknown table [pool]")]
    [InlineData("user = \"x\"\n", "mine.toml:1: unknown key 'user' in the top of the file")]
    public void APoolThatIsNoneIsNamedWithItsLine(string toml, string start) =>
        Assert.StartsWith(start, Refused(toml), StringComparison.Ordinal);

    [Theory]
    [InlineData("76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac", 25)]
    [InlineData("6a", 1)]
    public void APayoutMayBeAScriptInHex(string hex, int bytes)
    {
        var pool = Assert.Single(MineSettings.Parse($"[[pool]]\nname = \"ckpool\"\npayout = \"{hex}\"\n", "m"));

        Assert.Equal(bytes, pool.PayoutScript.Length);
    }

    [Fact]
    public void AFileCutAnywhereIsReadOrRefusedAndNothingElse()
    {
        var whole = MineSettings.Template;
        for (var length = 0; length < whole.Length; length++)
        {
            try
            {
                _ = MineSettings.Parse(whole[..length], "mine.toml");
            }
            catch (UsageException)
            {
                // One sentence: what it must be.
            }
        }
    }

    [Fact]
    public void TheTemplateIsReadAsItStandsAndWithEveryCommentedKeySwitchedOn()
    {
        Assert.Equal("account", Assert.Single(MineSettings.Parse(MineSettings.Template, "mine.toml")).Identity);

        var switchedOn = string.Join('\n', MineSettings.Template.Split('\n')
            .Where(line => !line.StartsWith("name =", StringComparison.Ordinal))
            .Select(line => Regex.IsMatch(line, "^# [a-z_]+ = ") ? line[2..] : line))
            .Replace("AUTHORITY_KEY", Key, StringComparison.Ordinal)
            .Replace("bc1q…", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", StringComparison.Ordinal);
        var all = Assert.Single(MineSettings.Parse(switchedOn, "mine.toml"));
        Assert.Equal("pool.example:3333", all.Address.ToString());
        Assert.Equal("account.garage", all.Identity);
        Assert.Equal("…", all.Profile.DeviceId);
        Assert.Equal(22, all.PayoutScript.Length);
    }

    private static string Refused(string toml) =>
        Assert.Throws<UsageException>(() => MineSettings.Parse(toml, "mine.toml")).Message;
}
