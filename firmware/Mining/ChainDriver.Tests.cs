using System.Collections.Concurrent;
using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>The chain's thread over a real pty, in real time.</summary>
public sealed class ChainDriverTests : IDisposable
{
    private const uint NTime = 1_700_000_000;

    private readonly EasyChip chip = new();
    private readonly Sink session = new();

    public ChainDriverTests() => chip.Hub.Begin(session, default, Uptime.Now);

    [Fact]
    public void AJobThatCameEarlyIsLoadedTheMomentTheChipsRun()
    {
        Give(1);
        chip.Driver.Start();

        chip.Until(() => chip.Jobs.Count > 0, "the first job reaches the chips");

        Assert.Equal([EasyChain.StartSign], chip.Signs);
        Assert.Equal(NTime, chip.Jobs[0].Header.NTime);
        Assert.NotNull(chip.Hub.FirstJobAt);
        Assert.Equal(500, chip.Chain.WantedClock.Value);
    }

    [Fact]
    public void AClaimBecomesAShareAndNonsenseDoesNot()
    {
        StartHashing();
        var (slot, header) = chip.Jobs[^1];
        var claim = EasyChip.TrueClaim(slot, header);
        chip.Pty.Write(claim);
        chip.Pty.Write(claim);
        chip.Pty.Write(EasyChain.Claim(slot, 0xDEAD_BEEF, 0));
        chip.Until(() => chip.Driver.Counters.Results > 0, "a claim is judged");
        chip.Until(
            () => chip.Driver.Counters[Verdict.Duplicate] == 1 && !session.Shares.IsEmpty, "its repetition is noticed");

        var share = Assert.Single(session.Shares);
        Assert.Equal(1u, share.JobId);
        Assert.Equal(header.NTime, share.NTime);
    }

    [Fact]
    public void NTimeRollsOnceASecondAndNoHeaderGoesOutTwice()
    {
        StartHashing();
        chip.Until(() => chip.Jobs.Count >= 4, "three seconds of rolled work");

        Assert.Equal(
            Enumerable.Range(0, 4).Select(second => NTime + (uint)second),
            chip.Jobs.Take(4).Select(job => job.Header.NTime));
        Assert.Equal(chip.Jobs.Count, chip.Jobs.Select(job => job.Header).Distinct().Count());
    }

    [Fact]
    public void AGuardThatFallsSilentStopsTheChips()
    {
        StartHashing();
        chip.GuardIsSilent = true;
        chip.Until(() => chip.Signs.Contains(EasyChain.StopSign), "the chips are stopped");
        Assert.True(chip.Driver.Report.Orders.Reset);

        chip.GuardIsSilent = false;
        var jobs = chip.Jobs.Count;
        chip.Until(() => chip.Jobs.Count > jobs, "hashing resumes by itself");
    }

    [Fact]
    public void APortThatVanishesIsFoundAgain()
    {
        StartHashing();
        chip.Replug();
        chip.Until(() => !chip.Driver.Report.Orders.Lease, "the lease is let go");
        var jobs = chip.Jobs.Count;
        chip.Until(() => chip.Jobs.Count > jobs, "the board mines again at its new port");
    }

    [Fact]
    public void AResultOfRetiredWorkIsCountedAndNotSent()
    {
        StartHashing();
        var (slot, header) = chip.Jobs[^1];
        chip.Hub.Give(session, 0, start: null, stopOldWork: true, Uptime.Now);
        chip.Pty.Write(EasyChip.TrueClaim(slot, header));
        chip.Until(() => chip.Driver.Counters[Verdict.Stale] == 1, "the late result is noticed");

        Assert.Empty(session.Shares);
    }

    [Fact]
    public void OnlyTheCurrentSessionMayGiveJobs()
    {
        StartHashing();
        var jobs = chip.Jobs.Count;
        chip.Hub.Give(new object(), 0, Job(9, new Sink()), stopOldWork: true, Uptime.Now);
        chip.Until(() => chip.Jobs.Count > jobs, "the old job's next second");

        Assert.All(chip.Jobs, job => Assert.Equal(new UInt256(1, 0, 0, 0), job.Header.MerkleRoot));
    }

    [Fact]
    public void ASessionThatHasEndedLeavesItsSharesUnconfirmed()
    {
        session.IsOver = true;
        StartHashing();
        var (slot, header) = chip.Jobs[^1];
        chip.Pty.Write(EasyChip.TrueClaim(slot, header));
        chip.Until(() => chip.Hub.Totals.Unconfirmed == 1, "the share is counted as unconfirmed");
    }

    [Fact]
    public void AFloodOfJobsEndsWithTheNewest()
    {
        StartHashing();
        for (var id = 2u; id <= 1000; id++)
        {
            Give(id);
        }

        chip.Until(() => chip.Jobs[^1].Header.MerkleRoot.Low == 1000, "the newest job is the last on the wire");
    }

    [Fact]
    public void TheEndStopsTheChipsOverTheWire()
    {
        StartHashing();
        chip.Driver.BeginStop();
        Assert.True(chip.Driver.Join(TimeSpan.FromSeconds(5)));
        chip.Play();

        Assert.Equal(EasyChain.StopSign, chip.Signs[^1]);
    }

    public void Dispose() => chip.Dispose();

    private void StartHashing()
    {
        Give(1);
        chip.Driver.Start();
        chip.Until(() => chip.Jobs.Count > 0, "the first job reaches the chips");
    }

    private void Give(uint id) => chip.Hub.Give(session, 0, Job(id, session), stopOldWork: false, Uptime.Now);

    private static Job Job(uint id, IShareSink sink) => new(
        id,
        new BlockHeader { Version = 0x2000_0000, NTime = NTime, MerkleRoot = new UInt256(id, 0, 0, 0) },
        VersionMask: 0x1FFF_E000,
        Target: UInt256.Max with { High = ulong.MaxValue >> 4 },
        NetworkTarget: UInt256.Zero,
        ActiveSince: Uptime.Now,
        sink);

    private sealed class Sink : IShareSink
    {
        public ConcurrentQueue<Share> Shares { get; } = new();

        public bool IsOver { get; set; }

        public bool TrySubmit(in Share share, TimeSpan now)
        {
            if (!IsOver)
            {
                Shares.Enqueue(share);
            }

            return !IsOver;
        }
    }
}
