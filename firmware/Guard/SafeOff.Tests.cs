using System.Diagnostics;

namespace Firmware.Guard;

public class SafeOffTests
{
    private readonly Plant one = new();
    private readonly Plant two = new();
    private TimeSpan now;

    [Fact]
    public void AnyBoardEndsColdAndProven()
    {
        var proofs = Run(one, two);

        Assert.All(proofs, proof => Assert.True(proof.IsProven, proof.ToString()));
        Assert.True(one.IsCold && two.IsCold);
        Assert.StartsWith("gamma: safe: rail off, 0.", proofs[0].ToString(), StringComparison.Ordinal);
        Assert.True(now < SafeOff.ProofWithin);
    }

    [Fact]
    public void TheOrderIsPowerThenChipsThenAir()
    {
        Run(one);

        Assert.Equal(["off", "hold", "fan"], one.Commands.Take(3));
    }

    [Theory]
    [InlineData(nameof(Plant.RailStuck), "rail NOT off")]
    [InlineData(nameof(Plant.SwitchShorted), "1.150 V measured (NOT off)")]
    [InlineData(nameof(Plant.ResetStuck), "reset NOT low")]
    [InlineData(nameof(Plant.FanRefuses), "fans NOT full")]
    [InlineData(nameof(Plant.BusDead), "nothing measured (NOT off)")]
    [InlineData(nameof(Plant.Buggy), "NOT PROVEN SAFE")]
    public void WhatIsNotProvenIsSaidAndKeepsNoOtherBoardFromBeingSafe(string fault, string said)
    {
        Break(one, fault);

        var proofs = Run(one, two);

        Assert.False(proofs[0].IsProven);
        Assert.Contains(said, proofs[0].ToString(), StringComparison.Ordinal);
        Assert.True(proofs[1].IsProven && two.IsCold);
        Assert.InRange(now.TotalSeconds, 1.5, 1.6);
    }

    [Fact]
    public void ABusThatLivesAgainInTimeIsEnough()
    {
        one.BusDead = true;

        var proofs = SafeOff.Run([one.Parts], () => now, pause =>
        {
            Pass(pause, one);
            one.BusDead = now < TimeSpan.FromSeconds(1);
        });

        Assert.True(proofs[0].IsProven, proofs[0].ToString());
    }

    [Fact]
    public void ABusThatFailedMeanwhileIsAskedAgainByWhoeverComesNext()
    {
        one.RailTimesOut = true;
        Assert.False(SafeOff.Command(one.Parts).IsProven);

        one.RailTimesOut = false;
        Assert.NotNull(one.Parts.Sensors[0].Part.Read().Value);
    }

    [Fact]
    public void NoBoardAtAllIsNoProofAndNoTrouble() => Assert.Empty(Run());

    [Fact]
    public void TheVerbIsZeroOnlyWhereEveryBoardIsProven()
    {
        var said = new StringWriter();

        Assert.Equal(0, SafeOffCommand.Run([() => Living(one)], said));
        Assert.Contains("gamma: safe", said.ToString(), StringComparison.Ordinal);
        Assert.True(one.Closed);

        Assert.Equal(1, SafeOffCommand.Run([() => Living(one), () => throw new StartException("It is gone.")], said));
        Assert.Contains("It is gone.", said.ToString(), StringComparison.Ordinal);

        two.RailStuck = true;
        Assert.Equal(1, SafeOffCommand.Run([() => Living(two)], said));
        Assert.Contains("NOT PROVEN SAFE", said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ABoardThatAnotherProcessStillHoldsForAMomentIsWaitedFor()
    {
        var tries = 0;

        var exitCode = SafeOffCommand.Run(
            [() => tries++ < 3 ? throw new StartException("It is in use.") : Living(one)], TextWriter.Null);

        Assert.Equal((0, 4), (exitCode, tries));
    }

    [Fact]
    public void ABoardThatCannotBeOpenedDelaysNoOther()
    {
        var clock = Stopwatch.StartNew();
        var offAfter = TimeSpan.MaxValue;
        var gone = () =>
        {
            if (one.Commands.Contains("off") && offAfter == TimeSpan.MaxValue)
            {
                offAfter = clock.Elapsed;
            }

            return two.Commands.Count == 0 ? throw new StartException("It is gone.") : two.Parts;
        };

        SafeOffCommand.Run([gone, () => one.Parts], TextWriter.Null);

        Assert.True(offAfter < TimeSpan.FromSeconds(0.9), $"It waited {offAfter}.");
    }

    [Fact]
    public void AnyTroubleWithOneBoardLeavesTheOthersSafe()
    {
        var said = new StringWriter();

        var exitCode = SafeOffCommand.Run([() => throw new IOException("No such dialect."), () => Living(one)], said);

        Assert.Equal(1, exitCode);
        Assert.Contains("No such dialect.", said.ToString(), StringComparison.Ordinal);
        Assert.Contains("gamma: safe", said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void OneBoardFileThatIsWrongLeavesTheOthersToBeMadeSafe()
    {
        const string Missing = "/nowhere/gamma.toml";
        var said = new StringWriter();

        var openings = SafeOffCommand.Openings([Missing, "/nowhere/other.toml"]);

        Assert.Equal(1, SafeOffCommand.Run([openings[0], () => Living(one)], said));
        Assert.Contains(Missing, said.ToString(), StringComparison.Ordinal);
        Assert.Contains("gamma: safe", said.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, openings.Length);
        Assert.Throws<UsageException>(() => SafeOffCommand.Openings([Missing]));
    }

    /// <summary>A board whose rail has died away already: the verb measures in real time.</summary>
    private static GuardParts Living(Plant plant)
    {
        plant.Parts.Rail!.Part.TryTurnOff();
        plant.Advance(TimeSpan.FromSeconds(1));
        return plant.Parts;
    }

    private static void Break(Plant plant, string fault) => typeof(Plant).GetProperty(fault)!.SetValue(plant, true);

    private SafeOffProof[] Run(params Plant[] plants)
    {
        Array.ForEach(plants, plant => plant.Advance(TimeSpan.FromMilliseconds(1)));
        return SafeOff.Run([.. plants.Select(plant => plant.Parts)], () => now, pause => Pass(pause, plants));
    }

    private void Pass(TimeSpan pause, params Plant[] plants)
    {
        now += pause;
        Array.ForEach(plants, plant => plant.Advance(pause));
    }
}
