using System.Diagnostics;

namespace Drivers.Hashing.Cpu;

/// <summary>Real threads in real time: what they find, and that they end.</summary>
public sealed class CpuPortTests : IDisposable
{
    private const int ZeroBits = 12;

    /// <summary>On a machine whose every core is taken, things take their time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string file = Path.GetTempFileName();
    private readonly CpuConfig config = new(Threads: 3, Nice: 0);
    private readonly byte[] frame = new byte[CpuFrames.JobSize];
    private readonly byte[] heard = new byte[4096];
    private readonly CpuPort port;

    public CpuPortTests() => port = CpuPort.Open(config, file, ZeroBits);

    [Fact]
    public void WhatTheThreadsFindIsTrueNewAndWithinTheMask()
    {
        var work = AnyWork(version: 0x2000_0000, mask: 0x1FFF_E000);
        Say(duty: 100);
        Give(slot: 5, work);

        var seen = new HashSet<(uint, uint)>();
        ReadUntil(() => seen.Count >= 100, found =>
        {
            Assert.Equal(5, found.Slot);
            Assert.InRange(found.Chip, 0, config.Threads - 1);
            Assert.Equal(0u, found.VersionBits & ~work.VersionMask);
            var header = work.Header with
            {
                Version = work.Header.Version & ~work.VersionMask | found.VersionBits,
                Nonce = found.Nonce,
            };
            Assert.True(header.Hash() <= Targets.FromZeroBits(ZeroBits));
            Assert.True(seen.Add((found.Nonce, found.VersionBits)));
        });
    }

    [Fact]
    public void WorkCostsNoMemory()
    {
        var work = AnyWork(1, 0x1FFF_E000);
        Give(slot: 1, work);
        CpuFrames.WriteJob(frame, 2, work);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            port.TryWrite(frame);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void TheNextWorkTakesTheOldOnesPlace()
    {
        Say(duty: 100);
        Give(slot: 1, AnyWork(1, 0));
        ReadUntilSlot(1);

        Give(slot: 2, AnyWork(2, 0));

        ReadUntilSlot(2);
    }

    [Fact]
    public void ToldToStopTheThreadsEndAndTheLockShowsIt()
    {
        Say(duty: 100);
        Give(slot: 1, AnyWork(1, 0));
        ReadUntilSlot(1);
        Assert.False(HashingLock.IsFree(file));

        Say(duty: 0);

        Until(() => HashingLock.IsFree(file));
        Say(duty: 100);
        Assert.False(HashingLock.IsFree(file));
    }

    [Fact]
    public void WithoutAWordTheThreadsEndByThemselves()
    {
        Say(duty: 100);
        Give(slot: 1, AnyWork(1, 0));

        Until(() => HashingLock.IsFree(file));
    }

    [Fact]
    public void AClosedPortHasNoThreadLeft()
    {
        Say(duty: 1);
        Give(slot: 1, AnyWork(1, 0));

        port.Dispose();

        Assert.True(HashingLock.IsFree(file));
        port.Dispose();
    }

    [Fact]
    public void CoresThatSomebodyElseUsesAreNamed()
    {
        using var other = HashingLock.TryTake(file);

        var refusal = Assert.Throws<IOException>(() => Say(duty: 100));

        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("another process", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutADutyNobodyHashes()
    {
        Give(slot: 1, AnyWork(1, 0));

        Assert.True(HashingLock.IsFree(file));
        Assert.Equal(0, port.Read(heard));
    }

    public void Dispose()
    {
        port.Dispose();
        File.Delete(file);
    }

    private static Work AnyWork(uint version, uint mask) => new(
        new() { Version = version, MerkleRoot = new UInt256(1, 2, 3, (ulong)Random.Shared.NextInt64()) }, mask);

    private static void Until(Func<bool> isSo)
    {
        for (var begun = Stopwatch.StartNew(); !isSo(); Thread.Yield())
        {
            Assert.True(begun.Elapsed < Patience, "It took too long.");
        }
    }

    private void Say(double duty) =>
        port.TryWrite(frame.AsSpan(0, CpuFrames.WriteDuty(frame, new Megahertz(duty))));

    private void Give(int slot, Work work) => port.TryWrite(frame.AsSpan(0, CpuFrames.WriteJob(frame, slot, work)));

    private void ReadUntilSlot(int slot)
    {
        var met = false;
        ReadUntil(() => met, found => met |= found.Slot == slot);
    }

    /// <summary>Waits in poll(2), as mine does, and gives the sign of life that mine gives.</summary>
    private unsafe void ReadUntil(Func<bool> isSo, Action<FoundNonce> take)
    {
        Until(() =>
        {
            Say(duty: 100);
            var entry = new Linux.PollEntry { Descriptor = port.Descriptor, Wanted = Linux.PollIn };
            _ = Linux.Poll(&entry, 1, 100);
            var bytes = heard.AsSpan(0, port.Read(heard));
            Assert.Equal(0, bytes.Length % CpuFrames.AnswerSize);
            for (; !bytes.IsEmpty; bytes = bytes[CpuFrames.AnswerSize..])
            {
                if (bytes[0] == CpuFrames.Nonce)
                {
                    take(CpuFrames.ReadNonce(bytes));
                }
            }

            return isSo();
        });
    }
}
