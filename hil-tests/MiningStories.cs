using System.Diagnostics;
using System.Text.Json;

using Firmware.Pool;
using Firmware.Serve;

using Simulator;

using TestPool;

namespace HilTests;

public sealed class MiningStories : IDisposable
{
    private readonly Rig rig = new();

    [Fact]
    public void ItMinesAndEndsColdWithAccountsThatAgreeWithThePools()
    {
        using var run = rig.Run("--seconds", "12");

        Assert.Equal(0, run.Wait(TimeSpan.FromSeconds(90)));

        var last = Rig.LastLine(run);
        Assert.True(last.SafeOff, rig.Describe(run));
        Assert.True(rig.IsCold, rig.Describe(run));
        Assert.Equal(rig.Pool.Accepted, last.Accepted + last.Unconfirmed);
        Assert.Equal(0, last.Rejected);
        Assert.Equal(0, rig.Pool.Rejected);
        Assert.Equal(0, last.HardwareErrors);
        Assert.Equal(0, rig.World.RegulatorStoreCommands);

        // The pool aims at 120 a minute: 24 expected in 12 s, sigma 4.9, so 1 to 49 is 4.7 to 5.1 sigma; no tighter.
        Assert.InRange(last.Accepted, 1, 49);
    }

    [Theory]
    [InlineData(Running.SigInt)]
    [InlineData(Running.SigTerm)]
    public void ASignalEndsItCleanly(int signal)
    {
        using var run = rig.Mining();

        run.Signal(signal);

        Assert.Equal(0, run.Wait(TimeSpan.FromSeconds(15)));
        Assert.True(Rig.LastLine(run).SafeOff);
        Assert.True(rig.IsCold, rig.Describe(run));
    }

    [Fact]
    public async Task TheStatusPageShowsBothSnapshots()
    {
        using var run = rig.Mining();
        var address = File.ReadAllText(ServeOptions.AddressFile(rig.State)).Trim();
        Until.True(() => rig.Status().Mine.Accepted > 0, Rig.StartMax, () => rig.Describe(run));

        using var http = new HttpClient();
        var page = default(JsonElement);
        for (var clock = Stopwatch.StartNew(); !HasAReading(page); await Task.Delay(10)) // One may be lost.
        {
            Assert.True(clock.Elapsed < Rig.StartMax, page.ToString());
            page = JsonElement.Parse(await http.GetStringAsync(new Uri(address + "/api/v1/status")));
        }

        Assert.Equal("running", page.GetProperty("guard").GetProperty("boards")[0].GetProperty("state").GetString());
        Assert.InRange(Reading(page).GetDouble(), 20, 75);
        Assert.True(page.GetProperty("mine").GetProperty("accepted").GetInt64() > 0);

        static JsonElement Reading(JsonElement page) =>
            page.GetProperty("guard").GetProperty("boards")[0].GetProperty("sensors")[0].GetProperty("celsius");

        static bool HasAReading(JsonElement page) =>
            page.ValueKind == JsonValueKind.Object && Reading(page).ValueKind == JsonValueKind.Number;
    }

    public void Dispose() => rig.Dispose();
}

public sealed class PoolStories : IDisposable
{
    private readonly Rig rig = new(withPool: false);

    [Fact]
    public void APoolThatRefusesIsLeftForTheNextAtOnce()
    {
        var refusing = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        refusing.Start();
        var port = ((System.Net.IPEndPoint)refusing.LocalEndpoint).Port;
        refusing.Stop();
        var good = rig.AddPool();
        var key = good.Url.Split('/')[^1];
        var started = MonotonicClock.Now;

        using var run = new Running(
            Product.Binary,
            ["run", "--pool", $"stratum2+tcp://127.0.0.1:{port}/{key}", .. rig.Arguments()]);
        rig.WaitForShares(run, 1);

        var first = MonotonicClock.Now - started;
        Assert.True(first < TimeSpan.FromSeconds(30), $"The first share came after {first.TotalSeconds:0.0} s.");
    }

    [Theory]
    [InlineData("refuse")]
    [InlineData("close-after-open")]
    [InlineData("plaintext")]
    [InlineData("wrong-authority")]
    public void APoolThatIsNoGoodIsLeftForTheNext(string scenario)
    {
        var bad = rig.AddPool(new PoolOptions { Seed = 8, Scenario = Scenario.Named(scenario)! });
        var good = rig.AddPool();

        using var run = rig.Run();
        rig.WaitForShares(run, 1, from: good);

        Assert.True(bad.Connections >= 1, "The preferred pool was never tried.");
        Assert.Equal(0, bad.Accepted);
    }

    /// <summary>Not every machine that runs this has NTP: a clock that nobody keeps cannot judge a date.</summary>
    [Fact]
    public void AnExpiredCertificateIsLeftWhereTheClockIsTrustedAndToldWhereItIsNot()
    {
        var trusted = KernelClock.View().Trusted;
        var expired = rig.AddPool(
            new PoolOptions { Seed = 8, Scenario = Scenario.Named("expired-certificate")! });
        var good = rig.AddPool();

        using var run = rig.Run();
        rig.WaitForShares(run, 1, from: trusted ? good : expired);

        var status = rig.Status().Mine.Pools[0];
        Assert.Equal(!trusted, status.TimeUnverified);
        Assert.Equal(trusted ? "failed" : "mining", status.State);
    }

    public void Dispose() => rig.Dispose();
}
