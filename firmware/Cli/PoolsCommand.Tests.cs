using System.Text.Json;

using Firmware.Pool;

namespace Firmware.Cli;

public class PoolsCommandTests
{
    [Fact]
    public void TheListNamesEveryPoolItsAddressItsKeyAndThatNobodyVerifiedIt()
    {
        var text = Printed();

        foreach (var pool in KnownPools.All)
        {
            Assert.Contains(pool.Name + " ", text, StringComparison.Ordinal);
            Assert.All(pool.Keys, key => Assert.Contains($"key {key}", text, StringComparison.Ordinal));
        }

        Assert.Contains("stratum.braiins.com:3333", text, StringComparison.Ordinal);
        Assert.Contains(
            "from the reference implementation's list, not verified by us", text, StringComparison.Ordinal);
        Assert.Contains("None of them was verified by us", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 120, line));
    }

    [Fact]
    public void TheSameIsThereForPrograms()
    {
        using var list = JsonDocument.Parse(Printed(asJson: true));

        var pools = list.RootElement.GetProperty("pools").EnumerateArray().ToArray();
        Assert.Equal(KnownPools.All.Length, pools.Length);
        Assert.Equal("braiins", pools[0].GetProperty("name").GetString());
        Assert.Equal("stratum.braiins.com:3333", pools[0].GetProperty("endpoint").GetString());
        Assert.False(pools[0].GetProperty("verified").GetBoolean());
        Assert.Equal(KnownPools.AsOf, list.RootElement.GetProperty("asOf").GetString());
        Assert.Equal(JsonValueKind.Null, pools[^1].GetProperty("endpoint").ValueKind);
    }

    [Fact]
    public void TheTemplateIsPrintedAsItIs() => Assert.Equal(MineSettings.Template, Printed(template: true));

    [Fact]
    public void BothAtOnceAreRefused() =>
        Assert.Throws<UsageException>(() => Printed(asJson: true, template: true));

    private static string Printed(bool asJson = false, bool template = false)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(0, PoolsCommand.Run(asJson, template, output));
        return output.ToString();
    }
}
