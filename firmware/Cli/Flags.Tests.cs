using System.CommandLine;

namespace Firmware.Cli;

public class FlagsTests
{
    private const string PoolUrl =
        "stratum2+tcp://127.0.0.1:1/9bDuixKmZqAJnrmP746n8zU1wyAQRrus7th9dxnkPg6RzQvCnan";

    [Fact]
    public void WhatIsTypedArrivesInItsOrder()
    {
        var run = Read("--board", "b.toml", "--board", "a.toml", "--seconds", "1.5", "--state", "/x/../y");

        Assert.Equal(["b.toml", "a.toml"], run.Mine.BoardFiles);
        Assert.Equal([PoolUrl], run.Mine.Pools);
        Assert.Equal(TimeSpan.FromSeconds(1.5), run.Seconds);
        Assert.Equal("/y", run.Mine.StateFolder);
        Assert.Null(run.StartWithin);
    }

    [Theory]
    [InlineData("127.0.0.1:8080", "127.0.0.1:8080")]
    [InlineData("localhost:80", "127.0.0.1:80")]
    [InlineData("[::1]:0", "[::1]:0")]
    public void AnHttpAddressIsAnAddressAndAPort(string text, string address) =>
        Assert.Equal(address, Read("--http", text).Http.ToString());

    [Theory]
    [InlineData("8080")]
    [InlineData(":8080")]
    [InlineData("example.org:8080")]
    [InlineData("127.0.0.1:99999")]
    [InlineData("")]
    public void AnythingElseIsRefusedWithAnExample(string text) =>
        Assert.Contains("write it as 127.0.0.1:8080", Refusal("--http", text), StringComparison.Ordinal);

    [Theory]
    [InlineData("--seconds", "0")]
    [InlineData("--seconds", "-1")]
    [InlineData("--seconds", "1e12")]
    [InlineData("--seconds", "NaN")]
    [InlineData("--start-within", "0")]
    public void ADurationOfNothingIsRefusedByItsName(string option, string seconds) =>
        Assert.StartsWith(option + " ", Refusal(option, seconds), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("a\tb")]
    public void AUserMustBePrintable(string user)
    {
        Assert.StartsWith("--user must be", Refusal("--user", user), StringComparison.Ordinal);
        Assert.StartsWith("--user must be", Refusal("--user", new string('a', 256)), StringComparison.Ordinal);
    }

    private static string Refusal(params string[] arguments) =>
        Assert.Throws<UsageException>(() => Read(arguments)).Message;

    private static RunOptions Read(params string[] arguments)
    {
        var command = new Command("run")
        {
            Flags.Boards, Flags.Pools, Flags.User, Flags.State, Flags.Http, Flags.Seconds, Flags.StartWithin,
        };
        string[] board = arguments.Contains("--board") ? [] : ["--board", "b.toml"];
        string[] user = arguments.Contains("--user") ? [] : ["--user", "me"];
        var parsed = command.Parse([.. arguments, .. board, .. user, "--pool", PoolUrl]);
        Assert.Empty(parsed.Errors);
        return Flags.ReadRun(parsed);
    }
}
