using Firmware.Boards;
using Firmware.Guard;

namespace Simulator;

/// <summary>Every board file of the folder, opened, started, mined on, heated and ended in one process.</summary>
public sealed class WiredBoardTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "board-configs");

    /// <summary>Those with parts of their own: a machine's cores have none.</summary>
    public static TheoryData<string> BoardFiles => new(Directory.GetFiles(Folder, "*.toml")
        .Select(Path.GetFileName)
        .Where(file => file != "cpu.toml")!);

    /// <summary>Rails that their part switches, a pin behind a bridge, a pin alone, and a slow supply.</summary>
    public static TheoryData<string> EachClass =>
        ["bitaxe-gamma-601.toml", "nerdqaxe-plus.toml", "piaxe.toml", "s19j-pro-libre.toml"];

    [Theory]
    [MemberData(nameof(BoardFiles))]
    public void EveryBoardStartsMinesGoesSlowerWhenHotAndEndsSafe(string file)
    {
        using var miner = New(file, new() { ThermalSpeed = 20 });
        Assert.True(miner.RunUntil(() => miner.Guard.State == GuardState.Running, 60), miner.State);
        Assert.True(miner.RunUntil(() => miner.Accepted >= 5, 120), miner.State);
        Assert.True(miner.Wired.RailOn && !miner.Wired.ResetLow, miner.State);
        Assert.Null(miner.Refused);
        Assert.Equal(miner.Rail.MeasuresPower, miner.Rail.Read().Power is not null);

        miner.Wired.Faults.AmbientDegrees = 68;
        Assert.True(miner.RunUntil(() => miner.Guard.State == GuardState.Reduced, 300), miner.State);
        miner.Wired.Faults.AmbientDegrees = 100;
        Assert.True(miner.RunUntil(() => miner.Guard.State == GuardState.SafeOff, 300), miner.State);
        miner.Run(2);

        Assert.True(miner.Wired.IsCold, miner.State);
        Assert.Contains("overheated", miner.Guard.Fault);
        Assert.Equal(0, miner.Wired.RegulatorStoreCommands);
        var proof = miner.EndSafe();
        Assert.True(proof.IsProven, proof.ToString());
    }

    [Theory]
    [MemberData(nameof(EachClass))]
    public void WithoutMineNoBoardKeepsItsPower(string file)
    {
        using var miner = New(file);
        Assert.True(miner.RunUntil(() => miner.Accepted >= 1, 120), miner.State);

        miner.MineAlive = false;
        Assert.True(miner.RunUntil(() => !miner.Wired.RailOn && miner.Wired.ResetLow, 2), miner.State);

        Assert.False(miner.RunUntil(() => miner.Wired.RailOn, 5), miner.State);
        Assert.Null(miner.Guard.Fault);
        Assert.True(miner.EndSafe().IsProven, miner.State);
    }

    [Theory]
    [MemberData(nameof(EachClass))]
    public void ADeadBusEndsCold(string file)
    {
        using var miner = New(file);
        Assert.True(miner.RunUntil(() => miner.Accepted >= 1, 120), miner.State);

        miner.Wired.Faults.I2cDead = true;
        Assert.True(miner.RunUntil(() => miner.Guard.State == GuardState.SafeOff, 7), miner.State);
        Assert.True(miner.Wired.ResetLow, miner.State); // The pin does not need the bus.
        miner.Wired.Faults.I2cDead = false;
        miner.Run(2);

        Assert.True(miner.Wired.IsCold, miner.State);
    }

    /// <summary>Every part of every board that tells who it is.</summary>
    public static TheoryData<string, int> Parts
    {
        get
        {
            var parts = new TheoryData<string, int>();
            foreach (var path in Directory.GetFiles(Folder, "*.toml").Where(path => !path.EndsWith("cpu.toml")))
            {
                var file = Path.GetFileName(path);
                using var miner = New(file);
                foreach (var address in miner.Identities.Select(part => part.Address).Distinct())
                {
                    parts.Add(file, address);
                }
            }

            return parts;
        }
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void APartThatAnswersWithAnotherIdentityKeepsTheBoardOff(string file, int address)
    {
        foreach (var says in new byte[] { 0xFF, 0x00, 0x30 })
        {
            using var miner = New(file);
            (miner.Wired.Faults.StrangerAt, miner.Wired.Faults.StrangerSays) = (address, says);

            Assert.False(miner.RunUntil(() => miner.Wired.RailOn, 10), $"{says:X2}: {miner.State}");
            Assert.False(miner.Guard.State is GuardState.Running or GuardState.Reduced);
        }
    }

    [Theory]
    [InlineData("bitaxe-gamma-601.toml", "sensor", 0xFF, 7)] // Nothing cools as fast as it says.
    [InlineData("bitaxe-gamma-601.toml", "sensor", 0x30, 260)] // 48 °C, whatever heat and air do.
    [InlineData("piaxe.toml", "sensor", 0xFF, 7)]
    [InlineData("piaxe.toml", "sensor", 0x30, 260)]
    [InlineData("bitaxe-gamma-601.toml", "rail", 0xFF, 7)]
    [InlineData("nerdqaxe-plus.toml", "rail", 0xFF, 7)]
    public void APartThatBecomesAnotherOneAtWorkEndsTheWork(string file, string which, byte says, double seconds)
    {
        using var miner = New(file);
        Assert.True(miner.RunUntil(() => miner.Accepted >= 1, 120), miner.State);
        var config = BoardConfig.Load([Path.Combine(Folder, file)]).Single();

        miner.Wired.Faults.StrangerSays = says;
        miner.Wired.Faults.StrangerAt = which == "rail" ? config.Rail!.Address : config.Sensors[0].Address;
        Assert.True(miner.RunUntil(() => miner.Guard.State == GuardState.SafeOff, seconds), miner.State);
        miner.Run(2);

        Assert.True(miner.Wired.ResetLow, miner.State);
        Assert.True(which == "rail" || !miner.Wired.RailOn, miner.State);
    }

    internal static WiredMiner New(string file, SimulationOptions? options = null)
    {
        var config = BoardConfig.Load([Path.Combine(Folder, file)]).Single();
        var chain = config.Chains[0];

        // Some 30,000 headers are really hashed for a second of mining, and some four results of them found.
        var rate = chain.Megahertz.Value * chain.Chips * (Chips.Silicon.Find(chain.Chip)?.HashUnits ?? 1) * 1e6;
        var zeroBits = Math.Clamp(32 - (int)Math.Ceiling(Math.Log2(rate / 3e4)), 1, 32);
        var ticket = Math.Max(0, (int)Math.Round(Math.Log2(rate / 4) - 32));
        return new(
            config with { Chains = [chain with { ZeroBits = zeroBits, TicketBits = ticket }] },
            options: options);
    }
}
